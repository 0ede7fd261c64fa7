"""What the ledger refuses, that it adds up, and when to try again."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from campaigns.channels.mail_reply import MailOutcome
from campaigns.clock import FixedClock
from campaigns.delivery.account_check import check_deliveries
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.lane import Pace
from campaigns.delivery.ledger import RowMoved, move, require_legal
from campaigns.delivery.retry import RetryPolicy
from campaigns.delivery.second_try import send_again
from campaigns.errors import TransitionNotAllowed
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, plan_issue, states
from tests.factories.newsroom import approver

ENDED = (DeliveryState.SUPPRESSED, DeliveryState.CANCELLED, DeliveryState.COMPLAINED)
START = datetime(2027, 5, 20, 7, 0, tzinfo=UTC)


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


@pytest.mark.parametrize(("state", "to"), [*product(ENDED, DeliveryState)])
def test_nothing_follows_an_end(state: DeliveryState, to: DeliveryState) -> None:
    with pytest.raises(TransitionNotAllowed):
        require_legal(state, to)


@pytest.mark.parametrize("to", [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED])
def test_what_the_relay_took_is_never_sent_again(to: DeliveryState) -> None:
    with pytest.raises(TransitionNotAllowed):
        require_legal(DeliveryState.ACCEPTED, to)


def test_what_is_uncertain_is_not_sent_without_a_step_between() -> None:
    with pytest.raises(TransitionNotAllowed):
        require_legal(DeliveryState.UNKNOWN, DeliveryState.SENDING)


def test_a_stale_move_is_refused(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 1)
    with database.session_scope() as session, pytest.raises(RowMoved):
        row = session.exec(select(Delivery)).one()
        session.execute(sa.text("UPDATE delivery SET state = 'cancelled'"))
        move(session, row, DeliveryState.SENDING, by="test", clock=clock)


def test_the_sums_add_up_and_show_when_they_do_not(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 4)
    sender.relay.outcomes = [MailOutcome.UNKNOWN, MailOutcome.ACCEPTED, MailOutcome.FAILED]
    deliver_mail_due(sender.dispatcher, [sender.lane])
    with database.session_scope() as session:
        (account,) = check_deliveries(session)
        assert (account.planned, account.accepted, account.not_sent, len(account.unknown)) == (4, 2, 1, 1)
        assert account.faults == []

        session.execute(sa.text("UPDATE delivery SET issue_id = NULL WHERE state = 'failed'"))
        (account,) = check_deliveries(session)
        assert account.faults == ["4 ble planlagt, men 3 er gjort rede for."]


def test_a_person_has_a_failed_one_sent_again_and_no_other(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 2)
    sender.relay.outcomes = [MailOutcome.FAILED]
    deliver_mail_due(sender.dispatcher, [sender.lane])
    with database.session_scope() as session:
        gunnar = approver(session, "Solveig")
        rows = session.exec(select(Delivery)).all()
        failed = next(row for row in rows if row.state is DeliveryState.FAILED)
        taken = next(row for row in rows if row.state is DeliveryState.ACCEPTED)
        send_again(session, failed.id or 0, gunnar, clock=clock)
        with pytest.raises(TransitionNotAllowed):
            send_again(session, taken.id or 0, gunnar, clock=clock)

    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 1
    assert set(states(database)) == {DeliveryState.ACCEPTED}


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), timedelta(minutes=5)),
        (timedelta(minutes=3), timedelta(minutes=5)),
        (timedelta(minutes=30), timedelta(minutes=30)),
        (timedelta(hours=10), timedelta(seconds=4000)),
    ],
)
def test_it_waits_as_long_as_the_mail_is_old(age: timedelta, wait: timedelta) -> None:
    again = RetryPolicy(jitter=0).next_attempt(START, START + age, seed=1)

    assert again == START + age + wait


def test_it_gives_up_in_the_end_and_jitters_the_same_each_time() -> None:
    policy = RetryPolicy()
    first, second = (policy.next_attempt(START, START, seed=7) for _ in range(2))

    assert policy.next_attempt(START, START + timedelta(hours=72), seed=1) is None
    assert first == second
    assert first is not None
    assert timedelta(minutes=4, seconds=30) <= first - START <= timedelta(minutes=5, seconds=30)


def test_it_keeps_the_pace() -> None:
    now, waits = [100.0], list[float]()
    pace = Pace(20, tick=lambda: now[0], wait=waits.append)
    for _ in range(4):
        pace.take_turn()

    assert waits == pytest.approx([0.05, 0.10, 0.15])
