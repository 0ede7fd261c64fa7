"""Two services plan at once, and people act meanwhile: everything is planned once, and nothing that is not approved."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlmodel import col, select, update

from campaigns.audit import broken_links
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.plan import plan_due
from campaigns.delivery.planned import Planned
from campaigns.editorial.changes import DraftChanges
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.workflow import edit, withdraw
from campaigns.errors import CampaignError
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, plan_issue, states
from tests.factories.newsroom import SLOT, approver, author, editor, scheduled_draft
from tests.factories.readers import GRACE, reader, readers

ROUNDS = 4


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


def test_two_plans_at_once_make_one_of_each(database: Database, clock: FixedClock, sender: Mailing) -> None:
    with database.session_scope() as session:
        readers(session, clock, 20)
        for number in range(5):
            reader(session, clock, f"ny{number}", mail_due="confirm")
        by, approved_by = author(session), approver(session)
        for number in range(3):
            scheduled_draft(session, clock, by, approved_by, key=f"news:{number}")
    clock.move_to(SLOT)
    barrier = Barrier(4)

    def plan(_number: int) -> Planned:
        barrier.wait()
        with database.session_scope() as session:
            return plan_due(session, clock, sender.press, grace=GRACE)

    with ThreadPoolExecutor(4) as pool:
        planned = list(pool.map(plan, range(4)))

    with database.session_scope(read_only=True) as session:
        kinds = [row.kind for row in session.exec(select(Delivery))]
        assert len(session.exec(select(Issue)).all()) == 1
        assert kinds.count(DeliveryKind.NEWSLETTER) == 25
        assert kinds.count(DeliveryKind.ACCOUNT_MAIL) == 5
        assert not session.exec(select(Subscriber).where(col(Subscriber.mail_due).is_not(None))).all()
        assert list(broken_links(session)) == []
    assert sum(len(one.issues) for one in planned) == 1
    assert sum(one.account_mails for one in planned) == 5


@pytest.mark.parametrize("action", ["edit", "withdraw"])
def test_a_draft_touched_as_its_slot_comes_goes_as_approved_or_not_at_all(
    database: Database, clock: FixedClock, sender: Mailing, action: str
) -> None:
    with database.session_scope() as session:
        readers(session, clock, 3)
        by, approved_by = editor(session, "Ane", Role.AUTHOR), approver(session)
        editor_id = by.id or 0
        drafts = [scheduled_draft(session, clock, by, approved_by, key=f"n:{n}").id or 0 for n in range(ROUNDS)]
    clock.move_to(SLOT)
    barrier = Barrier(2)

    def plan() -> None:
        barrier.wait()
        with database.session_scope() as session:
            plan_due(session, clock, sender.press, grace=GRACE)

    def touch() -> None:
        barrier.wait()
        for draft_id in reversed(drafts):
            try:
                _touch(action, database, clock, draft_id=draft_id, editor_id=editor_id)
            except CampaignError:
                continue

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(plan), pool.submit(touch)]:
            done.result()

    with database.session_scope(read_only=True) as session:
        for draft in session.exec(select(Draft)):
            sent = session.exec(select(Delivery).where(Delivery.draft_id == draft.id)).all()
            if draft.status is DraftStatus.PUBLISHING:
                assert draft.content_sha256 == draft.approved_sha256
                assert draft.title == "Den internasjonale dagen for kliniske studier"
            else:
                assert sent == []
        assert list(broken_links(session)) == []


def _touch(action: str, database: Database, clock: FixedClock, *, draft_id: int, editor_id: int) -> None:
    with database.session_scope() as session:
        person = session.get_one(Editor, editor_id)
        version = session.get_one(Draft, draft_id).version
        if action == "edit":
            edit(session, draft_id, person, DraftChanges(title="Noe annet"), seen_version=version, clock=clock)
        else:
            withdraw(session, draft_id, person, clock=clock)


def test_a_picture_that_is_gone_holds_the_draft_before_anybody_gets_it(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    press = replace(sender.press, has_image=lambda _sha256: False)
    with database.session_scope() as session:
        readers(session, clock, 3)
        draft_id = scheduled_draft(session, clock, author(session), approver(session)).id
        clock.move_to(SLOT)
        planned = plan_due(session, clock, press, grace=GRACE)

        draft = session.get_one(Draft, draft_id)
        assert planned.held == [draft_id]
        assert (planned.mails, planned.posts) == (0, 0)
        assert (draft.status, draft.approved_sha256) == (DraftStatus.DRAFT, None)
        assert draft.note is not None
        assert "LinkedIn finnes ikke lenger" in draft.note


def test_a_subject_that_cannot_be_a_header_holds_the_draft(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    code = {"subject": "Hei =?utf-8?q?Bcc:_x?=", "canvas": "email"}
    with database.session_scope() as session:
        readers(session, clock, 2)
        given = {"variants": {ChannelName.NEWSLETTER: code}}
        draft_id = scheduled_draft(session, clock, author(session), approver(session), **given).id
        clock.move_to(SLOT)
        planned = plan_due(session, clock, sender.press, grace=GRACE)

        assert planned.held == [draft_id]
        assert "kan ikke brukes" in (session.get_one(Draft, draft_id).note or "")
    assert states(database) == []


def test_an_account_mail_that_cannot_be_written_holds_nobody_up(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with database.session_scope() as session:
        reader(session, clock, "ny", mail_due="confirm")
        plan_due(session, clock, sender.press, grace=GRACE)
        session.exec(update(Subscriber).values(ascii_email="ny@ingen @example.no"))
    plan_issue(database, clock, sender, 2)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database)[0] is DeliveryState.FAILED
    assert states(database).count(DeliveryState.ACCEPTED) == 2


def test_an_issue_that_cannot_be_a_mail_stops_itself_only(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 2)
    with database.session_scope() as session:
        reader(session, clock, "ny", mail_due="confirm")
        plan_due(session, clock, sender.press, grace=GRACE)
        session.exec(update(Issue).values(subject="a\r\nBcc: x@example.no"))
    deliver_mail_due(sender.dispatcher, [sender.lane])

    with database.session_scope(read_only=True) as session:
        assert session.exec(select(Issue.status)).one() is IssueStatus.PAUSED
    assert states(database) == [DeliveryState.QUEUED, DeliveryState.QUEUED, DeliveryState.ACCEPTED]
