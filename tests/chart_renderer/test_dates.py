"""Dates and times in bokmål, nynorsk and English."""

from datetime import date

import pytest

from chart_renderer.dates import format_date, format_date_range, month_name


@pytest.mark.parametrize(
    ("language", "short", "expected"),
    [
        ("nb", False, "20. mai 2026"),
        ("nn", False, "20. mai 2026"),
        ("en", False, "20 May 2026"),
        ("nb", True, "20. mai 2026"),
    ],
)
def test_it_writes_a_date(language: str, short: bool, expected: str) -> None:
    assert format_date(date(2026, 5, 20), language, short=short) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 9, 16), date(2026, 9, 27), "16.–27. sep. 2026"),
        (date(2026, 9, 28), date(2026, 10, 2), "28. sep. – 2. okt. 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "30. des. 2026 – 2. jan. 2027"),
        (date(2026, 9, 16), date(2026, 9, 16), "16. sep. 2026"),
    ],
)
def test_it_says_what_two_dates_share_only_once(start: date, end: date, expected: str) -> None:
    assert format_date_range(start, end, "nb", short=True) == expected


def test_it_has_no_english_month_in_norwegian() -> None:
    norwegian = {month_name(month, "nn", short=True) for month in range(1, 13)}

    assert norwegian == {
        "jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."
    }  # fmt: skip
