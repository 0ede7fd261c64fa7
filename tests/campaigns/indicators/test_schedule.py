"""When a source is asked again, in Oslo's winter and summer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.clock import OSLO
from campaigns.indicators.schedule import (
    after_failure,
    after_held,
    after_unfinished,
    next_poll,
    settle_time,
    shows_unfinished_figures,
)
from campaigns.sources.source import Source, SourceKind

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _source(kind: SourceKind = SourceKind.PXWEB2, url: str = "https://data.ssb.no", **columns: Any) -> Source:
    return Source(id="ssb", kind=kind, url=url, poll_minutes=1440, **columns)


@pytest.mark.parametrize(
    ("at", "unfinished"),
    [
        (datetime(2026, 1, 15, 3, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 15, 4, 0, tzinfo=UTC), True),
        (datetime(2026, 1, 15, 7, 14, tzinfo=UTC), True),
        (datetime(2026, 1, 15, 7, 15, tzinfo=UTC), False),
        (datetime(2026, 7, 15, 3, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 15, 6, 15, tzinfo=UTC), False),
    ],
)
def test_it_knows_the_hours_of_unfinished_figures(at: datetime, unfinished: bool) -> None:
    assert shows_unfinished_figures(_source(), at) is unfinished


@pytest.mark.parametrize(
    "source",
    [
        _source(SourceKind.JSONSTAT),
        _source(options={"release_hours": False}),
        _source(url="file:///tabell.json"),
    ],
)
def test_other_sources_keep_no_hours(source: Source) -> None:
    assert not shows_unfinished_figures(source, datetime(2026, 1, 15, 5, tzinfo=UTC))


@pytest.mark.parametrize("dataset_id", [1, 2, 3])
@pytest.mark.parametrize("hour", range(24))
def test_the_next_time_is_jittered_and_outside_the_avoided_hours(dataset_id: int, hour: int) -> None:
    now = datetime(2026, 11, 21, hour, 30, tzinfo=UTC)

    at = next_poll(_source(), dataset_id, now)

    local = at.astimezone(OSLO)
    assert timedelta(hours=21) < at - now < timedelta(hours=31)
    assert local.hour not in {5, 6, 7}
    assert not "11:25" <= f"{local:%H:%M}" < "11:45"


def test_two_datasets_do_not_come_at_once() -> None:
    assert len({next_poll(_source(), dataset_id, NOON) for dataset_id in range(1, 20)}) == 19


def test_failures_wait_longer_each_time_but_never_longer_than_usual() -> None:
    waits = [
        after_failure(_source(consecutive_failures=count), 1, NOON, retry_after_seconds=None) - NOON
        for count in (0, 1, 2, 3, 20)
    ]

    assert waits == sorted(waits)
    assert timedelta(minutes=15) <= waits[0] < timedelta(minutes=17)
    assert waits[-1] <= timedelta(hours=27)


def test_it_never_comes_back_before_it_was_told() -> None:
    at = after_failure(_source(), 1, NOON, retry_after_seconds=7200)

    assert at == NOON + timedelta(seconds=7200)


def test_a_held_answer_is_looked_at_again_soon() -> None:
    assert after_held(_source(), 1, NOON) == NOON + timedelta(minutes=30)


def test_after_the_unfinished_hours_it_is_asked_the_same_morning() -> None:
    at = after_unfinished(_source(), 1, datetime(2026, 1, 15, 5, tzinfo=UTC))

    assert datetime(2026, 1, 15, 7, 20, tzinfo=UTC) <= at <= datetime(2026, 1, 15, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(("options", "minutes"), [({}, 10), ({"settle_minutes": 0}, 0), ({"settle_minutes": 3}, 3)])
def test_the_source_says_how_long_a_new_state_settles(options: dict[str, int], minutes: int) -> None:
    assert settle_time(_source(options=options)) == timedelta(minutes=minutes)
