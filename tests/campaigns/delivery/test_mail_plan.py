"""What is planned when a slot comes: once, as approved, in time, for those who want it."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryKind
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.plan import plan_due
from campaigns.delivery.settle import settle
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.mailroom import Mailing, mailing
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.readers import GRACE, planned_issue, reader, readers

NEWSLETTER_ONLY = {ChannelName.NEWSLETTER: {"subject": "Nytt", "canvas": "email"}}


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


def the_draft(session: Session) -> Draft:
    return session.exec(select(Draft)).one()


def test_nothing_is_planned_before_the_slot(session: Session, clock: FixedClock, sender: Mailing) -> None:
    scheduled_draft(session, clock, author(session), approver(session))
    clock.move_to(SLOT - timedelta(seconds=1))

    assert plan_due(session, clock, sender.press, grace=GRACE).issues == []


def test_each_confirmed_reader_gets_one_row(session: Session, clock: FixedClock, sender: Mailing) -> None:
    reader(session, clock, "venter", status=SubscriberStatus.PENDING)
    reader(session, clock, "borte", status=SubscriberStatus.UNSUBSCRIBED)
    reader(session, clock, "sperret").suppressed = "complaint"
    planned = planned_issue(session, clock, sender.press, 3)

    rows = session.exec(select(Delivery).where(col(Delivery.kind) == DeliveryKind.NEWSLETTER)).all()
    assert planned.mails == len(rows) == 3
    assert len({row.message_id for row in rows}) == 3
    assert the_draft(session).status is DraftStatus.PUBLISHING


def test_planning_again_plans_nothing(session: Session, clock: FixedClock, sender: Mailing) -> None:
    planned_issue(session, clock, sender.press, 3)
    again = plan_due(session, clock, sender.press, grace=GRACE)

    assert (again.issues, again.mails, again.account_mails) == ([], 0, 0)


def test_drafts_of_one_slot_and_language_share_an_issue(session: Session, clock: FixedClock, sender: Mailing) -> None:
    astrid, gunnar = author(session), approver(session)
    for key in ("a", "b"):
        scheduled_draft(session, clock, astrid, gunnar, key=f"news:{key}", variants=NEWSLETTER_ONLY)
    scheduled_draft(
        session, clock, astrid, gunnar, key="news:c", variants=NEWSLETTER_ONLY, slot_at=SLOT + timedelta(minutes=1)
    )
    clock.move_to(SLOT + timedelta(minutes=1))
    planned = plan_due(session, clock, sender.press, grace=GRACE)

    assert [len(session.exec(select(IssueItem).where(IssueItem.issue_id == id_)).all()) for id_ in planned.issues] == [
        2,
        1,
    ]


def test_a_slot_that_passed_too_long_ago_is_missed_not_late(
    session: Session, clock: FixedClock, sender: Mailing
) -> None:
    readers(session, clock, 2)
    draft = scheduled_draft(session, clock, author(session), approver(session))
    clock.move_to(SLOT + timedelta(hours=7))
    planned = plan_due(session, clock, sender.press, grace=GRACE)

    assert planned.missed == [draft.id]
    assert draft.status is DraftStatus.MISSED
    assert "nytt tidspunkt" in (draft.note or "")
    assert session.exec(select(Delivery)).all() == []


def test_content_changed_behind_the_approval_is_held(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    press = mailing(sqlite_database, clock, tmp_path).press
    with sqlite_database.session_scope() as session:
        draft = scheduled_draft(session, clock, author(session), approver(session))
        for trigger in (
            session.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        ):
            session.execute(sa.text(f"DROP TRIGGER {trigger}"))  # the database's own guard would refuse it
        session.execute(sa.text("UPDATE variant SET subject = 'Noe annet' WHERE channel = 'newsletter'"))
        clock.move_to(SLOT)
        planned = plan_due(session, clock, press, grace=GRACE)

        assert planned.held == [draft.id]
        assert draft.status is DraftStatus.DRAFT
        assert "godkjenn på nytt" in (draft.note or "")
        assert session.exec(select(Issue)).all() == []


def test_an_issue_too_large_to_send_goes_back_with_a_sentence(
    session: Session, clock: FixedClock, sender: Mailing
) -> None:
    long = ({"kind": "text", "text": "ord " * 4_900},) * 6
    draft = scheduled_draft(session, clock, author(session), approver(session), blocks=long)
    clock.move_to(SLOT)
    planned = plan_due(session, clock, sender.press, grace=GRACE)

    assert planned.held == [draft.id]
    assert "kutter ved 100 kB" in (draft.note or "")
    assert session.exec(select(IssueItem)).all() == []


def test_a_debt_of_account_mail_is_paid_once(session: Session, clock: FixedClock, sender: Mailing) -> None:
    kari = reader(session, clock, "kari", status=SubscriberStatus.PENDING, mail_due="confirm")
    first = plan_due(session, clock, sender.press, grace=GRACE)
    second = plan_due(session, clock, sender.press, grace=GRACE)

    assert (first.account_mails, second.account_mails) == (1, 0)
    assert (kari.mail_due, kari.last_account_mail_at) == (None, clock.now())


def test_it_is_published_when_the_last_mail_has_ended(database: Database, clock: FixedClock, sender: Mailing) -> None:
    with database.session_scope() as session:
        planned_issue(session, clock, sender.press, 2)
        assert settle(session, clock).drafts == []
    deliver_mail_due(sender.dispatcher, [sender.lane])

    with database.session_scope() as session:
        settled = settle(session, clock)
        assert (len(settled.issues), len(settled.drafts)) == (1, 1)
        assert the_draft(session).status is DraftStatus.PUBLISHED
        assert session.exec(select(Issue)).one().status is IssueStatus.SENT
        assert settle(session, clock).issues == []


def test_an_issue_nobody_waits_for_is_published_all_the_same(
    session: Session, clock: FixedClock, sender: Mailing
) -> None:
    planned_issue(session, clock, sender.press, 0)
    settle(session, clock)

    assert session.exec(select(Subscriber)).all() == []
    assert the_draft(session).status is DraftStatus.PUBLISHED
