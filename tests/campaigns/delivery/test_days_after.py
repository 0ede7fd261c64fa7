"""What happened in the days after an issue went out, each thing on its own day, and no row of others' read for it."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.delivery.after_sending import aftermath
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.ledger import move
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.sent_issue import sent_issue


def _mail(session: Session, issue: Issue, state: DeliveryState) -> Delivery:
    found = select(Delivery).where(Delivery.issue_id == issue.id, Delivery.state == state)
    return session.exec(found.order_by(col(Delivery.id))).one()


def _leaves(session: Session, delivery: Delivery, clock: FixedClock) -> None:
    person = session.get_one(Subscriber, delivery.subscriber_id)
    person.status, person.unsubscribed_at = SubscriberStatus.UNSUBSCRIBED, clock.now()
    session.add(person)
    session.flush()


def test_each_thing_stands_on_the_day_it_happened(session: Session, clock: FixedClock) -> None:
    issue = sent_issue(session, clock, status=IssueStatus.SENT)
    clock.advance(days=1)
    returned = _mail(session, issue, DeliveryState.ACCEPTED)
    move(session, returned, DeliveryState.BOUNCED, by="returns", clock=clock, category="dead-address")
    clock.advance(days=1)
    move(session, returned, DeliveryState.COMPLAINED, by="returns", clock=clock)
    _leaves(session, _mail(session, issue, DeliveryState.DELIVERED), clock)

    days = aftermath(session, issue, clock).days

    assert [(day.bounced, day.left, day.complained) for day in days] == [(1, 0, 1), (1, 0, 0), (0, 1, 1)]


def test_only_those_who_left_after_they_got_it_left_because_of_it(session: Session, clock: FixedClock) -> None:
    issue = sent_issue(session, clock, status=IssueStatus.SENT)
    taken, withheld = (_mail(session, issue, state) for state in (DeliveryState.DELIVERED, DeliveryState.CANCELLED))
    clock.advance(hours=-1)
    _leaves(session, taken, clock)
    clock.advance(hours=5)
    _leaves(session, withheld, clock)

    assert aftermath(session, issue, clock).sum_of("left") == 0


def test_readers_of_other_issues_are_not_counted(session: Session, clock: FixedClock) -> None:
    issue = sent_issue(session, clock, status=IssueStatus.SENT)
    other = sent_issue(session, clock, number=901, status=IssueStatus.SENT)
    clock.advance(hours=1)
    _leaves(session, _mail(session, other, DeliveryState.DELIVERED), clock)

    assert aftermath(session, issue, clock).sum_of("left") == 0
    assert aftermath(session, other, clock).sum_of("left") == 1


def test_the_ledger_is_asked_about_those_who_left_and_not_gone_through(
    sqlite_database: Database, clock: FixedClock
) -> None:
    asked: list[tuple[str, Any]] = []
    with sqlite_database.session_scope() as session:
        issue_id = sent_issue(session, clock, status=IssueStatus.SENT).id
    sa.event.listen(sqlite_database.engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    with sqlite_database.session_scope(read_only=True) as session:
        aftermath(session, session.get_one(Issue, issue_id), clock)
    questions = [(statement, given) for statement, given in asked if "FROM delivery" in statement]
    with sqlite_database.engine.connect() as connection:
        steps = [
            str(row[-1])
            for statement, given in questions
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]

    of_ledger = [step for step in steps if " delivery " in step]
    assert len(of_ledger) == 3
    assert all("(issue_id=? AND state=?)" in step or "(issue_id=? AND subscriber_id=?)" in step for step in of_ledger)
