"""How fast a lane goes: it halves when asked and grows back in steps (E-51, E-53, E-54)."""

from datetime import timedelta

import pytest

from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.clock import FixedClock
from campaigns.delivery.caps import GroupCaps, too_fast
from campaigns.delivery.domain_groups import DomainGroup, group_of
from campaigns.delivery.lane import Breaker, Pace
from campaigns.delivery.retry import RetryPolicy
from campaigns.delivery.throttle import Speedometer, Throttle

GMAIL = "421 4.7.28 Our system has detected an unusual rate of mail"
YAHOO = "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred"


def reply(text: str, outcome: MailOutcome = MailOutcome.DEFERRED) -> MailReply:
    return MailReply(outcome=outcome, stage=MailStage.DOT, text=text, code=int(text[:3]), category="transient")


ACCEPTED = reply("250 2.0.0 ok", MailOutcome.ACCEPTED)


def test_it_halves_and_grows_back_a_tenth_a_minute(clock: FixedClock) -> None:
    throttle = Throttle(20)

    throttle.slow_down(clock.now(), going=20)
    rates = [throttle.rate(clock.now())]
    for _ in range(6):
        clock.advance(minutes=1)
        rates.append(throttle.rate(clock.now()))

    assert rates == [10, 12, 14, 16, 18, 20, 20]
    assert not throttle.slowed(clock.now())


def test_a_pace_without_limit_halves_what_was_measured_and_ends_without_limit(clock: FixedClock) -> None:
    throttle = Throttle(0)

    throttle.slow_down(clock.now(), going=50)
    assert throttle.rate(clock.now()) == 25
    clock.advance(minutes=5)

    assert throttle.rate(clock.now()) == 0


def test_answers_to_what_was_under_way_are_one_request(clock: FixedClock) -> None:
    throttle = Throttle(16)

    halved = []
    for _ in range(5):
        halved.append(throttle.slow_down(clock.now(), going=16))
        clock.advance(seconds=5)
    assert halved == [True, False, False, False, False]
    clock.advance(seconds=5)
    throttle.slow_down(clock.now(), going=16)

    assert throttle.rate(clock.now()) == 4


def test_it_never_stands_still(clock: FixedClock) -> None:
    throttle = Throttle(1)
    for _ in range(20):
        throttle.slow_down(clock.now(), going=1)
        clock.advance(seconds=31)

    assert 1 / 60 <= throttle.rate(clock.now()) < 0.2


def test_the_speedometer_tells_of_the_last_seconds(clock: FixedClock) -> None:
    speedometer = Speedometer()
    for _ in range(60):
        speedometer.count(clock.now(), 5)
        clock.advance(seconds=1)

    assert speedometer.speed(clock.now()) == pytest.approx(5, rel=0.1)
    clock.advance(minutes=2)
    speedometer.speed(clock.now())
    clock.advance(seconds=30)
    assert speedometer.speed(clock.now()) == 0


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        (GMAIL, True),
        (YAHOO, True),
        ("421 4.7.0 Try again later", True),
        ("421 Message temporarily deferred [TS01]", True),
        ("421 RP-001 The mail server IP connecting to Outlook.com has exceeded the rate limit allowed", True),
        ("451 4.7.500 Server busy. Please try again later from [192.0.2.1]", True),
        ("451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited", True),
        ("421 4.3.2 closing", False),
        ("451 4.7.1 greylisted", False),
        ("421 4.7.26 unauthenticated", False),
    ],
)
def test_it_knows_a_request_to_slow_down(text: str, asks: bool) -> None:
    assert too_fast(reply(text)) is asks
    assert not too_fast(reply(text, MailOutcome.FAILED))


def test_a_receiver_without_a_cap_has_room_for_all(clock: FixedClock) -> None:
    assert GroupCaps().reserve(clock.now(), 250) == {}


def test_a_cap_gives_room_as_time_goes(clock: FixedClock) -> None:
    caps = GroupCaps({DomainGroup.GOOGLE: 4})
    first = caps.reserve(clock.now(), 250)
    nothing = caps.reserve(clock.now(), 250)
    clock.advance(seconds=2)
    later = caps.reserve(clock.now(), 250)

    assert first == {DomainGroup.GOOGLE: 20}
    assert nothing == {DomainGroup.GOOGLE: 0}
    assert later == {DomainGroup.GOOGLE: 8}


