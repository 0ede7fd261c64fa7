"""After a crash, and when a claim is lost: what may be sent again, and what never is (email contract E-36, E-50)."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.channels.mail_reply import MailStage
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState, Stage
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.holder import surely_dead, this_holder
from campaigns.delivery.recover import recover
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, plan_issue, states


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    return mailing(database, clock, tmp_path)


def recovered(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        recover(session, clock, gone=lambda _holder: True)


def crash_at(database: Database, stage: Stage, holder: str, clock: FixedClock) -> None:
    with database.session_scope() as session:
        session.execute(
            sa.update(Delivery).values(
                state=DeliveryState.SENDING, stage=stage, claimed_by=holder,
                claimed_until=clock.now() + timedelta(minutes=10),
            )
        )  # fmt: skip


@pytest.mark.parametrize("stage", list(Stage))
def test_after_a_crash_only_what_was_before_the_dot_is_sent(
    database: Database, clock: FixedClock, sender: Mailing, stage: Stage
) -> None:
    plan_issue(database, clock, sender, 1)
    here, _, _ = this_holder().rpartition(":")
    crash_at(database, stage, f"{here.rpartition(':')[0]}:999999999:1", clock)

    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.UNKNOWN if stage is Stage.DOT else DeliveryState.ACCEPTED]
    assert len(sender.relay.sent) == (stage is not Stage.DOT)


@pytest.mark.parametrize("holder", ["another-host:1:1", this_holder()], ids=["another host", "alive"])
def test_a_row_held_by_somebody_alive_is_left_until_the_claim_runs_out(
    database: Database, clock: FixedClock, sender: Mailing, holder: str
) -> None:
    plan_issue(database, clock, sender, 1)
    crash_at(database, Stage.MAIL, holder, clock)
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 0

    clock.advance(minutes=11)
    assert deliver_mail_due(sender.dispatcher, [sender.lane]) == 1


def test_who_lost_the_claim_never_enters_the_next_stage(database: Database, clock: FixedClock, sender: Mailing) -> None:
    plan_issue(database, clock, sender, 1)

    def somebody_takes_it(stage: MailStage) -> None:
        if stage is MailStage.DOT:
            recovered(database, clock)
            sender.dispatcher.stop.set()

    sender.relay.before = somebody_takes_it
    count = deliver_mail_due(sender.dispatcher, [sender.lane])

    assert count == 0
    assert sender.relay.sent == []
    assert states(database) == [DeliveryState.QUEUED]


def test_a_reply_read_after_the_claim_ran_out_still_counts(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    plan_issue(database, clock, sender, 1)
    sender.relay.after = lambda: recovered(database, clock)
    deliver_mail_due(sender.dispatcher, [sender.lane])

    assert states(database) == [DeliveryState.ACCEPTED]


def test_a_process_number_used_again_is_not_the_same_process() -> None:
    holder = this_holder()

    assert not surely_dead(holder)
    assert surely_dead(holder.rpartition(":")[0] + ":1")
    assert surely_dead(None)
    assert not surely_dead("another-host:1:1")
