"""What people and calendars write of when a release comes, and what it means on a clock."""

from datetime import UTC, date, datetime, time

import pytest

from campaigns.clock import OSLO
from campaigns.errors import InvalidInput
from campaigns.indicators.expected_time import UNKNOWN_TIME, Expected, Precision, on_day, parse_expected
from campaigns.indicators.expected_words import expected_words
from campaigns.language import Language


@pytest.mark.parametrize(
    ("text", "precision", "start", "end", "uncertain"),
    [
        ("Vår/tidlig høst 2024", Precision.SEASON, date(2024, 3, 1), date(2024, 9, 30), False),
        ("Høst 2024?", Precision.SEASON, date(2024, 9, 1), date(2024, 11, 30), True),
        ("Høst 2024", Precision.SEASON, date(2024, 9, 1), date(2024, 11, 30), False),
        ("tidleg haust 2027", Precision.SEASON, date(2027, 9, 1), date(2027, 9, 30), False),
        ("September/oktober 2026", Precision.SEASON, date(2026, 9, 1), date(2026, 10, 31), False),
        ("4. kvartal 2026", Precision.SEASON, date(2026, 10, 1), date(2026, 12, 31), False),
        ("2. halvår 2026", Precision.SEASON, date(2026, 7, 1), date(2026, 12, 31), False),
        ("2027", Precision.SEASON, date(2027, 1, 1), date(2027, 12, 31), False),
        ("februar 2025", Precision.MONTH, date(2025, 2, 1), date(2025, 2, 28), False),
        ("2028-02?", Precision.MONTH, date(2028, 2, 1), date(2028, 2, 29), True),
        ("10. desember 2026", Precision.DAY, date(2026, 12, 10), date(2026, 12, 10), False),
        ("2026-12-10", Precision.DAY, date(2026, 12, 10), date(2026, 12, 10), False),
        ("10.12.2026 kl. 08.00", Precision.MOMENT, date(2026, 12, 10), date(2026, 12, 10), False),
    ],
)
def test_it_reads_what_people_write(text: str, precision: Precision, start: date, end: date, uncertain: bool) -> None:
    found = parse_expected(text, OSLO)

    assert (found.precision, found.starts_on, found.ends_on, found.uncertain) == (precision, start, end, uncertain)


@pytest.mark.parametrize("text", ["?", "", "ukjent", "  ? "])
def test_a_question_mark_alone_is_a_time_nobody_knows(text: str) -> None:
    assert parse_expected(text, OSLO) == UNKNOWN_TIME


@pytest.mark.parametrize(
    "text", ["snart", "2026-13-01", "30. februar 2026", "høst/vår 2024", "høst", "5. kvartal 2026"]
)
def test_it_refuses_what_says_no_time_and_shows_how_to_write_it(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"vår/tidlig høst 2024") as refused:
        parse_expected(text, OSLO)

    assert refused.value.field == "planned"


@pytest.mark.parametrize(
    "text", ["Vår/tidlig høst 2024", "Høst 2024?", "?", "2025-02", "2025-02?", "2026-12-10", "2026-12-10T08:00"]
)
def test_what_it_writes_it_reads_back(text: str) -> None:
    assert parse_expected(text, OSLO).as_text(OSLO) == text


@pytest.mark.parametrize(
    ("day", "opens", "late"),
    [
        (date(2026, 12, 10), datetime(2026, 12, 10, 7, tzinfo=UTC), datetime(2026, 12, 10, 19, tzinfo=UTC)),
        (date(2027, 6, 15), datetime(2027, 6, 15, 6, tzinfo=UTC), datetime(2027, 6, 15, 18, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 6, tzinfo=UTC), datetime(2027, 3, 28, 18, tzinfo=UTC)),
        (date(2027, 10, 31), datetime(2027, 10, 31, 7, tzinfo=UTC), datetime(2027, 10, 31, 19, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "the day the clocks go forward", "the day they go back"],
)
def test_eight_in_oslo_is_eight_in_oslo_all_year(day: date, opens: datetime, late: datetime) -> None:
    found = on_day(day, time(8), OSLO)

    assert (found.opens_at(OSLO), found.late_at(OSLO)) == (opens, late)


def test_a_day_is_a_day_where_the_publisher_is_and_never_midnight_in_utc() -> None:
    found = on_day(date(2026, 10, 5), None, OSLO)

    assert found.at is None
    assert found.opens_at(OSLO) == datetime(2026, 10, 4, 22, tzinfo=UTC)
    assert found.late_at(OSLO) == datetime(2026, 10, 5, 18, tzinfo=UTC)


def test_a_season_is_late_when_its_last_day_is_over() -> None:
    assert parse_expected("Høst 2024", OSLO).late_at(OSLO) == datetime(2024, 11, 30, 23, tzinfo=UTC)
    assert UNKNOWN_TIME.late_at(OSLO) is None


def test_a_release_late_in_the_evening_gets_two_hours() -> None:
    found = parse_expected("2026-12-10T23:30", OSLO)

    assert found.late_at(OSLO) == datetime(2026, 12, 11, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "nb", "nn", "en"),
    [
        ("Vår/tidlig høst 2024", "Vår/tidlig høst 2024", "Vår/tidleg haust 2024", "Spring/early autumn 2024"),
        ("Høst 2024?", "Høst 2024?", "Haust 2024?", "Autumn 2024?"),
        ("2025-02", "februar 2025", "februar 2025", "February 2025"),
        ("2026-12-10", "10. desember 2026", "10. desember 2026", "10 December 2026"),
        (
            "2026-12-10T08:00",
            "10. desember 2026 kl.\u00a008.00",
            "10. desember 2026 kl.\u00a008.00",
            "10 December 2026 at 08:00",
        ),
        ("?", "Tidspunkt ikke kjent", "Tidspunkt ikkje kjent", "Time not known"),
    ],
)
def test_it_is_said_in_the_language_of_the_page(text: str, nb: str, nn: str, en: str) -> None:
    found: Expected = parse_expected(text, OSLO)

    assert tuple(expected_words(found, OSLO, language) for language in Language) == (nb, nn, en)
