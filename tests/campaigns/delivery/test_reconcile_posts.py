"""Looking for posts whose outcome is unknown, against a LinkedIn over real HTTP."""

from datetime import timedelta

from sqlmodel import select

from campaigns.audit import AuditEvent
from campaigns.channels.channel import PostChannel
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import DeliveryState
from campaigns.delivery.posts import deliver_posts_due
from campaigns.delivery.reconcile_posts import reconcile_unknown
from service.database import Database
from tests.factories.posting import WORKER, history, planned_post, room, stored
from tests.fakes.fake_linkedin import FakeLinkedIn
from tests.fakes.linkedin_answers import Trap, fault


def uncertain(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel], trap: Trap
) -> int:
    """One post whose outcome is unknown."""
    post = planned_post(database, clock)
    linkedin.next_creates = [trap]
    deliver_posts_due(*room(database, clock, channels), worker=WORKER)
    assert stored(database, post).state is DeliveryState.UNKNOWN
    return post


def test_it_finds_the_post_that_was_made(
    database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = uncertain(database, clock, linkedin, channels, Trap.NEVER_ANSWERS)
    clock.advance(seconds=30)

    assert reconcile_unknown(*room(database, clock, channels), worker=WORKER) == 1

    delivery = stored(database, post)
    assert delivery.state is DeliveryState.ACCEPTED
    assert delivery.external_id == linkedin.posts[0]["id"]
    assert history(database, post) == ["queued", "sending", "unknown", "accepted"]
    assert len(linkedin.creates) == 1


def test_it_does_not_look_before_half_a_minute_has_passed(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    uncertain(sqlite_database, clock, linkedin, channels, Trap.RESET_AFTER)
    clock.advance(seconds=29)

    reconcile_unknown(*room(sqlite_database, clock, channels), worker=WORKER)

    assert linkedin.calls("GET", "/rest/posts") == []


def test_it_looks_again_when_a_new_post_is_listed_late(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    linkedin.listed_after = timedelta(minutes=5)
    post = uncertain(sqlite_database, clock, linkedin, channels, Trap.RESET_AFTER)
    for wait in (30, 90, 480):
        clock.advance(seconds=wait)
        reconcile_unknown(*room(sqlite_database, clock, channels), worker=WORKER)
        reconcile_unknown(*room(sqlite_database, clock, channels), worker=WORKER)

    assert len(linkedin.calls("GET", "/rest/posts")) == 3
    assert stored(sqlite_database, post).state is DeliveryState.ACCEPTED


def test_it_leaves_to_a_person_what_it_does_not_find(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = uncertain(sqlite_database, clock, linkedin, channels, Trap.RESET_BEFORE)
    for wait in (30, 90, 480, 3600, 90000):
        clock.advance(seconds=wait)
        reconcile_unknown(*room(sqlite_database, clock, channels), worker=WORKER)

    delivery = stored(sqlite_database, post)
    assert delivery.state is DeliveryState.UNKNOWN
    assert "avgjør" in (delivery.reply or "")
    assert len(linkedin.calls("GET", "/rest/posts")) == 3
    assert len(linkedin.creates) == 1


def test_it_does_not_count_a_broken_listing_as_a_look(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = uncertain(sqlite_database, clock, linkedin, channels, Trap.RESET_AFTER)
    linkedin.answers["list"] = [fault(500, "INTERNAL_SERVER_ERROR")] * 3
    for wait in (30, 90, 480, 1800):
        clock.advance(seconds=wait)
        reconcile_unknown(*room(sqlite_database, clock, channels), worker=WORKER)

    assert stored(sqlite_database, post).state is DeliveryState.ACCEPTED


def test_it_gives_up_a_page_whose_posts_it_may_not_read_after_a_day(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = uncertain(sqlite_database, clock, linkedin, channels, Trap.RESET_AFTER)
    linkedin.tokens = set()
    for hours in (1, 24, 24):
        clock.advance(hours=hours)
        reconcile_unknown(*room(sqlite_database, clock, channels), worker=WORKER)

    assert len(linkedin.calls("GET", "/rest/posts")) == 2
    assert "Fikk ikke sett innleggene" in (stored(sqlite_database, post).reply or "")


def test_it_says_so_when_the_post_is_there_twice(
    sqlite_database: Database, clock: FixedClock, linkedin: FakeLinkedIn, channels: dict[str, PostChannel]
) -> None:
    post = uncertain(sqlite_database, clock, linkedin, channels, Trap.RESET_AFTER)
    clock.advance(seconds=5)
    linkedin.add_post("", content=linkedin.posts[0]["content"])
    clock.advance(seconds=30)

    reconcile_unknown(*room(sqlite_database, clock, channels), worker=WORKER)

    delivery = stored(sqlite_database, post)
    assert delivery.state is DeliveryState.ACCEPTED
    assert delivery.external_id == linkedin.posts[0]["id"]
    assert "2 ganger" in (delivery.reply or "")
    with sqlite_database.session_scope(read_only=True) as session:
        assert "delivery.found_twice" in session.exec(select(AuditEvent.action)).all()
