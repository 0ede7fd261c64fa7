"""The default catalogue, held against the traps that commemorative days set."""

import csv
from collections.abc import Iterable
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from campaigns.clock import OSLO
from campaigns.days.calendar import occurrences_of
from campaigns.days.day import PostPolicy
from campaigns.days.default_days import default_days
from campaigns.days.load import DayEntry
from campaigns.days.occurrence import Occurrence
from campaigns.days.span import Span
from campaigns.days.topics import Topic
from campaigns.days.working_days import is_working_day
from campaigns.editorial.slots import slot_on

DAYS = {entry.id: entry for entry in default_days()}
YEARS = range(2024, 2031)

REWORDED = {
    # A name stands inside a sentence: «I dag er det …», "In March we mark …".
    "bla-sloyfe",
    "krafttak",
    "nobel-medicine",
    "open-data-day",
    "rare-disease-day",
    "rosa-sloyfe",
    "state-budget-no",
}
WRITTEN_IN_NYNORSK = {
    "ebhc-day": "Verdsdagen for kunnskapsbasert helse",
    "ip-day": "Verdsdagen for immaterielle rettar",
    "open-access-week": "Den internasjonale veka for open tilgang (Open Access Week)",
    "open-data-day": "Den internasjonale dagen for opne data",
    "state-budget-no": "Framlegging av statsbudsjettet",
    "suicide-prevention-day": "Verdsdagen for sjølvmordsførebygging",
    "women-girls-science": "Internasjonal dag for kvinner og jenter innan forsking",
}


@pytest.fixture(scope="module")
def facts(samples: Path) -> dict[str, dict[str, str]]:
    with (samples.parent / "facts" / "commemorative-days.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def occurrence(day_id: str, year: int) -> Span | None:
    return DAYS[day_id].history().occurrence(year)


def calendar_of(entries: Iterable[DayEntry], first: date, last: date) -> list[Occurrence]:
    return occurrences_of([entry.as_day() for entry in entries], [], first, last)


def test_it_carries_over_every_row_of_the_facts(facts: dict[str, dict[str, str]]) -> None:
    carried = {
        day_id: (
            day.kind.value,
            *(("", "") if day_id in REWORDED else (day.name.nb, day.name.en)),
            str(day.history().versions[-1].rule),
            ";".join(day.topics),
            day.post_policy.value,
            day.confidence,
            day.name_confirmed,
        )
        for day_id, day in DAYS.items()
    }

    assert carried == {
        day_id: (
            row["kind"],
            *(("", "") if day_id in REWORDED else (row["name_nb"], row["name_en"])),
            row["rule"],
            row["topics"],
            row["post_policy"],
            row["confidence"],
            row["nb_status"] == "seen",
        )
        for day_id, row in facts.items()
    }
    assert len(carried) == 188


def test_its_nynorsk_names_are_those_of_the_facts_or_read_the_same_or_were_written_by_somebody(
    facts: dict[str, dict[str, str]],
) -> None:
    added = {day_id: day.name.nn for day_id, day in DAYS.items() if day.name.nn != (facts[day_id]["name_nn"] or None)}

    assert {day_id: name for day_id, name in added.items() if DAYS[day_id].name.nb != name} == {
        day_id: name for day_id, name in WRITTEN_IN_NYNORSK.items() if DAYS[day_id].name.nb != name
    }
    assert all(DAYS[day_id].name.nn == name for day_id, name in WRITTEN_IN_NYNORSK.items())


def test_about_sixty_days_are_in_use() -> None:
    in_use = [day for day in DAYS.values() if day.enabled]

    assert len(in_use) == 61
    assert sum(day.post_policy in {PostPolicy.AVOID, PostPolicy.QUIET, PostPolicy.WARN} for day in in_use) == 21


def test_every_topic_of_the_closed_list_has_a_day() -> None:
    assert {topic for day in DAYS.values() for topic in day.topics} == set(Topic)
    assert len(Topic) == 36


def test_the_most_important_days_say_why_they_exist_in_three_languages() -> None:
    told = {day_id: day.background for day_id, day in DAYS.items() if day.background.nb}

    assert len(told) >= 15
    assert all(text.nn and text.en for text in told.values())
    assert "20. mai 1747" in str(told["clinical-trials-day"].nb)
    assert "sitrusfrukt" in str(told["clinical-trials-day"].nn)


def test_every_rule_occurs_or_is_announced() -> None:
    missing = {
        (day_id, year)
        for day_id, day in DAYS.items()
        for year in YEARS
        if not day.history().awaits_announcement(year) and occurrence(day_id, year) is None
    }

    assert missing == {("world-statistics-day", year) for year in (2024, 2026, 2027, 2028, 2029)} | {
        ("cervical-cancer-day", 2024)
    }


def test_rare_disease_day_is_there_every_year() -> None:
    found = [occurrence("rare-disease-day", year) for year in (2024, 2025, 2026, 2027)]

    assert found == [
        Span.day(on) for on in (date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28))
    ]


