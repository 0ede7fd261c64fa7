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
    COLUMN = "column"
    STACKED_COLUMN = "stacked_column"
    KEY_FIGURES = "key_figures"


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


class KeyFigureCard(_Value):
    """One big number: ``label`` over ``value`` over ``change``, all formatted."""

    label: str
    value: str
    change: str = ""


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
    notes: tuple[str, ...] = ()

    @property
    def over_time(self) -> bool:
        """Whether ``periods`` are points in time (each names a year) or categories, which do not follow each other."""
        return bool(self.periods) and all(_YEAR.search(label) for label in self.periods)

    @model_validator(mode="after")
    def _shape_holds(self) -> "FigureSpec":
        if self.type is FigureType.KEY_FIGURES:
            if not 1 <= len(self.cards) <= 4 or self.series:
                raise ValueError("a key-figure card has one to four cards and no series")
            return self
        if not self.periods or not self.series or self.cards:
            raise ValueError(f"a {self.type.value} figure has periods and series, and no cards")
        for series in self.series:
            if len(series.values) != len(self.periods):
                raise ValueError(
                    f"series {series.name!r} has {len(series.values)} values for {len(self.periods)} periods"
                )
            if series.provisional and len(series.provisional) != len(series.values):
                raise ValueError(f"series {series.name!r}: 'provisional' must be as long as 'values'")
        if all(value is None for series in self.series for value in series.values):
            raise ValueError("a figure needs at least one value")
        return self
