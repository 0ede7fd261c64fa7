"""What the desk says of sending just now: who takes nothing, who wants less, and when it will be done."""

from datetime import datetime, timedelta

from campaigns.clock import FixedClock
from campaigns.delivery.lane_state import LaneState
from campaigns.delivery.outlook import outlook
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/leveringer"


def lane(now: datetime, **given: object) -> LaneState:
    return LaneState.model_validate({"name": "post.example.no", "seen_at": now} | given)


def noted(desk: StaffDesk, *lanes: LaneState) -> None:
    with desk.service.database.session_scope() as session:
        session.add_all(lanes)


def test_it_reckons_when_everything_is_sent(clock: FixedClock) -> None:
    now = clock.now()

    told = outlook([lane(now, speed=10.0), lane(now, name="reserve", speed=5.0)], 9_000, now)

    assert (told.per_minute, told.done_at) == (900, now + timedelta(minutes=10))


def test_a_lane_that_was_seen_long_ago_does_not_count(clock: FixedClock) -> None:
    told = outlook([lane(clock.now() - timedelta(minutes=2), speed=10.0)], 9_000, clock.now())

    assert (told.per_minute, told.done_at) == (0, None)


def test_nothing_is_told_when_nothing_waits(clock: FixedClock) -> None:
    assert not outlook([lane(clock.now(), speed=0.0)], 0, clock.now()).worth_telling


def test_a_receivers_pace_is_added_up_over_the_lanes(clock: FixedClock) -> None:
    now = clock.now()

    told = outlook([lane(now, slowed={"google": 0.5}), lane(now, name="b", slowed={"google": 0.25})], 0, now)

    assert [(receiver.group.value, receiver.per_minute) for receiver in told.slow] == [("google", 45)]


def test_the_page_tells_of_a_relay_that_takes_nothing_and_escapes_what_it_said(
    busy_desk: StaffDesk, clock: FixedClock
) -> None:
    now = clock.now()
    noted(busy_desk, lane(now, stopped_until=now + timedelta(minutes=5), reason="535 5.7.8 <b>who</b> are you"))

    text = busy_desk.browser("Gunnar").get(PAGE).text

    assert "E-posttjeneren post.example.no tar ikke imot nå" in text
    assert "535 5.7.8 &lt;b&gt;who&lt;/b&gt; are you" in text
    assert "Ingenting går tapt" in text


def test_the_page_tells_who_wants_less_and_says_nothing_of_a_lane_that_is_well(
    busy_desk: StaffDesk, clock: FixedClock
) -> None:
    noted(busy_desk, lane(clock.now(), slowed={"google": 0.5}))

    text = busy_desk.browser("Gunnar").get(PAGE).text

    assert "Gmail har bedt oss sende saktere og får nå 30 i minuttet" in text
    assert "tar ikke imot" not in text