def test_room_that_was_not_used_is_given_back(clock: FixedClock) -> None:
    caps = GroupCaps({DomainGroup.GOOGLE: 4})
    reserved = caps.reserve(clock.now(), 250)
    caps.release(reserved, [DomainGroup.GOOGLE, None, DomainGroup.APPLE])

    assert caps.reserve(clock.now(), 250) == {DomainGroup.GOOGLE: 19}


def test_a_receiver_that_asks_gets_a_rest_and_then_half(clock: FixedClock) -> None:
    caps = GroupCaps({DomainGroup.GOOGLE: 4})
    assert caps.learn(DomainGroup.GOOGLE, reply(GMAIL), clock.now())
    assert caps.rests(DomainGroup.GOOGLE, clock.now())
    assert caps.reserve(clock.now(), 250) == {DomainGroup.GOOGLE: 0}
    assert caps.slowed(clock.now()) == {DomainGroup.GOOGLE: 2}

    clock.advance(seconds=59)
    assert caps.reserve(clock.now(), 250) == {DomainGroup.GOOGLE: 0}
    clock.advance(seconds=1)

    assert not caps.rests(DomainGroup.GOOGLE, clock.now())
    assert caps.reserve(clock.now(), 250)[DomainGroup.GOOGLE] >= 1


def test_the_breaker_lets_one_probe_through_in_five_minutes(clock: FixedClock) -> None:
    breaker = Breaker()
    for _ in range(20):
        assert breaker.allowance(clock, 50) == 50
        breaker.learn(reply("451 4.3.0 later"), clock)

    assert [breaker.allowance(clock, 50) for _ in range(3)] == [0, 0, 0]
    clock.advance(minutes=5)
    assert [breaker.allowance(clock, 50) for _ in range(3)] == [1, 0, 0]
    breaker.learn(reply("451 4.3.0 later"), clock)
    clock.advance(minutes=4)
    assert breaker.allowance(clock, 50) == 0
    clock.advance(minutes=1)
    assert breaker.allowance(clock, 50) == 1
    breaker.learn(ACCEPTED, clock)

    assert breaker.allowance(clock, 50) == 50
    assert breaker.reason is None


def test_nineteen_put_off_and_one_taken_stop_nothing(clock: FixedClock) -> None:
    breaker = Breaker()
    for _ in range(3):
        for _ in range(19):
            breaker.learn(reply("451 4.3.0 later"), clock)
        breaker.learn(ACCEPTED, clock)

    assert not breaker.stopped


def test_a_slow_lane_claims_no_more_than_a_minutes_mails(clock: FixedClock) -> None:
    waits: list[float] = []
    pace = Pace(2, tick=lambda: 100.0, wait=waits.append)

    assert pace.batch(250, clock.now()) == 120
    pace.slow_down(clock.now(), going=2)
    assert pace.batch(250, clock.now()) == 60
    for _ in range(3):
        pace.take_turn()
    assert waits == [1, 2]
    assert Pace(0).batch(250, clock.now()) == 250


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), timedelta(minutes=5)),
        (timedelta(minutes=20), timedelta(minutes=20)),
        (timedelta(hours=5), timedelta(seconds=4000)),
        (timedelta(hours=71), timedelta(seconds=4000)),
        (timedelta(hours=72), None),
    ],
)
def test_a_mail_waits_as_long_as_it_is_old(clock: FixedClock, age: timedelta, wait: timedelta | None) -> None:
    now = clock.now()

    again = [RetryPolicy().next_attempt(now - age, now, seed=seed) for seed in range(20)]

    waits = [moment - now for moment in again if moment is not None]
    assert (len(waits), again[0] == again[1]) == ((0, True) if wait is None else (20, False))
    assert all(wait * 0.9 <= one <= wait * 1.1 for one in waits if wait is not None)


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("kari@gmail.com", DomainGroup.GOOGLE),
        ("Kari@GoogleMail.com", DomainGroup.GOOGLE),
        ("kari@hotmail.no", DomainGroup.MICROSOFT),
        ("kari@live.co.uk", DomainGroup.MICROSOFT),
        ("kari@yahoo.se", DomainGroup.YAHOO),
        ("kari@ymail.com", DomainGroup.YAHOO),
        ("kari@gmail.com.example.no", None),
        ("kari@notgmail.com", None),
    ],
)
def test_a_receiver_is_known_by_the_domain(address: str, group: DomainGroup | None) -> None:
    assert group_of(address) is group
