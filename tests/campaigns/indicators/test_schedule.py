"""When a source is asked again, in Oslo's winter and summer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.clock import OSLO
from campaigns.indicators.schedule import (
    after_failure,
    after_held,
    after_unfinished,
    is_avoided,
    next_poll,
    settle_time,
    shows_unfinished_figures,
)
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.trouble import Trouble

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
        _source(SourceKind.JSONSTAT, "https://stat.example"),
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


def _after(trouble: Trouble, attempts: int = 1, seconds: float | None = None) -> timedelta:
    at = after_failure(_source(), 1, NOON, trouble=trouble, attempts=attempts, retry_after_seconds=seconds)
    return at - NOON


def test_failures_wait_longer_each_time_but_never_longer_than_usual() -> None:
    waits = [_after(Trouble.BUSY, attempts) for attempts in (1, 2, 3, 4, 20)]

    assert waits == sorted(waits)
    assert timedelta(minutes=15) <= waits[0] < timedelta(minutes=17)
    assert waits[-1] <= timedelta(hours=27)


@pytest.mark.parametrize("trouble", [Trouble.QUESTION, Trouble.TOO_LARGE, Trouble.NOT_THERE, Trouble.FORBIDDEN])
def test_what_only_the_catalogue_can_help_waits_for_its_usual_time(trouble: Trouble) -> None:
    assert _after(trouble) > timedelta(hours=21)


def test_a_fault_of_the_source_gets_one_more_try() -> None:
    assert _after(Trouble.SOURCE_FAULT, 1) < timedelta(minutes=17)
    assert _after(Trouble.SOURCE_FAULT, 2) > timedelta(hours=21)


def test_the_tries_are_bounded() -> None:
    assert _after(Trouble.NO_ANSWER, 6) < timedelta(hours=9)
    assert _after(Trouble.NO_ANSWER, 7) > timedelta(hours=21)


def test_it_never_comes_back_before_it_was_told() -> None:
    assert _after(Trouble.TOO_OFTEN, seconds=7200) == timedelta(seconds=7200)


@pytest.mark.parametrize(
    ("at", "avoided"),
    [
        (datetime(2026, 1, 15, 10, 24, tzinfo=UTC), False),
        (datetime(2026, 1, 15, 10, 25, tzinfo=UTC), True),
        (datetime(2026, 1, 15, 10, 45, tzinfo=UTC), False),
        (datetime(2026, 7, 15, 9, 30, tzinfo=UTC), True),
        (datetime(2026, 1, 15, 7, 18, tzinfo=UTC), True),
    ],
)
def test_it_leaves_the_source_alone_while_it_lays_out_its_tables(at: datetime, avoided: bool) -> None:
    assert is_avoided(_source(SourceKind.PXWEB1), at) is avoided


def test_ssb_keeps_its_hours_whatever_way_it_is_asked() -> None:
    ready_made = _source(SourceKind.JSONSTAT, "https://data.ssb.no/api/v0/dataset/1052.json")

    assert shows_unfinished_figures(ready_made, datetime(2026, 1, 15, 5, tzinfo=UTC))
    assert not shows_unfinished_figures(
        _source(SourceKind.JSONSTAT, "https://notssb.no"), datetime(2026, 1, 15, 5, tzinfo=UTC)
    )


def test_a_held_answer_is_looked_at_again_soon() -> None:
    assert after_held(_source(), 1, NOON) == NOON + timedelta(minutes=30)


def test_after_the_unfinished_hours_it_is_asked_the_same_morning() -> None:
    at = after_unfinished(_source(), 1, datetime(2026, 1, 15, 5, tzinfo=UTC))

    assert datetime(2026, 1, 15, 7, 20, tzinfo=UTC) <= at <= datetime(2026, 1, 15, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(("options", "minutes"), [({}, 10), ({"settle_minutes": 0}, 0), ({"settle_minutes": 3}, 3)])
def test_the_source_says_how_long_a_new_state_settles(options: dict[str, int], minutes: int) -> None:
    assert settle_time(_source(options=options)) == timedelta(minutes=minutes)
