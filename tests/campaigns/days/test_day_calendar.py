"""The calendar: horizons, posting dates, rule versions."""

from datetime import date

import pytest
from sqlmodel import Session, select

from campaigns.clock import FixedClock
from campaigns.days.calendar import occurrences
from campaigns.days.day import CommemorativeDay
from campaigns.days.load import load_days
from campaigns.days.occurrence import Occurrence
from campaigns.language import Language
from tests.factories.days import day_entry


def dates(found: list[Occurrence]) -> list[tuple[str, str, str]]:
    return [(occurrence.day_id, f"{occurrence.start}", f"{occurrence.end}") for occurrence in found]


def test_it_lists_what_touches_the_horizon_in_order(session: Session, clock: FixedClock) -> None:
    load_days(
        session,
        clock,
        [
            day_entry("after", "05-21"),
            day_entry("second", "05-20"),
            day_entry("long", "05-01..05-20", kind="period"),
            day_entry("first", "05-20"),
            day_entry("before", "05-18"),
        ],
    )

    found = occurrences(session, date(2027, 5, 19), date(2027, 5, 20))

    assert [occurrence.day_id for occurrence in found] == ["long", "first", "second"]


def test_it_leaves_out_days_that_are_switched_off_unless_asked(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [day_entry("used"), day_entry("unused", enabled=False)])
    on = date(2027, 5, 20)

    assert [found.day_id for found in occurrences(session, on, on)] == ["used"]
    assert [found.day_id for found in occurrences(session, on, on, only_enabled=False)] == ["unused", "used"]


def test_it_spans_new_year(session: Session, clock: FixedClock) -> None:
    load_days(session, clock, [day_entry("turn", "12-30..01-02", kind="period"), day_entry("easter", "Easter+0")])

    found = occurrences(session, date(2027, 1, 1), date(2028, 12, 31))

    assert dates(found) == [
        ("turn", "2026-12-30", "2027-01-02"),
        ("easter", "2027-03-28", "2027-03-28"),
        ("turn", "2027-12-30", "2028-01-02"),
        ("easter", "2028-04-16", "2028-04-16"),
        ("turn", "2028-12-30", "2029-01-02"),
    ]


def test_each_rule_holds_for_its_own_years(session: Session, clock: FixedClock) -> None:
    heart_day = [
        {"rule": "09-29", "valid_from": 2011},
        {"rule": "last SUN of SEP", "valid_from": 2000, "valid_to": 2010},
    ]
    load_days(session, clock, [day_entry("heart-day", rules=heart_day)])

    found = occurrences(session, date(1999, 1, 1), date(2012, 12, 31))

    assert [f"{occurrence.start}" for occurrence in found][-3:] == ["2010-09-26", "2011-09-29", "2012-09-29"]
    assert found[0].year == 2000


def test_a_single_day_is_marked_on_the_day_even_on_a_holiday(session: Session, clock: FixedClock) -> None:
    load_days(
        session,
        clock,
        [day_entry("clinical-trials-day"), day_entry("pentecost-monday", "Easter+50", post_policy="warn")],
    )

    found = occurrences(session, date(2024, 5, 20), date(2024, 5, 20))

    assert [(on.day_id, on.post_on) for on in found] == [
        ("clinical-trials-day", date(2024, 5, 20)),
        ("pentecost-monday", date(2024, 5, 20)),
    ]


@pytest.mark.parametrize(
    ("rule", "year", "post_on"),
    [
        ("month AUG", 2026, date(2026, 8, 3)),  # the month begins on a Saturday
        ("month MAY", 2026, date(2026, 5, 4)),  # 1 May is a Friday and a holiday
        ("05-25..05-31", 2026, date(2026, 5, 26)),  # Whit Monday first
        ("week starting MAR 1st SAT, 7 days", 2027, date(2027, 3, 8)),
        ("11-18..11-24", 2026, date(2026, 11, 18)),
        ("10-03..10-04", 2026, date(2026, 10, 3)),  # a weekend has no working day, so the first day it is
    ],
)
def test_a_range_is_marked_on_its_first_working_day(
    session: Session, clock: FixedClock, rule: str, year: int, post_on: date
) -> None:
    load_days(session, clock, [day_entry("range", rule, kind="week")])

    (found,) = occurrences(session, date(year, 2, 1), date(year, 12, 31))

    assert found.post_on == post_on


def test_a_range_is_not_marked_on_a_date_that_is_closed(session: Session, clock: FixedClock) -> None:
    load_days(
        session,
        clock,
        [day_entry("week", "07-22..07-28", kind="week"), day_entry("july-22", "07-22", post_policy="avoid")],
    )

    found = occurrences(session, date(2026, 7, 22), date(2026, 7, 28))

    assert [(on.day_id, on.post_on) for on in found if on.day_id == "week"] == [("week", date(2026, 7, 23))]


@pytest.mark.parametrize(
    ("year", "post_on"),
    [
        (2024, date(2024, 5, 16)),  # Friday 17 May: Thursday before, because the weekend and Whitsun follow
        (2026, date(2026, 5, 18)),  # Sunday 17 May: Monday after
        (2027, date(2027, 5, 18)),  # Monday 17 May
        (2028, date(2028, 5, 16)),  # Wednesday: equally near, so the day before
    ],
)
def test_a_shifted_day_moves_to_the_nearest_open_day(
    session: Session, clock: FixedClock, year: int, post_on: date
) -> None:
    load_days(
        session,
        clock,
        [
            day_entry("hypertension-day", "05-17", post_policy="shift"),
            day_entry("constitution-day", "05-17", post_policy="avoid"),
        ],
    )

    found = occurrences(session, date(year, 5, 17), date(year, 5, 17))

    assert [on.post_on for on in found if on.day_id == "hypertension-day"] == [post_on]


def test_a_shifted_day_keeps_clear_of_romjul_and_is_listed_where_it_is_posted(
    session: Session, clock: FixedClock
) -> None:
    load_days(
        session,
        clock,
        [
            day_entry("epidemic-preparedness", "12-27", post_policy="shift"),
            day_entry("romjul", "12-27..12-30", kind="period", post_policy="quiet"),
            day_entry("christmas-eve", "12-24", post_policy="avoid"),
        ],
    )

    (found,) = occurrences(session, date(2026, 12, 23), date(2026, 12, 23))

    assert (found.day_id, found.start, found.post_on) == (
        "epidemic-preparedness",
        date(2026, 12, 27),
        date(2026, 12, 23),
    )


def test_it_names_the_day_in_the_nearest_language_there_is(session: Session, clock: FixedClock) -> None:
    names = {"nb": "Forskningsdagene", "nn": "Forskingsdagane"}
    load_days(session, clock, [day_entry("forskningsdagene", name=names)])

    (found,) = occurrences(session, date(2027, 5, 20), date(2027, 5, 20))

    assert [found.name_in(language) for language in Language] == [
        "Forskningsdagene",
        "Forskingsdagane",
        "Forskningsdagene",
    ]


def test_nothing_is_left_of_a_day_that_was_never_loaded(session: Session) -> None:
    assert session.exec(select(CommemorativeDay)).all() == []
    assert occurrences(session, date(2027, 1, 1), date(2027, 12, 31)) == []
