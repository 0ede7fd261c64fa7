"""Failed deliveries are tried again when a person says so: one, or all of an issue that failed for a reason of ours."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, col, func, select

from campaigns.audit import AuditEvent
from campaigns.clock import FixedClock
from campaigns.delivery.account_check import check_deliveries
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.ledger import move
from campaigns.delivery.returns.failures import note_refusals
from campaigns.delivery.returns.returned_mail import Failure
from campaigns.delivery.second_try import send_again, send_all_again
from campaigns.editorial.editor import Editor
from campaigns.errors import InvalidInput, NotFound, NotPermitted, TransitionNotAllowed
from campaigns.newsletter.issue import Issue, IssueStatus
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, plan_issue, states
from tests.factories.newsroom import approver, author
from tests.factories.returns import KEYS

GONE = "550 5.1.1 user unknown"
BLOCKED, FULL = "554 5.7.1 blocked as spam", "552 5.2.2 mailbox full"
_S = DeliveryState


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    made = mailing(database, clock, tmp_path)
    plan_issue(database, clock, made, 4)
    deliver_mail_due(made.dispatcher, [made.lane])
    return made


def fail(session: Session, *reasons: tuple[str, str]) -> Issue:
    """The first deliveries of the issue have failed for these reasons, whatever they had come to."""
    rows = session.exec(select(Delivery).order_by(col(Delivery.id))).all()
    for row, (category, reply) in zip(rows, reasons, strict=False):
        row.state, row.category, row.reply, row.finished_at = _S.FAILED, category, reply, row.created_at
        session.add(row)
    session.flush()
    return session.exec(select(Issue)).one()


def test_all_that_failed_for_one_reason_go_out_once_more_and_no_others(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with database.session_scope() as session:
        issue = fail(session, ("block", BLOCKED), ("mailbox-full", FULL), ("block", BLOCKED))
        number = send_all_again(session, issue.id or 0, "block", approver(session, "Guro"), clock=clock)
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == "issue.sent_again")).all()
        assert (number, event.detail["category"], event.detail["number"]) == (2, "block", 2)

    assert states(database) == [_S.QUEUED, _S.FAILED, _S.QUEUED, _S.ACCEPTED]
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 2
    assert states(database) == [_S.ACCEPTED, _S.FAILED, _S.ACCEPTED, _S.ACCEPTED]


def test_a_second_click_sends_nothing_more(database: Database, clock: FixedClock, sender: Mailing) -> None:
    with database.session_scope() as session:
        issue, guro = fail(session, ("block", BLOCKED)), approver(session, "Guro")
        numbers = [send_all_again(session, issue.id or 0, "block", guro, clock=clock) for _ in range(2)]
        trail = session.exec(select(AuditEvent).where(AuditEvent.action == "issue.sent_again")).all()

    assert (numbers, len(trail)) == ([1, 0], 1)


def test_what_comes_of_the_second_try_is_noted_anew(database: Database, clock: FixedClock, sender: Mailing) -> None:
    with database.session_scope() as session:
        fail(session, ("block", BLOCKED))
    note_refusals(database.session_scope, clock, keys=KEYS)
    with database.session_scope() as session:
        issue = session.exec(select(Issue)).one()
        send_all_again(session, issue.id or 0, "block", approver(session, "Guro"), clock=clock)
        fail(session, ("dead-address", "550 5.1.1 user unknown"))

    assert note_refusals(database.session_scope, clock, keys=KEYS) == {"refused": 1, "held_back": 1}
    with database.session_scope(read_only=True) as session:
        assert [row.category for row in session.exec(select(Failure))] == ["dead-address"]


def test_what_came_back_for_a_fault_of_ours_goes_out_once_more_and_the_ledger_still_adds_up(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with database.session_scope() as session:
        came_back(session, clock, ("auth-fault", BLOCKED), ("dead-address", GONE), ("auth-fault", BLOCKED), ("", "?"))
        issue, guro = session.exec(select(Issue)).one(), approver(session, "Guro")
        numbers = [
            send_all_again(session, issue.id or 0, "auth-fault", guro, clock=clock, ended=ended)
            for ended in (_S.FAILED, _S.BOUNCED, _S.BOUNCED)
        ]
        assert session.exec(select(func.count()).select_from(Failure)).one() == 0

    assert numbers == [0, 2, 0]
    assert states(database) == [_S.QUEUED, _S.BOUNCED, _S.QUEUED, _S.BOUNCED]
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 2
    with database.session_scope(read_only=True) as session:
        (account,) = check_deliveries(session)
    assert (account.accepted, account.faults) == (4, [])


def test_one_that_came_back_goes_out_once_more_only_when_the_fault_was_ours(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with database.session_scope() as session:
        came_back(session, clock, ("block", BLOCKED), ("dead-address", GONE), ("network", "4.4.7 expired"))
        ours, *others = session.exec(select(Delivery.id).order_by(col(Delivery.id))).all()
        guro = approver(session, "Guro")

        assert send_again(session, ours or 0, guro, clock=clock).state is _S.QUEUED
        for other in others:  # theirs, and one that has arrived
            with pytest.raises(TransitionNotAllowed, match="feil hos oss"):
                send_again(session, other or 0, guro, clock=clock)


def test_a_return_that_the_service_sends_again_by_itself_is_told(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with database.session_scope() as session:
        (row, *_) = came_back(session, clock, ("block", BLOCKED))
        move(session, row, _S.QUEUED, by="recovery", clock=clock)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    with database.session_scope(read_only=True) as session:
        (account,) = check_deliveries(session)
    assert any("ikke er lov" in fault for fault in account.faults)


def came_back(session: Session, clock: FixedClock, *reasons: tuple[str, str]) -> list[Delivery]:
    """The first deliveries of the issue came back for these reasons."""
    rows = list(session.exec(select(Delivery).order_by(col(Delivery.id))).all())
    for row, (category, reply) in zip(rows, reasons, strict=False):
        move(session, row, _S.BOUNCED, by="returned mail", clock=clock, category=category, reply=reply)
    return rows


@pytest.mark.parametrize("category", ["dead-address", "inactive", "mailbox-full", "not-sent", ""])
def test_what_is_the_readers_is_not_sent_again(
    database: Database, clock: FixedClock, sender: Mailing, category: str
) -> None:
    with database.session_scope() as session:
        issue = fail(session, (category, "550 5.1.1 user unknown"))
        with pytest.raises(InvalidInput, match="hjelper"):
            send_all_again(session, issue.id or 0, category, approver(session, "Guro"), clock=clock)


def test_nothing_of_a_cancelled_issue_is_sent_again(database: Database, clock: FixedClock, sender: Mailing) -> None:
    with database.session_scope() as session:
        issue, guro = fail(session, ("block", BLOCKED)), approver(session, "Guro")
        issue.status = IssueStatus.CANCELLED
        one = session.exec(select(Delivery.id).where(Delivery.state == _S.FAILED)).one() or 0
        with pytest.raises(TransitionNotAllowed, match="avbrutt"):
            send_all_again(session, issue.id or 0, "block", guro, clock=clock)
        with pytest.raises(TransitionNotAllowed, match="avbrutt"):
            send_again(session, one, guro, clock=clock)


Ask = Callable[[Session, Editor, FixedClock], object]


@pytest.mark.parametrize(
    "ask",
    [
        lambda session, editor, clock: send_all_again(session, 1, "block", editor, clock=clock),
        lambda session, editor, clock: send_again(session, 1, editor, clock=clock),
    ],
    ids=["all", "one"],
)
def test_it_takes_a_role_and_something_that_is_there(sqlite_database: Database, clock: FixedClock, ask: Ask) -> None:
    with sqlite_database.session_scope() as session:
        with pytest.raises(NotPermitted):
            ask(session, author(session), clock)
        with pytest.raises(NotFound):
            ask(session, approver(session), clock)
