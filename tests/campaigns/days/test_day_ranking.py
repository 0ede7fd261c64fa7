"""Which days are worth marking when there are too many."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from campaigns.days.calendar import occurrences_of
from campaigns.days.day import DayKind, PostPolicy
from campaigns.days.default_days import default_days
from campaigns.days.occurrence import Occurrence
from campaigns.days.ranking import worth_marking

MONDAY = date(2026, 6, 1)


def falling(day_id: str, on: date = MONDAY, **given: Any) -> Occurrence:
    values: dict[str, Any] = {
        "day_id": day_id,
        "year": on.year,
        "start": on,
        "end": on,
        "post_on": on,
        "kind": DayKind.DAY,
        "names": {"nb": day_id},
        "post_policy": PostPolicy.POST,
        "confidence": "confirmed",
        "topics": (),
        "indicator_ids": (),
        "has_hook": False,
    }
    return Occurrence(**values | given)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"post_policy": PostPolicy.OPTIONAL, "indicator_ids": ("a", "b")}),
        ({"indicator_ids": ("a",)}, {"has_hook": True}),
        ({"indicator_ids": ("a", "b")}, {"indicator_ids": ("a",)}),
        ({"has_hook": True}, {}),
        ({}, {"confidence": "likely"}),
        ({"confidence": "likely"}, {"confidence": "uncertain"}),
        ({}, {"kind": DayKind.WEEK}),
        ({"kind": DayKind.WEEK}, {"kind": DayKind.MONTH}),
    ],
)
def test_it_prefers_the_better_of_two_on_one_date(better: dict[str, Any], worse: dict[str, Any]) -> None:
    chosen = worth_marking([falling("a", **worse), falling("b", **better)], cap_per_week=5)

    assert [occurrence.day_id for occurrence in chosen] == ["b"]


def test_it_decides_an_even_match_by_id() -> None:
    assert [found.day_id for found in worth_marking([falling("b"), falling("a")], cap_per_week=5)] == ["a"]


def test_it_takes_no_more_than_the_cap_from_a_week_and_lists_them_by_date() -> None:
    week = [falling(f"day-{n}", MONDAY + timedelta(days=n), indicator_ids=("x",) * n) for n in range(5)]

    chosen = worth_marking(week, cap_per_week=2)

    assert [occurrence.day_id for occurrence in chosen] == ["day-3", "day-4"]


def test_each_week_has_a_cap_of_its_own() -> None:
    chosen = worth_marking([falling("sunday", MONDAY - timedelta(days=1)), falling("monday")], cap_per_week=1)

    assert [occurrence.day_id for occurrence in chosen] == ["sunday", "monday"]


@pytest.mark.parametrize("policy", [PostPolicy.AVOID, PostPolicy.QUIET, PostPolicy.WARN, PostPolicy.DROP])
def test_it_never_proposes_a_day_that_only_keeps_quiet(policy: PostPolicy) -> None:
    assert worth_marking([falling("a", post_policy=policy)], cap_per_week=5) == []


def test_it_thins_a_year_of_health_days_to_the_cap() -> None:
    days = [entry.as_day() for entry in default_days()]
    year = occurrences_of(days, [], date(2026, 1, 1), date(2026, 12, 31))

    chosen = worth_marking(year, cap_per_week=1)

    weeks = Counter(found.post_on.isocalendar()[:2] for found in chosen)
    assert len([found for found in year if found.is_markable]) > 130
    assert set(weeks.values()) == {1}
    assert "clinical-trials-day" in {found.day_id for found in chosen}


def test_the_statistics_day_wins_over_the_others_on_20_october() -> None:
    days = [entry.as_day() for entry in default_days()]

    competing = [
        [found for found in occurrences_of(days, [], on, on) if found.start == on]
        for on in (date(2026, 10, 20), date(2030, 10, 20))
    ]

    assert [len(found) for found in competing] == [3, 5]
    assert [found.day_id for day in competing for found in worth_marking(day, cap_per_week=1)] == [
        "european-statistics-day",
        "world-statistics-day",
    ]
