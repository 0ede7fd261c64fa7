"""Time codes: ``2026K1``, ``2024M01``, ``2020_2020`` and the rest (data-sources.md §1.1).

A code nobody recognises stays opaque text: it is ordered by its place in the table, and no change is ever
computed on it. The source's own spelling is always kept.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.language import Language

OPAQUE = "opaque"


@dataclass(frozen=True)
class Period:
    """One time code. ``frequency`` tells which periods can be compared; ``start`` and ``end`` are inclusive."""

    code: str
    frequency: str
    start: date | None = None
    end: date | None = None

    @property
    def known(self) -> bool:
        return self.frequency != OPAQUE

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share days: then the change between them says less than it seems to."""
        if self.start is None or self.end is None or other.start is None or other.end is None:
            return False
        return self.start <= other.end and other.start <= self.end

    def years_after(self, other: "Period") -> int | None:
        """How many whole years later this one is; None unless it is the same part of another year."""
        if self.start is None or other.start is None or self.frequency != other.frequency:
            return None
        if self.frequency == "week":
            (year, week, _), (before, same, _) = self.start.isocalendar(), other.start.isocalendar()
            return year - before if week == same else None
        same_day = (self.start.month, self.start.day) == (other.start.month, other.start.day)
        return self.start.year - other.start.year if same_day else None

    def in_words(self, language: Language = Language.BOKMAAL, label: str = "") -> str:
        """As a sentence says it: ``2. kvartal 2026``, ``uke 23 2027``; an opaque code says its label."""
        if self.start is None or self.end is None:
            return label or self.code
        words = _WORDS.get(self.frequency)
        if words is not None:
            return words(self.start, language)
        if self.frequency.startswith("years-"):
            return f"{self.start.year}–{self.end.year}"
        return label or self.code


def parse_period(code: str) -> Period:
    """The period a code stands for; opaque when no known form fits."""
    for pattern, build in _FORMS:
        found = pattern.fullmatch(code)
        if found is not None:
            try:
                frequency, start, end = build(*(int(part) for part in found.groups()))
            except ValueError:
                break  # week 53 of a year that has none, year 0
            return Period(code, frequency, start, end)
    return Period(code, OPAQUE)


_Span = tuple[str, date, date]


def _year(year: int) -> _Span:
    return "year", date(year, 1, 1), date(year, 12, 31)


def _months(year: int, first: int, count: int, frequency: str) -> _Span:
    last = first + count - 1
    return frequency, date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _half(year: int, half: int) -> _Span:
    return _months(year, 6 * half - 5, 6, "half")


def _third(year: int, third: int) -> _Span:
    return _months(year, 4 * third - 3, 4, "third")


def _quarter(year: int, quarter: int) -> _Span:
    return _months(year, 3 * quarter - 2, 3, "quarter")


def _month(year: int, month: int) -> _Span:
    return _months(year, month, 1, "month")


def _week(year: int, week: int) -> _Span:
    monday = date.fromisocalendar(year, week, 1)
    return "week", monday, monday + timedelta(days=6)


def _day(year: int, month: int, day: int) -> _Span:
    return "day", date(year, month, day), date(year, month, day)


def _range(first: int, last: int) -> _Span:
    if first == last:
        return _year(first)
    if last < first:
        raise ValueError
    return f"years-{last - first + 1}", date(first, 1, 1), date(last, 12, 31)


def _split_range(first: int, last: int) -> _Span:
    """``2019/20``: the end is told by its last two digits, and it is the next time they come round."""
    return _range(first, first + (last - first) % 100)


_FORMS: tuple[tuple[re.Pattern[str], Callable[..., _Span]], ...] = (
    (re.compile(r"([0-9]{4})(?:-?A1?)?"), _year),
    (re.compile(r"([0-9]{4})-?[KQ]([1-4])"), _quarter),
    (re.compile(r"([0-9]{4})(?:-?M|-)(0[1-9]|1[0-2])"), _month),
    (re.compile(r"([0-9]{4})-?[UVW](0[1-9]|[1-4][0-9]|5[0-3])"), _week),
    (re.compile(r"([0-9]{4})-?[HS]([12])"), _half),
    (re.compile(r"([0-9]{4})-?T([1-3])"), _third),
    (re.compile(r"([0-9]{4}) ?[-_/\u2013] ?([0-9]{4})"), _range),
    (re.compile(r"([0-9]{4})/([0-9]{2})"), _split_range),
    (re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"), _day),
    (re.compile(r"([0-9]{4})M(0[1-9]|1[0-2])D(0[1-9]|[12][0-9]|3[01])"), _day),
)

_NORWEGIAN_MONTHS = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _month_words(start: date, language: Language) -> str:
    names = _ENGLISH_MONTHS if language is Language.ENGLISH else _NORWEGIAN_MONTHS
    return f"{names[start.month - 1]} {start.year}"


def _quarter_words(start: date, language: Language) -> str:
    number = (start.month + 2) // 3
    return f"Q{number} {start.year}" if language is Language.ENGLISH else f"{number}. kvartal {start.year}"


def _half_words(start: date, language: Language) -> str:
    number = 1 if start.month == 1 else 2
    if language is Language.ENGLISH:
        return f"the {'first' if number == 1 else 'second'} half of {start.year}"
    return f"{number}. halvår {start.year}"


def _third_words(start: date, language: Language) -> str:
    number = (start.month + 3) // 4
    if language is Language.ENGLISH:
        return f"the {('first', 'second', 'last')[number - 1]} four months of {start.year}"
    return f"{number}. tertial {start.year}"


def _week_words(start: date, language: Language) -> str:
    year, week, _ = start.isocalendar()
    name = {Language.BOKMAAL: "uke", Language.NYNORSK: "veke", Language.ENGLISH: "week"}[language]
    return f"{name} {week} {year}"


def _day_words(start: date, language: Language) -> str:
    if language is Language.ENGLISH:
        return f"{start.day} {_ENGLISH_MONTHS[start.month - 1]} {start.year}"
    return f"{start.day}. {_NORWEGIAN_MONTHS[start.month - 1]} {start.year}"


_WORDS: dict[str, Callable[[date, Language], str]] = {
    "year": lambda start, _language: str(start.year),
    "half": _half_words,
    "third": _third_words,
    "quarter": _quarter_words,
    "month": _month_words,
    "week": _week_words,
    "day": _day_words,
}
