"""Every time code the documents list, and the look-alikes."""

from datetime import date

import pytest

from campaigns.language import Language
from campaigns.sources.periods import OPAQUE, parse_period


@pytest.mark.parametrize(
    ("code", "frequency", "start", "end", "words"),
    [
        ("2024", "year", date(2024, 1, 1), date(2024, 12, 31), "2024"),
        ("2026K1", "quarter", date(2026, 1, 1), date(2026, 3, 31), "1. kvartal 2026"),
        ("1997Q1", "quarter", date(1997, 1, 1), date(1997, 3, 31), "1. kvartal 1997"),
        ("2024-Q1", "quarter", date(2024, 1, 1), date(2024, 3, 31), "1. kvartal 2024"),
        ("2024M02", "month", date(2024, 2, 1), date(2024, 2, 29), "februar 2024"),
        ("2024-01", "month", date(2024, 1, 1), date(2024, 1, 31), "januar 2024"),
        ("2022U19", "week", date(2022, 5, 9), date(2022, 5, 15), "uke 19 2022"),
        ("2024V05", "week", date(2024, 1, 29), date(2024, 2, 4), "uke 5 2024"),
        ("2015W01", "week", date(2014, 12, 29), date(2015, 1, 4), "uke 1 2015"),
        ("2024-W05", "week", date(2024, 1, 29), date(2024, 2, 4), "uke 5 2024"),
        ("2020U53", "week", date(2020, 12, 28), date(2021, 1, 3), "uke 53 2020"),
        ("2024H1", "half", date(2024, 1, 1), date(2024, 6, 30), "1. halvår 2024"),
        ("2024-S2", "half", date(2024, 7, 1), date(2024, 12, 31), "2. halvår 2024"),
        ("2020_2020", "year", date(2020, 1, 1), date(2020, 12, 31), "2020"),
        ("2023_2025", "years-3", date(2023, 1, 1), date(2025, 12, 31), "2023–2025"),
        ("2019-2021", "years-3", date(2019, 1, 1), date(2021, 12, 31), "2019–2021"),
        ("2019/2020", "years-2", date(2019, 1, 1), date(2020, 12, 31), "2019–2020"),
        ("2026-10-05", "day", date(2026, 10, 5), date(2026, 10, 5), "5. oktober 2026"),
    ],
)
def test_it_reads_the_code(code: str, frequency: str, start: date, end: date, words: str) -> None:
    found = parse_period(code)

    assert (found.code, found.frequency, found.start, found.end) == (code, frequency, start, end)
    assert found.in_words() == words


@pytest.mark.parametrize(
    "code",
    [
        "2021¹",
        "٢٠٢١",
        "2016 - 1",
        "2021U53",
        "2024M13",
        "2024K5",
        "0000",
        "2021_2019",
        "2026-02-30",
        "24",
        "",
        "2021\n",
    ],
)
def test_it_leaves_alone_what_it_does_not_know(code: str) -> None:
    found = parse_period(code)

    assert (found.frequency, found.start) == (OPAQUE, None)
    assert found.in_words(label="runde 2") == "runde 2"


@pytest.mark.parametrize(
    ("code", "language", "words"),
    [
        ("2027U23", Language.NYNORSK, "veke 23 2027"),
        ("2027U23", Language.ENGLISH, "week 23 2027"),
        ("2026K2", Language.NYNORSK, "2. kvartal 2026"),
        ("2026K2", Language.ENGLISH, "Q2 2026"),
        ("2026M05", Language.ENGLISH, "May 2026"),
        ("2026H2", Language.ENGLISH, "the second half of 2026"),
    ],
)
def test_it_says_it_in_the_language(code: str, language: Language, words: str) -> None:
    assert parse_period(code).in_words(language) == words
