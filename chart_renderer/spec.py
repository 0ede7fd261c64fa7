"""What a figure shows, as pure values: no Plotly, no campaign words. Drawn by ``figure``, told by ``alt_text``.

Values are decimals in the unit they are printed in; every number a reader sees is formatted in Python from
them (charts.md §7). The spec is JSON at the edges: ``FigureSpec.model_validate_json`` refuses unknown fields.
"""

import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

_YEAR = re.compile(r"(?<!\d)(1[89]|20)\d\d(?!\d)")


Value = Annotated[Decimal, Field(gt=-(10**15), lt=10**15)]
"""A number that can be printed; anything larger is a mistake in the unit."""


class FigureType(StrEnum):
    """How it is drawn."""

    LINE = "line"
    AREA = "area"  # lines with their parts filled, stacked when there are several
    COLUMN = "column"
    GROUPED_COLUMN = "grouped_column"  # several series side by side in each period
    STACKED_COLUMN = "stacked_column"
    SHARE_COLUMN = "share_column"  # stacked to 100 %
    BAR = "bar"  # lying: for categories with long names
    DONUT = "donut"  # one whole in at most six parts
    TREEMAP = "treemap"  # one whole in many parts, as rectangles
    MATRIX = "matrix"  # rows by columns, each cell a number on its shade
    DUMBBELL = "dumbbell"  # two periods as two dots in each row; the series are the rows
    SLOPE = "slope"  # two periods as the two ends of each line
    INDEXED = "indexed"  # growth since a base period, which is 100
    MULTIPLES = "multiples"  # one small panel for each series, all on one scale
    KEY_FIGURES = "key_figures"
    CORRECTION = "correction"  # what was published, and what is right

    @classmethod
    def of_cards(cls) -> "tuple[FigureType, ...]":
        """Those that show finished texts instead of series."""
        return cls.KEY_FIGURES, cls.CORRECTION

    @classmethod
    def of_parts(cls) -> "tuple[FigureType, ...]":
        """Those that can put one of the periods forward, when they show one series."""
        return cls.COLUMN, cls.GROUPED_COLUMN, cls.BAR, cls.DONUT, cls.TREEMAP

    @classmethod
    def marked(cls) -> "tuple[FigureType, ...]":
        """Those with an axis of periods, which can carry flags and breaks."""
        columns = (cls.COLUMN, cls.GROUPED_COLUMN, cls.STACKED_COLUMN, cls.SHARE_COLUMN)
        return cls.LINE, cls.AREA, *columns, cls.INDEXED


_OF_A_WHOLE = (FigureType.SHARE_COLUMN, FigureType.DONUT, FigureType.TREEMAP)
_OF_PARTS = (FigureType.DONUT, FigureType.TREEMAP)
_OF_TWO = (FigureType.DUMBBELL, FigureType.SLOPE)


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberStyle(_Value):
    """How a number is printed: ``4,7 mrd. kr`` is one decimal and the unit ``mrd. kr``."""

    decimals: Annotated[int, Field(ge=0, le=9)] = 0
    unit: str = ""  # "%" and "prosentpoeng" follow the language's own rules


class Series(_Value):
    """One line or one colour of column. ``values`` runs along the periods; None is a gap, never zero."""

    name: str
    values: tuple[Value | None, ...]
    provisional: tuple[bool, ...] = ()  # same length as values, or empty

    def loose(self, at: int) -> bool:
        """Whether the value of this period may still change."""
        return bool(self.provisional) and self.provisional[at]


class KeyFigureCard(_Value):
    """One big number: ``label`` over ``value`` over ``change``, all formatted."""

    label: str
    value: str
    change: str = ""
    before: str = ""  # on a correction: what was published first


class Annotation(_Value):
    """A few words at a period: what happened then."""

    period: str
    text: str = Field(min_length=1, max_length=40)


