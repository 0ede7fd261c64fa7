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
        ("2024-S1", "half", date(2024, 1, 1), date(2024, 6, 30), "1. halvår 2024"),
        ("2024-H2", "half", date(2024, 7, 1), date(2024, 12, 31), "2. halvår 2024"),
        ("2024T2", "third", date(2024, 5, 1), date(2024, 8, 31), "2. tertial 2024"),
        ("2024-A1", "year", date(2024, 1, 1), date(2024, 12, 31), "2024"),
        ("2024-M02", "month", date(2024, 2, 1), date(2024, 2, 29), "februar 2024"),
        ("2026M04", "month", date(2026, 4, 1), date(2026, 4, 30), "april 2026"),
        ("2024K4", "quarter", date(2024, 10, 1), date(2024, 12, 31), "4. kvartal 2024"),
        ("2010 - 2012", "years-3", date(2010, 1, 1), date(2012, 12, 31), "2010–2012"),
        ("2010–2012", "years-3", date(2010, 1, 1), date(2012, 12, 31), "2010–2012"),
        ("2019/20", "years-2", date(2019, 1, 1), date(2020, 12, 31), "2019–2020"),
        ("1999/00", "years-2", date(1999, 1, 1), date(2000, 12, 31), "1999–2000"),
        ("2026M10D05", "day", date(2026, 10, 5), date(2026, 10, 5), "5. oktober 2026"),
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
        "2024T4",
        "2024W54",
        "2024M00",
        "2024-13",
        "2024 ",
        "9999_10000",
        "2024-A2",
        "2026M02D30",
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
        ("2026T3", Language.ENGLISH, "the last four months of 2026"),
        ("2026T1", Language.NYNORSK, "1. tertial 2026"),
    ],
)
def test_it_says_it_in_the_language(code: str, language: Language, words: str) -> None:
    assert parse_period(code).in_words(language) == words


@pytest.mark.parametrize(
    ("later", "earlier", "years"),
    [
        ("2024", "2021", 3),
        ("2023_2025", "2020_2022", 3),
        ("2026K2", "2025K2", 1),
        ("2026K2", "2026K1", None),
        ("2026M02", "2024M02", 2),
        ("2026U19", "2025U19", 1),
        ("2020U53", "2019U52", None),
        ("2024", "2023M12", None),
        ("runde 2", "runde 1", None),
        ("2021", "2023", -2),
    ],
)
def test_it_counts_the_years_between_like_periods(later: str, earlier: str, years: int | None) -> None:
    assert parse_period(later).years_after(parse_period(earlier)) == years
