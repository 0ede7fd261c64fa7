"""Mails that are begun along with the dot of the one before, with the real relay, ledger and writer."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import MailRelay, StageRecorder
from campaigns.channels.mail_reply import MailReply, MailStage
from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState, Stage
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.holder import LEASE, one_of, this_holder
from campaigns.delivery.lane import Pace
from campaigns.delivery.outcomes import Withheld
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from service.database import Database
from tests.factories.mailroom import Mailing, mailing, plan_issue, states
from tests.faults.scripted_smtp import DROP, GOOD, ScriptedSmtp

ACCEPTED, QUEUED, SENDING = DeliveryState.ACCEPTED, DeliveryState.QUEUED, DeliveryState.SENDING
Hook = Callable[[int, MailStage], None]


class WatchedRelay(MailRelay):
    """The real one; ``watch(number, stage)`` runs before each stage of the first, second … hand-over is recorded."""

    watch: Hook = staticmethod(lambda _number, _stage: None)
    handed = 0

    def hand_over(self, envelope: Envelope, record_stage: StageRecorder) -> MailReply:
        self.handed += 1

        def watched(stage: MailStage) -> Envelope | None:
            self.watch(self.handed, stage)
            return record_stage(stage)

        return super().hand_over(envelope, watched)


@pytest.fixture
def sender(database: Database, clock: FixedClock, tmp_path: Path) -> Mailing:
    made = mailing(database, clock, tmp_path)
    plan_issue(database, clock, made, 3)
    return made


@pytest.fixture
def server() -> Iterator[ScriptedSmtp]:
    with offering() as running:
        yield running


def offering(**script: list[bytes]) -> ScriptedSmtp:
    return ScriptedSmtp({"ehlo": [b"250-relay.test\r\n250 PIPELINING\r\n"] * 5} | script)


def deliver(sender: Mailing, server: ScriptedSmtp, watch: Hook | None = None) -> None:
    relay = WatchedRelay(RelayAddress(host="127.0.0.1", port=server.port, tls=Tls.NONE))
    if watch:
        relay.watch = watch
    deliver_mail_due(sender.dispatcher, [replace(sender.lane, connect=lambda: relay)])


def recipients(server: ScriptedSmtp) -> list[str]:
    """Whom the server has taken a mail for, by their names."""
    heads = [text.partition(b"\r\n\r\n")[0].decode() for text in server.accepted]
    return [line.partition("@")[0] for head in heads for line in head.split("\r\n") if line.startswith("To: ")]


def rows(database: Database) -> list[Delivery]:
    with database.session_scope(read_only=True) as session:
        found = list(session.exec(select(Delivery).order_by(col(Delivery.id))).all())
        session.expunge_all()
        return found


def test_all_are_taken_over_one_connection_and_written_down(
    database: Database, sender: Mailing, server: ScriptedSmtp
) -> None:
    deliver(sender, server)

    assert states(database) == [ACCEPTED] * 3
    assert (len(server.accepted), len(set(recipients(server))), server.connections) == (3, 3, 1)
    assert [row.attempts for row in rows(database)] == [1, 1, 1]
    with database.session_scope(read_only=True) as session:
        history = select(DeliveryEvent.to_state).order_by(col(DeliveryEvent.delivery_id), col(DeliveryEvent.id))
        assert session.exec(history).all() == ["queued", "sending", "accepted"] * 3


def test_a_dot_that_may_not_leave_takes_nothing_of_the_next_mail_with_it(
    database: Database, clock: FixedClock, sender: Mailing, server: ScriptedSmtp
) -> None:
    def take_over(number: int, stage: MailStage) -> None:
        if (number, stage) == (1, MailStage.DOT):
            with database.session_scope() as session:
                session.execute(
                    sa.update(Delivery)
                    .where(col(Delivery.id) == sa.select(sa.func.min(Delivery.id)).scalar_subquery())
                    .values(claimed_by=one_of(this_holder()), claimed_until=clock.now() + LEASE)
                )

    deliver(sender, server, take_over)

    assert states(database) == [SENDING, ACCEPTED, ACCEPTED]
    assert len(server.accepted) == 2
    assert [row.attempts for row in rows(database)] == [1, 1, 1]  # begun along, and begun again: one attempt


def test_who_leaves_after_being_begun_along_does_not_get_it(
    database: Database, sender: Mailing, server: ScriptedSmtp
) -> None:
    def leave(number: int, stage: MailStage) -> None:
        if (number, stage) == (2, MailStage.DATA):
            second = rows(database)[1].subscriber_id
            with database.session_scope() as session:
                gone = sa.update(Subscriber).where(col(Subscriber.id) == second)
                session.execute(gone.values(status=SubscriberStatus.UNSUBSCRIBED))

    deliver(sender, server, leave)

    assert states(database) == [ACCEPTED, DeliveryState.SUPPRESSED, ACCEPTED]
    assert rows(database)[1].category == Withheld.LEFT
    assert len(server.accepted) == 2


def test_who_has_left_is_not_begun_along(database: Database, sender: Mailing, server: ScriptedSmtp) -> None:
    second = rows(database)[1].subscriber_id
    with database.session_scope() as session:
        gone = sa.update(Subscriber).where(col(Subscriber.id) == second)
        session.execute(gone.values(status=SubscriberStatus.UNSUBSCRIBED))

    deliver(sender, server)

    assert states(database) == [ACCEPTED, DeliveryState.SUPPRESSED, ACCEPTED]
    assert len([line for line in server.commands if line.startswith("RCPT")]) == 2


def test_a_lane_that_stops_gives_back_what_was_begun_along(database: Database, sender: Mailing) -> None:
    with offering(dot=[b"554 5.7.1 relay access denied\r\n"]) as server:
        deliver(sender, server)

    assert states(database) == [DeliveryState.DEFERRED, QUEUED, QUEUED]
    assert {(row.stage, row.claimed_by) for row in rows(database)[1:]} == {(Stage.NONE, None)}
    assert not server.accepted


def test_one_recipient_the_relay_will_not_carry_holds_nobody_up_for_ever(
    database: Database, clock: FixedClock, sender: Mailing
) -> None:
    with offering(rcpt=[b"554 5.7.1 relay access denied\r\n"]) as server:
        deliver(sender, server)
        clock.advance(minutes=5)  # the lane is tried again, with another mail
        deliver(sender, server)

        assert states(database) == [DeliveryState.DEFERRED, ACCEPTED, ACCEPTED]
        clock.advance(minutes=30)
        deliver(sender, server)

    assert states(database) == [ACCEPTED] * 3


def test_who_is_told_to_stop_takes_back_what_was_begun_along(
    database: Database, sender: Mailing, server: ScriptedSmtp
) -> None:
    def stop(number: int, stage: MailStage) -> None:
        if (number, stage) == (2, MailStage.RCPT):
            sender.dispatcher.stop.set()

    deliver(sender, server, stop)

    assert states(database) == [ACCEPTED, ACCEPTED, QUEUED]  # the one under way is brought to its end
    assert len(server.accepted) == 2


@pytest.mark.parametrize(
    ("script", "left"),
    [
        ({"dot": [GOOD, DROP]}, [ACCEPTED, DeliveryState.UNKNOWN, ACCEPTED]),
        ({"dot": [b"451 4.3.0 later\r\n"]}, [DeliveryState.DEFERRED, ACCEPTED, ACCEPTED]),
        ({"rcpt": [GOOD, b"550 5.1.1 no such user\r\n"]}, [ACCEPTED, DeliveryState.FAILED, ACCEPTED]),
        ({"mail": [GOOD, DROP]}, [ACCEPTED, ACCEPTED, ACCEPTED]),
    ],
)
def test_each_mail_gets_its_own_outcome(
    database: Database, sender: Mailing, script: dict[str, list[bytes]], left: list[DeliveryState]
) -> None:
    with offering(**script) as server:
        deliver(sender, server)

    assert states(database) == left
    assert len(set(recipients(server))) == len(server.accepted)


def test_who_is_told_to_stop_while_a_turn_is_waited_for_sends_nothing_more(
    database: Database, sender: Mailing, server: ScriptedSmtp
) -> None:
    sender.lane = replace(
        sender.lane, pace=Pace(4, tick=lambda: 10.0, wait=lambda _seconds: sender.dispatcher.stop.set())
    )

    deliver(sender, server)

    assert states(database) == [ACCEPTED, QUEUED, QUEUED]
    assert len(server.accepted) == 1