class FigureSpec(_Value):
    """One figure. ``periods`` are labels in order; a period without data is still a place on the axis."""

    type: FigureType
    language: str = Field(pattern="^(nb|nn|en)$")
    title: str = Field(min_length=1, max_length=200)
    subtitle: str = Field(default="", max_length=200)
    periods: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    cards: tuple[KeyFigureCard, ...] = ()
    style: NumberStyle = NumberStyle()
    measure: str = ""  # "antall søkte kliniske studier": what is counted, for the alt text
    source: str = Field(min_length=1, max_length=300)  # the whole source line, retrieval date included
    source_owner: str = ""  # "SSB": the short form, for the alt text
    # where the figure can be checked: written into the file, never sent to the page
    figure_url: str = Field(default="", pattern=r"^(https?://\S+)?$", max_length=500, exclude_if=lambda url: not url)
    notes: tuple[str, ...] = ()
    base: str = ""  # of an indexed figure: the period that is 100
    annotations: tuple[Annotation, ...] = Field(default=(), max_length=2)
    breaks: tuple[str, ...] = Field(default=(), max_length=2)  # periods from which the series is counted anew
    highlight: str = Field(default="", exclude_if=lambda name: not name)  # the series, column or part put forward

    @property
    def over_time(self) -> bool:
        """Whether ``periods`` are points in time (each names a year) or categories, which do not follow each other."""
        return bool(self.periods) and all(_YEAR.search(label) for label in self.periods)

    @property
    def of_cards(self) -> bool:
        """Whether it shows finished texts instead of series."""
        return self.type in FigureType.of_cards()

    @model_validator(mode="after")
    def _shape_holds(self) -> "FigureSpec":
        if self.of_cards:
            if not 1 <= len(self.cards) <= 4 or self.series:
                raise ValueError("a key-figure card has one to four cards and no series")
            if self.type is FigureType.CORRECTION and not all(card.before for card in self.cards):
                raise ValueError("every card of a correction says what was published before")
            return self
        if not self.periods or not self.series or self.cards:
            raise ValueError(f"a {self.type.value} figure has periods and series, and no cards")
        _check_lengths(self)
        _check_values(self)
        _check_marks(self)
        _check_highlight(self)
        return self


def _check_lengths(spec: FigureSpec) -> None:
    for series in spec.series:
        if len(series.values) != len(spec.periods):
            raise ValueError(f"series {series.name!r} has {len(series.values)} values for {len(spec.periods)} periods")
        if series.provisional and len(series.provisional) != len(series.values):
            raise ValueError(f"series {series.name!r}: 'provisional' must be as long as 'values'")
    if spec.type in _OF_TWO and len(spec.periods) != 2:
        raise ValueError(f"a {spec.type.value} figure compares two periods, not {len(spec.periods)}")
    if spec.type in _OF_PARTS and len(spec.series) != 1:
        raise ValueError(f"a {spec.type.value} figure shows one series; its parts are the periods")


def _check_values(spec: FigureSpec) -> None:
    values = [value for series in spec.series for value in series.values if value is not None]
    if not values:
        raise ValueError("a figure needs at least one value")
    if spec.type in (*_OF_A_WHOLE, FigureType.AREA) and min(values) < 0:
        raise ValueError(f"a {spec.type.value} figure has no place for negative values")
    if spec.type in _OF_A_WHOLE and max(values) == 0:
        raise ValueError(f"a {spec.type.value} figure needs something to share out")
    if spec.type is FigureType.INDEXED:
        if spec.base not in spec.periods:
            raise ValueError("an indexed figure names its base, one of the periods")
        at = spec.periods.index(spec.base)
        if any(not (series.values[at] or 0) > 0 for series in spec.series):
            raise ValueError("every series of an indexed figure has a value above zero in the base period")
    elif spec.base:
        raise ValueError("only an indexed figure has a base")


def _check_marks(spec: FigureSpec) -> None:
    if (spec.annotations or spec.breaks) and spec.type not in FigureType.marked():
        raise ValueError(f"a {spec.type.value} figure has no axis of periods to mark")
    for period in (*(note.period for note in spec.annotations), *spec.breaks):
        if period not in spec.periods:
            raise ValueError(f"{period!r} is marked, but is none of the periods")
    if spec.periods and spec.periods[0] in spec.breaks:
        raise ValueError("a break lies between two periods: it cannot be at the first one")


def _check_highlight(spec: FigureSpec) -> None:
    if not spec.highlight:
        return
    if spec.type is FigureType.MATRIX:
        raise ValueError("a matrix figure has no colours to put one row forward with")
    if len(spec.series) > 1:
        if spec.highlight not in (series.name for series in spec.series):
            raise ValueError(f"{spec.highlight!r} is to be highlighted, but is none of the series")
    elif spec.type not in FigureType.of_parts():
        raise ValueError(f"a {spec.type.value} figure with one series has nothing to put it forward from")
    elif spec.highlight not in spec.periods:
        raise ValueError(f"{spec.highlight!r} is to be highlighted, but is none of the periods")
