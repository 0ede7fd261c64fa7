"""The number of claims: raised with each, and never lower than what was written down."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import Session

from campaigns.channels.channel import PostChannel
from campaigns.channels.mail_reply import MailStage
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import DeliveryState
from campaigns.delivery.dispatch import deliver_mail_due
from campaigns.delivery.high_water import lift_water, raise_water, water
from campaigns.delivery.posts import deliver_posts_due
from service.database import Database
from tests.factories.mailroom import mailing, plan_issue, states
from tests.factories.posting import WORKER, planned_post, room


def test_it_begins_with_nothing_and_counts_each_claim(session: Session) -> None:
    before = water(session)

    assert (before, raise_water(session), raise_water(session), water(session)) == (0, 1, 2, 2)


def test_it_is_lifted_to_what_was_written_down_and_not_lowered(session: Session) -> None:
    lift_water(session, 7)
    assert water(session, held=True) == 7

    lift_water(session, 3)
    assert (water(session), raise_water(session)) == (7, 8)


def test_a_copy_made_while_the_last_mails_go_stands_lower_also_when_a_connection_breaks(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    sender = mailing(database, clock, tmp_path)
    plan_issue(database, clock, sender, 3)
    in_the_copy: list[int] = []
    noted: list[int] = []

    def break_at_the_third(stage: MailStage) -> None:
        if stage is MailStage.CONNECT and len(sender.relay.sent) == 2:
            with database.session_scope(read_only=True) as session:
                in_the_copy.append(water(session))
            raise ZeroDivisionError("a fault nobody thought of")

    sender.relay.before = break_at_the_third
    with pytest.raises(ZeroDivisionError):
        deliver_mail_due(replace(sender.dispatcher, note_claims=noted.append), [sender.lane])

    assert states(database)[:2] == [DeliveryState.ACCEPTED] * 2
    assert max(noted) > in_the_copy[0]


def test_mails_go_back_at_once_when_how_far_it_has_come_cannot_be_written_down(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    sender = mailing(database, clock, tmp_path)
    plan_issue(database, clock, sender, 3)

    def fail(_claims: int) -> None:
        raise ZeroDivisionError("a fault nobody thought of")

    with pytest.raises(ZeroDivisionError):
        deliver_mail_due(replace(sender.dispatcher, note_claims=fail), [sender.lane])

    assert (sender.relay.sent, states(database)) == ([], [DeliveryState.QUEUED] * 3)


def test_a_copy_made_while_the_last_post_goes_stands_lower(
    database: Database, clock: FixedClock, channels: dict[str, PostChannel]
) -> None:
    planned_post(database, clock)
    noted: list[int] = []

    deliver_posts_due(*room(database, clock, channels), worker=WORKER, note_claims=noted.append)

    assert noted == [1, 2]  # the second when the post had gone
