"""How often a host may be asked, and when it is left alone: arithmetic over instants."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.sources.breaker import Breaker, BreakerState
from campaigns.sources.politeness import Bucket, Rate, host_of, rate_of, told_rate, told_remaining
from campaigns.sources.source import Source, SourceKind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TWENTY = Rate(20, 60)


def _source(kind: SourceKind = SourceKind.PXWEB2, **options: object) -> Source:
    return Source(id="x", kind=kind, url="https://stat.example", options=options)


@pytest.mark.parametrize(
    ("kind", "a_minute"),
    [
        (SourceKind.PXWEB2, 20),
        (SourceKind.PXWEB1, 15),
        (SourceKind.GHO, 30),
        (SourceKind.FHI, 15),
        (SourceKind.CSV, 15),
    ],
)
def test_each_kind_starts_at_half_of_what_is_documented(kind: SourceKind, a_minute: int) -> None:
    assert rate_of(_source(kind)) == Rate(a_minute, 60)


def test_the_catalogue_may_say_otherwise_but_the_host_has_the_last_word() -> None:
    asked_for = _source(calls_per_minute=30)

    assert rate_of(asked_for) == Rate(30, 60)
    assert rate_of(asked_for, Rate(40, 60)) == Rate(20, 60)
    assert rate_of(_source(calls_per_minute=5), Rate(40, 60)) == Rate(5, 60)


def test_a_burst_and_a_whole_window_are_never_more_than_the_documented_limit() -> None:
    bucket, asked = Bucket(TWENTY.burst, NOW), 0
    for second in range(60):
        bucket = bucket.at_time(NOW + timedelta(seconds=second), TWENTY)
        while bucket.tokens >= 1:
            bucket, asked = bucket.take(), asked + 1

    assert asked <= 40


def test_an_empty_bucket_says_when_it_has_a_token() -> None:
    assert Bucket(0.5, NOW).ready_at(TWENTY) == NOW + timedelta(seconds=1.5)
    assert Bucket(-2, NOW).ready_at(TWENTY) == NOW + timedelta(seconds=9)


def test_a_clock_that_goes_back_gives_no_tokens() -> None:
    assert Bucket(3, NOW).at_time(NOW - timedelta(hours=1), TWENTY).tokens == 3


@pytest.mark.parametrize(
    ("headers", "rate"),
    [
        ({"x-ratelimit-policy": "40;w=60s"}, Rate(40, 60)),
        ({"x-ratelimit-policy": "3;w=1"}, Rate(3, 1)),
        ({"x-ratelimit-limit": "30"}, Rate(30, 60)),
        ({"x-ratelimit-policy": "mange"}, None),
        ({"x-ratelimit-limit": "0"}, None),
        ({}, None),
    ],
)
def test_it_reads_what_the_host_allows(headers: dict[str, str], rate: Rate | None) -> None:
    assert told_rate(headers) == rate


@pytest.mark.parametrize(("told", "left"), [("0", 0), (" 12 ", 12), ("²", None), ("-1", None), ("", None)])
def test_it_reads_how_many_are_left(told: str, left: int | None) -> None:
    assert told_remaining({"x-ratelimit-remaining": told}) == left


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Data.SSB.no/api", "data.ssb.no"),
        ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
        ("https://user:word@stat.example/x", "stat.example"),
        ("file:///tabell.json", ""),
    ],
)
def test_it_knows_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


def test_the_breaker_opens_at_the_third_failure_in_a_row() -> None:
    twice = Breaker().failed(NOW).failed(NOW)

    assert twice.state(NOW) is BreakerState.CLOSED
    assert twice.failed(NOW).state(NOW) is BreakerState.OPEN
    assert twice.answered() == Breaker()


def test_after_its_rest_one_question_decides() -> None:
    opened = Breaker().failed(NOW).failed(NOW).failed(NOW)
    later = NOW + timedelta(minutes=5)

    assert opened.state(later - timedelta(seconds=1)) is BreakerState.OPEN
    assert opened.state(later) is BreakerState.TRIAL
    assert opened.answered().state(later) is BreakerState.CLOSED
    assert opened.failed(later).open_until == later + timedelta(minutes=10)


def test_the_rest_grows_to_an_hour_and_no_longer() -> None:
    breaker, at, rests = Breaker(2), NOW, []
    for _ in range(8):
        breaker = breaker.failed(at)
        assert breaker.open_until is not None
        rests.append(int((breaker.open_until - at).total_seconds() // 60))
        at = breaker.open_until

    assert rests == [5, 10, 20, 40, 60, 60, 60, 60]
