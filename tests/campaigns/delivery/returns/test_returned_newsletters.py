"""Newsletters that come back: known by their own Message-ID, and stopped when it is for our sake (E-55, E-72)."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.issue_control import pause_issue, resume_issue
from campaigns.delivery.returns.returned_mail import Effect
from campaigns.newsletter.issue import Issue, IssueStatus
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, plan_issue
from tests.factories.newsroom import approver
from tests.factories.returned_mail import delivery_report, failed
from tests.factories.returns import GONE, PostOffice

SPAM = "554 5.7.1 message refused as spam"
QUOTA = "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients"
UNAUTHENTICATED = "550 5.7.26 this mail is unauthenticated"


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


@pytest.fixture
def office_on_each(database: Database, clock: FixedClock) -> PostOffice:
    return PostOffice(database, clock)


def _sent(office: PostOffice, sender: Mailing, count: int) -> list[Delivery]:
    """An issue that has gone to so many, and is not done yet."""
    plan_issue(office.database, office.clock, sender, count)
    deliver_mail_due(sender.dispatcher, [sender.lane])
    with office.database.session_scope(read_only=True) as session:
        rows = list(session.exec(select(Delivery).order_by(col(Delivery.id))))
        session.expunge_all()
    assert {row.state for row in rows} == {DeliveryState.ACCEPTED}
    return rows


def _issue(office: PostOffice) -> Issue:
    with office.database.session_scope(read_only=True) as session:
        issue = session.exec(select(Issue)).one()
        session.expunge(issue)
        return issue


def _return(office: PostOffice, rows: list[Delivery], words: str) -> None:
    for row in rows:
        assert office.bounce(row.id or 0, words) is Effect.NOTED


def test_it_is_known_by_its_message_id_where_the_return_path_was_lost(
    office_on_each: PostOffice, sender: Mailing
) -> None:
    (row,) = _sent(office_on_each, sender, 1)
    report = delivery_report(failed("", GONE), returned=f"Message-ID: {row.message_id}\n")

    assert office_on_each.bring(report) is Effect.HELD_BACK
    assert office_on_each.delivery(row.id or 0).state is DeliveryState.BOUNCED


def test_an_issue_that_comes_back_as_unauthenticated_stops_at_once(office_on_each: PostOffice, sender: Mailing) -> None:
    rows = _sent(office_on_each, sender, 5)

    _return(office_on_each, rows[:1], UNAUTHENTICATED)

    issue = _issue(office_on_each)
    assert issue.status is IssueStatus.PAUSED
    assert "ikke er autentisert" in (issue.note or "")
    assert "@" not in (issue.note or "")


@pytest.mark.parametrize("words", [SPAM, QUOTA], ids=["spam", "quota"])
def test_an_issue_that_comes_back_from_more_than_two_in_a_hundred_stops(
    office_on_each: PostOffice, sender: Mailing, words: str
) -> None:
    rows = _sent(office_on_each, sender, 20)

    _return(office_on_each, rows[:2], words)
    assert _issue(office_on_each).status is IssueStatus.SENDING
    _return(office_on_each, rows[2:3], words)

    assert "3 av 20 e-poster" in (_issue(office_on_each).note or "")


@pytest.mark.parametrize("words", ["552 5.2.2 mailbox full", "450 4.7.1 greylisted", "550 5.4.4 unable to route"])
def test_what_comes_back_for_the_readers_sake_stops_no_issue(
    office: PostOffice, sqlite_database: Database, clock: FixedClock, tmp_path: Path, words: str
) -> None:
    rows = _sent(office, mailing(sqlite_database, clock, tmp_path), 5)

    for row in rows:
        office.bounce(row.id or 0, words)

    assert _issue(office).status is IssueStatus.SENDING


def test_who_lets_it_go_on_has_seen_what_came_back_till_then(
    office: PostOffice, sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    rows = _sent(office, mailing(sqlite_database, clock, tmp_path), 8)
    _return(office, rows[:1], UNAUTHENTICATED)
    clock.advance(minutes=10)
    _let_go_on(office)

    _return(office, rows[1:2], UNAUTHENTICATED)  # it went before that
    _return(office, rows[2:6], SPAM)

    assert _issue(office).status is IssueStatus.SENDING


def test_a_pause_somebody_made_for_another_reason_changes_nothing(
    office: PostOffice, sqlite_database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    rows = _sent(office, mailing(sqlite_database, clock, tmp_path), 8)
    with office.database.session_scope() as session:
        pause_issue(session, _issue(office).id or 0, approver(session, "Nora"), reason="Lunsj", clock=clock)
    clock.advance(minutes=10)
    _let_go_on(office)

    _return(office, rows[:3], SPAM)

    assert _issue(office).status is IssueStatus.PAUSED


def _let_go_on(office: PostOffice) -> None:
    with office.database.session_scope() as session:
        resume_issue(session, _issue(office).id or 0, approver(session, "Ida"), clock=office.clock)
