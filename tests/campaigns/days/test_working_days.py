"""Working days around 20 May, New Year and Christmas, and the days squeezed in between holidays."""

import subprocess
import sys
from datetime import date

import pytest

from campaigns.days.span import Month
from campaigns.days.working_days import (
    is_bridge_day,
    is_working_day,
    next_working_day,
    nth_working_day_of_month,
    public_holidays,
    working_day_after,
    working_day_from,
)


@pytest.mark.parametrize(
    ("year", "previous", "five_before", "on_or_after"),
    [
        (2024, "05-16", "05-10", "05-21"),
        (2025, "05-19", "05-13", "05-20"),
        (2026, "05-19", "05-12", "05-20"),
        (2027, "05-19", "05-12", "05-20"),
        (2028, "05-19", "05-12", "05-22"),
        (2029, "05-18", "05-11", "05-22"),
        (2030, "05-16", "05-10", "05-20"),
    ],
)
def test_it_reckons_working_days_around_20_may(year: int, previous: str, five_before: str, on_or_after: str) -> None:
    on = date(year, 5, 20)

    found = (working_day_after(on, -1), working_day_after(on, -5), working_day_from(on))

    assert [f"{day:%m-%d}" for day in found] == [previous, five_before, on_or_after]


@pytest.mark.parametrize(
    ("year", "first_of_year", "third_of_september", "before_christmas_eve"),
    [
        (2024, "01-02", "09-04", "12-23"),
        (2025, "01-02", "09-03", "12-23"),
        (2026, "01-02", "09-03", "12-23"),
        (2027, "01-04", "09-03", "12-23"),
        (2028, "01-03", "09-05", "12-22"),
        (2029, "01-02", "09-05", "12-21"),
        (2030, "01-02", "09-04", "12-23"),
    ],
)
def test_it_counts_working_days_of_a_month(
    year: int, first_of_year: str, third_of_september: str, before_christmas_eve: str
) -> None:
    found = (
        nth_working_day_of_month(year, Month.JAN, 1),
        nth_working_day_of_month(year, Month.SEP, 3),
        working_day_after(date(year, 12, 24), -1),
    )

    assert [f"{day:%m-%d}" for day in found] == [first_of_year, third_of_september, before_christmas_eve]


def test_it_counts_from_the_end_of_a_month() -> None:
    assert nth_working_day_of_month(2026, Month.DEC, -1) == date(2026, 12, 31)
    assert nth_working_day_of_month(2027, Month.MAY, -1) == date(2027, 5, 31)


def test_it_finds_no_24th_working_day() -> None:
    assert nth_working_day_of_month(2026, Month.FEB, 24) is None


def test_it_names_both_holidays_when_two_fall_on_one_date() -> None:
    assert sorted(public_holidays(date(2027, 5, 17))) == ["Andre pinsedag", "Grunnlovsdag"]


def test_it_names_nothing_on_an_ordinary_day() -> None:
    assert public_holidays(date(2026, 5, 20)) == []


def test_it_speaks_norwegian_whatever_the_machine_speaks() -> None:
    asked = "import datetime, campaigns.days.working_days as w; print(*w.public_holidays(datetime.date(2027, 1, 1)))"

    answer = subprocess.run(
        [sys.executable, "-c", asked],
        env={"LANG": "C.UTF-8", "LANGUAGE": "en_US", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout == "Første nyttårsdag\n"


@pytest.mark.parametrize("on", [date(2026, 12, 24), date(2026, 12, 31), date(2026, 12, 28), date(2026, 7, 15)])
def test_quiet_days_are_working_days(on: date) -> None:
    assert is_working_day(on)


@pytest.mark.parametrize("on", [date(2026, 5, 14), date(2026, 5, 17), date(2026, 5, 16), date(2024, 5, 20)])
def test_holidays_and_weekends_are_not(on: date) -> None:
    assert not is_working_day(on)


def test_it_finds_the_friday_after_ascension_day() -> None:
    assert is_bridge_day(date(2026, 5, 15))
    assert [on for on in (date(2027, 5, day) for day in range(1, 32)) if is_bridge_day(on)] == [date(2027, 5, 7)]


def test_it_steps_over_easter() -> None:
    assert next_working_day(date(2026, 4, 1)) == date(2026, 4, 7)


# Health days that meet a public holiday between 2024 and 2030.
@pytest.mark.parametrize(
    ("day_id", "on"),
    [
        ("autism-day", date(2026, 4, 2)),
        ("autism-day", date(2029, 4, 2)),
        ("patients-rights-day", date(2025, 4, 18)),
        ("patients-rights-day", date(2030, 4, 18)),
        ("creativity-innovation-day", date(2025, 4, 21)),
        ("creativity-innovation-day", date(2030, 4, 21)),
        ("haemophilia-day", date(2025, 4, 17)),
        ("haemophilia-day", date(2028, 4, 17)),
        ("chagas-day", date(2028, 4, 14)),
        ("asthma-day", date(2029, 5, 1)),
        ("maternal-mental-health", date(2024, 5, 1)),
        ("maternal-mental-health", date(2030, 5, 1)),
        ("family-doctor-day", date(2024, 5, 19)),
        ("ms-day", date(2030, 5, 30)),
        ("environment-day", date(2028, 6, 5)),
        ("brain-tumour-day", date(2025, 6, 8)),
        ("purple-day", date(2027, 3, 26)),
        ("bipolar-day", date(2029, 3, 30)),
    ],
)
def test_easter_eats_health_days(day_id: str, on: date) -> None:
    assert public_holidays(on)
