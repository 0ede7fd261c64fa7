"""Publishing what is due, on both engines, against a LinkedIn over real HTTP."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from campaigns.channels.account import ChannelAccount
from campaigns.channels.channel import PostChannel
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState, Stage
from campaigns.delivery.post_plan import plan_posts
from campaigns.delivery.posts import deliver_posts_due
from service.database import Database
from tests.factories.posting import (
    SEALING,
    SHOWN,
    WORKER,
    approved_draft,
    history,
    image_of,
    page,
    planned_post,
    room,
    stored,
    trail,
)
from tests.fakes.fake_linkedin import FakeLinkedIn
from tests.fakes.linkedin_answers import Trap, fault


def test_it_publishes_exactly_what_was_approved_once(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = planned_post(database, clock)

    first = deliver_posts_due(*room(database, clock, channels), worker=WORKER)
    second = deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    assert (first, second) == (1, 0)
    assert [one["shown"] for one in linkedin.posts] == [SHOWN]
    delivery = stored(database, post)
    assert delivery.state is DeliveryState.ACCEPTED
    assert delivery.external_id == linkedin.posts[0]["id"]
    assert delivery.url == f"https://www.linkedin.com/feed/update/{delivery.external_id}/"
    assert delivery.finished_at == clock.now()
    assert history(database, post) == ["queued", "sending", "accepted"]


def test_it_plans_one_post_for_each_enabled_page_of_an_approved_channel_once(
    session: Session, clock: FixedClock
) -> None:
    page(session, "linkedin")
    page(session, "facebook", adapter="sandbox")
    page(session, "facebook", key="facebook-off", enabled=False)
    draft = approved_draft(session, clock)

    planned = plan_posts(session, draft, clock=clock)

    assert [delivery.account_id for delivery in planned] == ["facebook-ho21", "linkedin-ho21"]
    assert plan_posts(session, draft, clock=clock) == []


def test_it_commits_the_stage_and_the_image_before_the_call(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = planned_post(database, clock)
    linkedin.next_creates = [Trap.NEVER_ANSWERS]

    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    delivery = stored(database, post)
    assert (delivery.state, delivery.stage) == (DeliveryState.UNKNOWN, Stage.DOT)
    assert delivery.wire["image_urn"] in linkedin.pictures
    assert delivery.wire["first_call_at"]
    assert len(linkedin.creates) == 1


def test_it_never_sends_again_what_is_unknown(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    planned_post(database, clock)
    linkedin.next_creates = [Trap.RESET_BEFORE]
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    clock.advance(days=3)
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    assert len(linkedin.creates) == 1


@pytest.mark.parametrize(
    ("stage", "expected"),
    [(Stage.CONNECT, DeliveryState.ACCEPTED), (Stage.DATA, DeliveryState.ACCEPTED), (Stage.DOT, DeliveryState.UNKNOWN)],
)
def test_it_takes_up_after_a_crash_only_what_cannot_have_been_published(
    database: Database,
    clock: FixedClock,
    channels: dict[str, PostChannel],
    stage: Stage,
    expected: DeliveryState,
) -> None:
    post = planned_post(database, clock)
    dead = {"state": DeliveryState.SENDING, "stage": stage, "claimed_by": WORKER, "claimed_until": clock.now()}
    with database.session_scope() as session:
        session.execute(sa.update(Delivery).values(**dead))
    clock.advance(minutes=1)

    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    assert stored(database, post).state is expected


def test_it_leaves_a_post_to_the_one_who_took_it_over(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = planned_post(database, clock)

    def stolen(sha256: str) -> bytes:
        with database.session_scope() as session:
            session.execute(sa.update(Delivery).values(claimed_by="quicker"))
        return image_of(sha256)

    deliver_posts_due(database.session_scope, clock, channels, stolen, SEALING, worker=WORKER)

    assert linkedin.server.requests == []
    assert stored(database, post).claimed_by == "quicker"


def test_it_tries_later_and_sends_once_when_it_is_put_off(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = planned_post(database, clock)
    linkedin.next_creates = [fault(429, "TOO_MANY_REQUESTS")]
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)
    assert stored(database, post).state is DeliveryState.DEFERRED
    assert deliver_posts_due(*room(database, clock, channels), worker=WORKER) == 0

    clock.advance(minutes=15)
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    assert stored(database, post).state is DeliveryState.ACCEPTED
    assert (len(linkedin.posts), len(linkedin.pictures)) == (1, 1)


def test_it_gives_up_after_a_day(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = planned_post(database, clock)
    linkedin.reading_takes = timedelta(days=9)
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    clock.advance(hours=25)
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    assert stored(database, post).state is DeliveryState.FAILED


def test_it_pauses_the_page_and_keeps_the_posts_when_access_is_refused(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = planned_post(database, clock)
    linkedin.tokens = set()
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)

    with database.session_scope() as session:
        account = session.exec(select(ChannelAccount)).one()
        assert "Koble kontoen til på nytt" in (account.paused_reason or "")
        account.paused_reason = None
        session.add(account)
    assert stored(database, post).state is DeliveryState.QUEUED
    assert "account.paused" in trail(database)
    assert len(linkedin.server.requests) == 1

    linkedin.tokens = {"good-token"}
    assert deliver_posts_due(*room(database, clock, channels), worker=WORKER) == 1


def test_it_publishes_once_though_several_workers_look_at_the_same_time(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    planned_post(database, clock)
    workers = [f"another-host:{number}:0" for number in range(4)]

    with ThreadPoolExecutor(len(workers)) as pool:
        counts = list(pool.map(lambda name: deliver_posts_due(*room(database, clock, channels), worker=name), workers))

    assert sorted(counts) == [0, 0, 0, 1]
    assert len(linkedin.posts) == 1
