"""A composed issue when its slot comes: each reader gets the edition of what they chose, and nobody anything else."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.delivery.account_check import check_deliveries
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.issue_control import cancel_issue, clear_cancelled, pause_issue, progress_of, resume_issue
from campaigns.delivery.plan import plan_due
from campaigns.delivery.settle import settle
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus
from campaigns.editorial.editor import Editor
from campaigns.editorial.lapse import supersede
from campaigns.errors import InvalidInput, NotPermitted, TransitionNotAllowed
from campaigns.newsletter.issue import Edition, Issue, IssueStatus, id_of
from campaigns.newsletter.issue_workflow import withdraw_issue
from campaigns.subscribers.subscriber import Subscriber
from service.database import Database
from tests.factories.composing import ISSUE_SLOT, approved_issue, choosing, composed, mail_draft
from tests.factories.mailroom import Mailing, mailing
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.readers import GRACE


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


@pytest.fixture
def astrid(session: Session) -> Editor:
    return author(session)


@pytest.fixture
def gunnar(session: Session) -> Editor:
    return approver(session)


def two_topics(session: Session, clock: FixedClock, astrid: Editor, gunnar: Editor) -> list[Draft]:
    return [
        mail_draft(session, clock, astrid, gunnar, "kreft", topics=("kreft",)),
        mail_draft(session, clock, astrid, gunnar, "barn", topics=("barn",)),
    ]


def editions(session: Session) -> dict[str, Edition]:
    """By who gets it."""
    rows = session.exec(
        select(Subscriber.normalized, Edition)
        .join(Delivery, col(Delivery.subscriber_id) == col(Subscriber.id))
        .join(Edition, col(Edition.id) == col(Delivery.edition_id))
    )
    return {address.partition("@")[0]: edition for address, edition in rows}


def test_each_reader_gets_the_edition_of_what_they_chose(
    session: Session, clock: FixedClock, sender: Mailing, astrid: Editor, gunnar: Editor
) -> None:
    choosing(session, clock, "alt")
    choosing(session, clock, "kreft", "kreft")
    choosing(session, clock, "kreft2", "kreft", "tjenesten")
    choosing(session, clock, "english", language="en")
    choosing(session, clock, "tann", "folkehelse")
    approved_issue(session, clock, astrid, gunnar, two_topics(session, clock, astrid, gunnar), add_blocks=())
    clock.move_to(ISSUE_SLOT)
    planned = plan_due(session, clock, sender.press, grace=GRACE)

    found = editions(session)
    assert planned.mails == 4
    assert found["kreft"].id == found["kreft2"].id
    assert ("Nytt om kreft" in found["kreft"].html, "Nytt om barn" in found["kreft"].html) == (True, False)
    assert "Nytt om barn" in found["alt"].html
    assert found["kreft"].subject == "Nytt fra monitoren"
    assert "Unsubscribe" in found["english"].html
    assert 'lang="en"' in found["english"].html
    assert "Meld deg av" in found["alt"].html
    assert "tann" not in found


def test_the_ledger_adds_up_for_an_issue_in_editions(database: Database, clock: FixedClock, sender: Mailing) -> None:
    with database.session_scope() as session:
        astrid, gunnar = author(session), approver(session)
        choosing(session, clock, "alt")
        choosing(session, clock, "kreft", "kreft")
        approved_issue(session, clock, astrid, gunnar, two_topics(session, clock, astrid, gunnar))
        clock.move_to(ISSUE_SLOT)
        plan_due(session, clock, sender.press, grace=GRACE)
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 2

    with database.session_scope() as session:
        assert [(one.planned, one.accepted, one.faults) for one in check_deliveries(session)] == [(2, 2, [])]
        settled = settle(session, clock)
        assert len(settled.issues) == 1
        assert len(settled.drafts) == 2


def test_a_draft_in_an_issue_does_not_go_by_itself(
    session: Session, clock: FixedClock, sender: Mailing, astrid: Editor, gunnar: Editor
) -> None:
    choosing(session, clock, "alt")
    (draft, *_) = two_topics(session, clock, astrid, gunnar)
    composed(session, clock, astrid, [draft])
    clock.move_to(SLOT + timedelta(hours=20))
    planned = plan_due(session, clock, sender.press, grace=timedelta(hours=30))

    assert len(planned.issues) == 1  # of the other draft
    assert (planned.missed, draft.status) == ([], DraftStatus.SCHEDULED)


def test_posts_of_a_draft_in_an_issue_go_at_the_drafts_own_time(
    session: Session, clock: FixedClock, sender: Mailing, astrid: Editor, gunnar: Editor
) -> None:
    choosing(session, clock, "alt")
    draft = scheduled_draft(session, clock, astrid, gunnar)
    approved_issue(session, clock, astrid, gunnar, [draft])
    clock.move_to(SLOT)
    first = plan_due(session, clock, sender.press, grace=GRACE)
    assert (first.issues, draft.status) == ([], DraftStatus.PUBLISHING)
    settle(session, clock)
    clock.move_to(ISSUE_SLOT)
    second = plan_due(session, clock, sender.press, grace=GRACE)

    assert (len(second.issues), second.mails, second.posts) == (1, 1, 0)


def test_a_draft_that_became_stale_holds_the_issue_back(
    session: Session, clock: FixedClock, sender: Mailing, astrid: Editor, gunnar: Editor
) -> None:
    choosing(session, clock, "alt")
    draft, other = two_topics(session, clock, astrid, gunnar)
    issue = approved_issue(session, clock, astrid, gunnar, [draft, other])
    supersede(session, draft.id or 0, "Nyere tall", clock)
    clock.move_to(ISSUE_SLOT)
    planned = plan_due(session, clock, sender.press, grace=GRACE)

    assert (planned.issues, planned.held_issues) == ([], [issue.id])
    assert "er ikke lenger godkjent, men står som «foreldet»" in (issue.note or "")
    assert session.exec(select(Delivery)).all() == []


def test_an_issue_whose_slot_is_long_past_is_missed(
    session: Session, clock: FixedClock, sender: Mailing, astrid: Editor, gunnar: Editor
) -> None:
    choosing(session, clock, "alt")
    draft, _ = two_topics(session, clock, astrid, gunnar)
    issue = approved_issue(session, clock, astrid, gunnar, [draft])
    clock.move_to(ISSUE_SLOT + timedelta(hours=7))
    planned = plan_due(session, clock, sender.press, grace=GRACE)

    assert (planned.missed_issues, issue.status) == ([issue.id], IssueStatus.MISSED)
    assert draft.status is DraftStatus.MISSED
    assert "Tjenesten var nede eller sendingen stanset 21. mai 2027" in (issue.note or "")


def test_an_issue_too_large_goes_back_with_a_sentence(
    session: Session, clock: FixedClock, sender: Mailing, astrid: Editor, gunnar: Editor
) -> None:
    choosing(session, clock, "alt")
    long = ({"kind": "text", "text": "ord " * 4_900},) * 6
    draft = mail_draft(session, clock, astrid, gunnar, "lang", blocks=long)
    issue = approved_issue(session, clock, astrid, gunnar, [draft])
    clock.move_to(ISSUE_SLOT)
    planned = plan_due(session, clock, sender.press, grace=GRACE)

    assert planned.held_issues == [issue.id]
    assert issue.status is IssueStatus.DRAFT
    assert "kutter ved 100 kB" in (issue.note or "")


def test_a_withdrawn_issue_lets_its_drafts_go_by_themselves(
    session: Session, clock: FixedClock, sender: Mailing, astrid: Editor, gunnar: Editor
) -> None:
    choosing(session, clock, "alt")
    draft, _ = two_topics(session, clock, astrid, gunnar)
    issue = approved_issue(session, clock, astrid, gunnar, [draft])
    withdraw_issue(session, id_of(issue), astrid, clock=clock)
    clock.move_to(SLOT)
    plan_due(session, clock, sender.press, grace=GRACE)

    assert draft.status is DraftStatus.PUBLISHING


def test_an_edition_changed_after_closing_is_paused_before_anything_leaves(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with database.session_scope() as session:
        _planned(session, clock, sender)
        session.execute(sa.text("UPDATE edition SET text = text || 'mer'"))
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert sender.relay.sent == []
    with database.session_scope(read_only=True) as session:
        assert session.exec(select(Issue.status)).one() is IssueStatus.PAUSED


def test_a_paused_issue_waits_and_goes_on_where_it_stopped(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with database.session_scope() as session:
        gunnar, issue = _planned(session, clock, sender)
        pause_issue(session, id_of(issue), gunnar, reason="Feil i emnet", clock=clock)
        issue_id, person = id_of(issue), gunnar.id
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0
    with database.session_scope() as session:
        resume_issue(session, issue_id, session.get_one(Editor, person), clock=clock)

    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 2
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0


def test_a_cancelled_issue_reaches_nobody_more(database: Database, clock: FixedClock, sender: Mailing) -> None:
    with database.session_scope() as session:
        gunnar, issue = _planned(session, clock, sender)
        pause_issue(session, id_of(issue), gunnar, reason="Feil tall", clock=clock)
        cancel_issue(session, id_of(issue), gunnar, reason="Feil tall", confirmed=True, clock=clock)
        assert progress_of(session, id_of(issue)).other == 2
        assert clear_cancelled(session, clock) == 0
        with pytest.raises(TransitionNotAllowed, match="avbrutt"):
            resume_issue(session, id_of(issue), gunnar, clock=clock)

    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0
    with database.session_scope(read_only=True) as session:
        mails = select(Delivery.state).where(Delivery.kind == DeliveryKind.NEWSLETTER)
        assert set(session.exec(mails)) == {DeliveryState.CANCELLED}
        assert [one.faults for one in check_deliveries(session)] == [[]]


def test_stopping_takes_a_reason_and_a_role(session: Session, clock: FixedClock, sender: Mailing) -> None:
    gunnar, issue = _planned(session, clock, sender)

    with pytest.raises(InvalidInput, match="Skriv hvorfor"):
        pause_issue(session, id_of(issue), gunnar, reason=" ", clock=clock)
    with pytest.raises(NotPermitted):
        cancel_issue(session, id_of(issue), author(session, "Kari"), reason="Feil", confirmed=True, clock=clock)


def test_a_newsletter_only_draft_is_published_with_its_issue(
    session: Session, clock: FixedClock, sender: Mailing
) -> None:
    _planned(session, clock, sender)

    statuses = select(Draft.status).join(Issue, sa.true()).distinct()
    assert session.exec(statuses).all() == [DraftStatus.PUBLISHING]
    assert ChannelName.NEWSLETTER.value == session.exec(select(Delivery.channel).distinct()).one()


def _planned(session: Session, clock: FixedClock, sender: Mailing) -> tuple[Editor, Issue]:
    """An issue on its way to two readers."""
    astrid, gunnar = author(session), approver(session)
    choosing(session, clock, "alt")
    choosing(session, clock, "kreft", "kreft")
    draft = mail_draft(session, clock, astrid, gunnar, "kreft", topics=("kreft",))
    issue = approved_issue(session, clock, astrid, gunnar, [draft])
    clock.move_to(ISSUE_SLOT)
    plan_due(session, clock, sender.press, grace=GRACE)
    return gunnar, issue
