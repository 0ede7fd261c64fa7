"""What is not sent: anything but what was approved, and anything without an access of its own."""

from typing import Any

import pytest
import sqlalchemy as sa

from campaigns.channels.account import ChannelAccount
from campaigns.channels.channel import PostChannel
from campaigns.channels.sealing import token_cell
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.posts import deliver_posts_due
from campaigns.editorial.draft import Approval, Draft, Snapshot
from service.database import Database
from tests.factories.posting import (
    SEALING,
    WORKER,
    planned_post,
    room,
    stored,
    trail,
)
from tests.fakes.fake_linkedin import FakeLinkedIn
from tests.fakes.pictures import picture


@pytest.mark.parametrize(
    "harm",
    [
        sa.update(Draft).values(content_sha256="0" * 64, approved_sha256="0" * 64),
        sa.update(Approval).values(voided_at=sa.func.now()),
        sa.update(Delivery).values(content_sha256="0" * 64),
    ],
)
def test_it_sends_nothing_that_is_not_what_was_approved(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel], harm: Any
) -> None:
    post = planned_post(database, clock)
    with database.session_scope() as session:
        session.execute(harm)

    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    assert linkedin.server.requests == []
    assert stored(database, post).state is DeliveryState.FAILED
    assert "delivery.refused" in trail(database)


def test_it_sends_nothing_when_the_snapshot_was_tampered_with(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = planned_post(sqlite_database, clock)
    with sqlite_database.session_scope() as session:
        for name in session.scalars(sa.text("SELECT name FROM sqlite_master WHERE type='trigger'")).all():
            session.execute(sa.text(f'DROP TRIGGER "{name}"'))
        session.execute(sa.update(Snapshot).values(content=sa.func.replace(Snapshot.content, "SSB", "XYZ")))

    deliver_posts_due(*room(sqlite_database, clock, channels), worker=WORKER)

    assert linkedin.server.requests == []
    assert stored(sqlite_database, post).state is DeliveryState.FAILED


def test_it_sends_nothing_when_the_image_is_another_one(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = planned_post(sqlite_database, clock)

    def other(_sha256: str) -> bytes:
        return picture("#ff0000").content

    deliver_posts_due(sqlite_database.session_scope, clock, channels, other, SEALING, worker=WORKER)

    assert linkedin.server.requests == []
    assert "et annet enn det som ble godkjent" in (stored(sqlite_database, post).reply or "")


def test_it_pauses_a_page_whose_token_was_copied_from_another(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    planned_post(sqlite_database, clock)
    foreign = SEALING.seal("good-token", token_cell("another-page"))
    with sqlite_database.session_scope() as session:
        session.execute(sa.update(ChannelAccount).values(sealed_token=foreign))

    deliver_posts_due(*room(sqlite_database, clock, channels), worker=WORKER)

    assert linkedin.server.requests == []
    assert "account.paused" in trail(sqlite_database)


def test_it_pauses_a_page_nobody_carries_posts_for(sqlite_database: Database, clock: FixedClock) -> None:
    post = planned_post(sqlite_database, clock)

    deliver_posts_due(*room(sqlite_database, clock, {}), worker=WORKER)

    assert stored(sqlite_database, post).state is DeliveryState.QUEUED
    assert "account.paused" in trail(sqlite_database)