@pytest.mark.parametrize(
    ("day_id", "before", "after"),
    [
        ("meningitis-day", Span.day(date(2021, 4, 24)), Span.day(date(2022, 10, 5))),
        ("heart-day", Span.day(date(2010, 9, 26)), Span.day(date(2011, 9, 29))),
        ("ms-day", Span.day(date(2017, 5, 31)), Span.day(date(2026, 5, 30))),
        ("obesity-day", Span.day(date(2019, 10, 11)), Span.day(date(2020, 3, 4))),
        ("amr-week", Span(date(2018, 11, 12), date(2018, 11, 18)), Span(date(2020, 11, 18), date(2020, 11, 24))),
        ("open-data-day", Span.day(date(2022, 3, 5)), Span(date(2023, 3, 4), date(2023, 3, 10))),
    ],
)
def test_rules_that_changed_keep_their_years(day_id: str, before: Span, after: Span) -> None:
    assert occurrence(day_id, before.start.year) == before
    assert occurrence(day_id, after.start.year) == after


def test_the_first_year_is_not_a_validity_start() -> None:
    assert DAYS["heart-day"].first_observed == 2000
    assert DAYS["cervical-cancer-day"].history().occurrence(2024) is None


def test_the_immunization_weeks_are_not_confused() -> None:
    assert occurrence("immunization-week", 2020) == Span(date(2020, 4, 24), date(2020, 4, 30))
    assert "mandag til søndag" in str(DAYS["immunization-week"].notes)


def test_aggregators_are_not_believed() -> None:
    assert occurrence("sleep-day", 2027) == Span.day(date(2027, 3, 19))
    assert occurrence("pancreatic-cancer-day", 2026) == Span.day(date(2026, 11, 19))
    assert occurrence("world-statistics-day", 2026) is None
    assert occurrence("european-statistics-day", 2026) == Span.day(date(2026, 10, 20))


def test_norwegian_parents_have_their_own_days() -> None:
    assert occurrence("mothers-day-no", 2026) == Span.day(date(2026, 2, 8))
    assert occurrence("fathers-day-no", 2026) == Span.day(date(2026, 11, 8))


@pytest.mark.parametrize(
    ("month", "day"),
    [(5, 17), (7, 22), (12, 27), (12, 24), (1, 1)],
    ids=["17-may", "22-july", "romjul", "eve", "new-year"],
)
def test_nothing_is_posted_on_dates_that_must_not_be_used(month: int, day: int) -> None:
    posted = [
        found.day_id
        for year in YEARS
        for found in calendar_of(DAYS.values(), date(year, month, day), date(year, month, day))
        if found.is_markable and found.post_on == date(year, month, day)
    ]

    assert posted == []


def test_days_on_dates_that_must_not_be_used_are_moved_or_dropped() -> None:
    assert DAYS["hypertension-day"].post_policy is PostPolicy.SHIFT
    assert DAYS["telecom-info-day"].post_policy is PostPolicy.DROP
    assert DAYS["brain-day"].post_policy is PostPolicy.DROP
    assert DAYS["epidemic-preparedness"].post_policy is PostPolicy.SHIFT
    assert DAYS["liberation-day"].post_policy is PostPolicy.AVOID


def test_no_hashtag_carries_a_year_of_its_own() -> None:
    tags = {tag for day in DAYS.values() for tags in day.hashtags.model_dump().values() for tag in tags}

    assert "LoveData{yy}" in tags
    assert not [tag for tag in tags if "202" in tag]


def test_two_days_on_one_date_are_both_known() -> None:
    on = date(2026, 11, 17)

    found = {occurrence.day_id for occurrence in calendar_of(DAYS.values(), on, on)}

    assert {"prematurity-day", "cervical-cancer-day"} <= found


def test_sober_days_are_never_in_use_unasked() -> None:
    sober = [day for day in DAYS.values() if day.post_policy is PostPolicy.SOBER]

    assert {"suicide-prevention-day", "overdose-day", "fgm-zero-tolerance"} <= {day.id for day in sober}
    assert not [day.id for day in sober if day.enabled]


def test_the_pink_ribbon_carries_its_warning() -> None:
    assert "varemerke" in str(DAYS["rosa-sloyfe"].notes)


def test_open_access_week_ends_where_summer_time_does() -> None:
    ends = [span.end for year in YEARS if (span := occurrence("open-access-week", year))]

    assert [f"{end:%m-%d}" for end in ends] == ["10-27", "10-26", "10-25", "10-31", "10-29", "10-28", "10-27"]
    assert [slot_on(end, time(9), OSLO).hour for end in ends] == [8] * 7
    assert [slot_on(end - timedelta(days=1), time(9), OSLO).hour for end in ends] == [7] * 7


def test_weeks_and_months_in_use_are_posted_on_working_days() -> None:
    ranges = [day for day in DAYS.values() if day.enabled and day.kind.value in {"week", "month"}]

    posted = [found.post_on for year in YEARS for found in calendar_of(ranges, date(year, 1, 1), date(year, 12, 31))]

    assert posted
    assert all(is_working_day(on) for on in posted)


def test_each_link_to_a_figure_is_to_one_the_monitor_has() -> None:
    linked = {indicator for day in DAYS.values() for indicator in day.indicators}

    assert linked == {
        "ho21-andel-driftskostnader",
        "ho21-brukermedvirkning",
        "ho21-driftskostnader",
        "ho21-forskningsarsverk",
        "ho21-helsedata-soknader",
        "ho21-helsenaering",
        "ho21-hrcs-prosjekter",
        "ho21-kliniske-studier",
        "ho21-patenter",
        "ho21-samarbeid",
        "ho21-tto",
        "ho21-varemerker",
    }
