"""A claim that ran out while its holder was slow: nobody sends, gives back or settles what is another's by then."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from campaigns.channels.mail_reply import MailOutcome, MailStage
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState, Stage
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.holder import LEASE, one_of, surely_dead, this_holder
from campaigns.delivery.recover import recover
from campaigns.delivery.second_try import send_again
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, only_row, plan_issue, states
from tests.factories.newsroom import approver

D = MailOutcome.DEFERRED


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


def taken_over(database: Database, clock: FixedClock, stage: Stage, *, state: DeliveryState) -> None:
    """The last mail is another connection's now, of this very process."""
    with database.session_scope() as session:
        last = select(sa.func.max(Delivery.id)).scalar_subquery()
        session.execute(
            sa.update(Delivery)
            .where(col(Delivery.id) == last)
            .values(
                state=state, stage=stage, claimed_by=one_of(this_holder()), claimed_until=clock.now() + LEASE
            )
        )  # fmt: skip


def test_the_connection_beside_it_is_not_taken_for_the_holder(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 2)

    def once(stage: MailStage) -> None:
        if stage is MailStage.DOT and not sender.relay.sent:
            taken_over(database, clock, Stage.DOT, state=DeliveryState.SENDING)

    sender.relay.before = once
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert len(sender.relay.sent) == 1
    assert states(database) == [DeliveryState.ACCEPTED, DeliveryState.SENDING]


def test_what_is_given_back_is_only_ones_own(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 2)

    def stopped_and_late(stage: MailStage) -> None:
        if stage is MailStage.DOT:
            taken_over(database, clock, Stage.DOT, state=DeliveryState.SENDING)
            sender.dispatcher.stop.set()

    sender.relay.before = stopped_and_late
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.ACCEPTED, DeliveryState.SENDING]  # not back in the queue, at its dot


def test_a_late_refusal_says_nothing_about_the_attempt_of_another(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 1)
    sender.relay.outcomes = [D]
    sender.relay.after = lambda: taken_over(database, clock, Stage.DOT, state=DeliveryState.UNKNOWN)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.UNKNOWN]


def test_a_claim_from_a_clock_that_was_ahead_runs_out_at_once(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 1)
    with database.session_scope() as session:
        session.execute(
            sa.update(Delivery).values(
                state=DeliveryState.SENDING, stage=Stage.MAIL, claimed_by="another-host:1:1",
                claimed_until=clock.now() + timedelta(days=400),
            )
        )  # fmt: skip
        assert recover(session, clock).queued == 1


def test_a_connection_is_as_alive_as_its_process() -> None:
    assert not surely_dead(one_of(this_holder()))
    assert surely_dead(one_of(f"{this_holder().rpartition(':')[0]}:1"))


def test_giving_up_is_counted_from_the_first_attempt(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 1)
    clock.advance(days=6)  # the issue was held, or the machine off
    sender.relay.outcomes = [D]
    deliver_mail_due(sender.dispatcher, [sender.lane])
    row = only_row(database)

    assert row.state is DeliveryState.DEFERRED
    assert row.first_attempt_at == clock.now()


def test_a_second_try_has_its_time_before_it(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 1)
    sender.relay.outcomes = [MailOutcome.FAILED, D]
    deliver_mail_due(sender.dispatcher, [sender.lane])
    clock.advance(days=6)
    with database.session_scope() as session:
        send_again(session, only_row(database).id or 0, approver(session, "Guro"), clock=clock)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.DEFERRED]
