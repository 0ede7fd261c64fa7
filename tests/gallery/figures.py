"""Figures of every type in every language, on easy and on awkward data: what the grid of tests and the gallery show."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from chart_renderer.spec import FigureSpec, FigureType
from tests.gallery.words import (
    ANNOTATION,
    CHANGE,
    LABELS,
    LONG_NAMES,
    LONG_TITLE,
    MORE_NAMES,
    NOTE,
    SECTORS,
    SOURCE,
    SUBTITLE,
    TITLE,
    VALUES,
)  # fmt: skip

LANGUAGES = ("nb", "nn", "en")
_CATEGORIES = (FigureType.BAR, FigureType.DONUT, FigureType.TREEMAP)
_PARTS = (FigureType.DONUT, FigureType.TREEMAP)
_TWO = (FigureType.DUMBBELL, FigureType.SLOPE)
_POSITIVE = (FigureType.AREA, FigureType.SHARE_COLUMN, *_PARTS, FigureType.INDEXED)
_ONE_SERIES = (FigureType.LINE, FigureType.COLUMN, FigureType.AREA, FigureType.BAR, *_PARTS)


class Case(StrEnum):
    """What is awkward about the data."""

    PLAIN = "plain"
    LONG = "long"  # title, subtitle, names and notes
    MANY = "many"  # periods, categories or series
    FEW = "few"  # one period, one category, one value
    ROUGH = "rough"  # gaps, provisional figures, breaks, huge and negative numbers
    FORWARD = "forward"  # one series, column or part put forward, the rest grey


@dataclass(frozen=True)
class Entry:
    """One figure of the grid."""

    kind: FigureType
    case: Case
    language: str
    spec: FigureSpec

    @property
    def name(self) -> str:
        return f"{self.kind.value}-{self.case.value}-{self.language}"


def entries(kind: FigureType) -> Iterator[Entry]:
    """A type's figures: every case in every language."""
    for case in _cases(kind):
        for language in LANGUAGES:
            shape = _cards(kind, case, language) if kind in FigureType.of_cards() else _data(kind, case, language)
            fields = _around(case, language) | {"type": kind, "language": language} | shape
            yield Entry(kind, case, language, FigureSpec.model_validate(fields))


def _cases(kind: FigureType) -> tuple[Case, ...]:
    """Cards and a matrix have nothing to put forward."""
    without = kind in (*FigureType.of_cards(), FigureType.MATRIX)
    return tuple(case for case in Case if not (without and case is Case.FORWARD))


def _around(case: Case, language: str) -> dict[str, Any]:
    long = case is Case.LONG
    return {
        "title": LONG_TITLE[language] if long else TITLE[language],
        "subtitle": SUBTITLE[language],
        "source": SOURCE[language],
        "notes": (NOTE[language],) if long else (),
    }


def _cards(kind: FigureType, case: Case, language: str) -> dict[str, Any]:
    count = {Case.FEW: 1, Case.PLAIN: 2, Case.ROUGH: 3}.get(case, 4)
    found = []
    for label, value in list(zip(LABELS[language], VALUES[language], strict=True))[:count]:
        card = {"label": label, "value": value, "change": CHANGE[language]}
        found.append(card | ({"before": value} if kind is FigureType.CORRECTION else {}))
    return {"cards": found}


def _data(kind: FigureType, case: Case, language: str) -> dict[str, Any]:
    periods = _periods(kind, case, language)
    names = _names(kind, case, language)
    series = [_series(kind, case, name, index, len(periods)) for index, name in enumerate(names)]
    more: dict[str, Any] = {"style": {"decimals": 1, "unit": "mrd. kr"} if case is Case.PLAIN else {}}
    if kind is FigureType.INDEXED:
        more["base"] = periods[0]
    if case is Case.ROUGH and kind in FigureType.marked():
        more |= {"breaks": [periods[4]], "annotations": [{"period": periods[6], "text": ANNOTATION[language]}]}
    if case is Case.FORWARD:
        more["highlight"] = names[1] if len(names) > 1 else periods[1]
    return {"periods": periods, "series": series} | more


def _periods(kind: FigureType, case: Case, language: str) -> tuple[str, ...]:
    if kind in _TWO:
        return ("2010", "2020")
    if kind in (*_CATEGORIES, FigureType.MATRIX):
        return _categories(kind, case, language)
    if case is Case.FEW:
        return ("2021",)
    if case is Case.MANY:
        written = "Q{quarter} {year}" if language == "en" else "{quarter}. kvartal {year}"
        return tuple(written.format(quarter=at % 4 + 1, year=2010 + at // 4) for at in range(60))
    return tuple(str(year) for year in range(2013, 2023))


def _categories(kind: FigureType, case: Case, language: str) -> tuple[str, ...]:
    if case is Case.LONG:
        return LONG_NAMES[language]
    if case is Case.MANY and kind is not FigureType.MATRIX:
        return (*SECTORS[language], *LONG_NAMES[language], MORE_NAMES[language])
    return SECTORS[language][: {Case.FEW: 1, Case.PLAIN: 5, Case.ROUGH: 5}.get(case, 7)]


def _names(kind: FigureType, case: Case, language: str) -> tuple[str, ...]:
    if kind is FigureType.MATRIX:
        return _periods(kind, case, language)
    if case is Case.FEW or kind in _PARTS or (kind in _ONE_SERIES and case in (Case.ROUGH, Case.MANY)):
        return SECTORS[language][:1]
    if case is Case.LONG:
        return LONG_NAMES[language][: 2 if kind in (FigureType.BAR, FigureType.GROUPED_COLUMN) else 4]
    if kind in (*_TWO, FigureType.MULTIPLES):
        return SECTORS[language][: 6 if case is Case.MANY else 4]
    if case is Case.FORWARD:
        return SECTORS[language][: 1 if kind in (FigureType.COLUMN, FigureType.BAR) else 3]
    return SECTORS[language][: 3 if case is Case.MANY else 2]


def _series(kind: FigureType, case: Case, name: str, index: int, count: int) -> dict[str, Any]:
    values: list[Decimal | None] = [
        Decimal((index * 37 + at * 29) % 53 + 9 + at % 7 * index) / 10 for at in range(count)
    ]
    if case is not Case.PLAIN:
        values = [None if value is None else value * 10 for value in values]
    if case is not Case.ROUGH:
        return {"name": name, "values": values}
    values = [None if value is None else value * (1 if kind is FigureType.MATRIX else 12345) for value in values]
    if kind not in _POSITIVE:
        values = [None if value is None else -value if at % 4 == 3 else value for at, value in enumerate(values)]
    if count > 4 and kind is not FigureType.SHARE_COLUMN:
        values[2] = None
    return {"name": name, "values": values, "provisional": [at == count - 1 for at in range(count)]}
