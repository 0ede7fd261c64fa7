"""A table of figures as every adapter hands it over: dimensions, cells, and what was odd about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from itertools import product
from math import prod


class Role(StrEnum):
    """What a dimension stands for, where the source says so or the reader found out."""

    TIME = "time"
    GEO = "geo"
    METRIC = "metric"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. ``value`` None is missing, never zero; ``text`` is what stood there when it was no number."""

    value: Decimal | None = None
    flag: str = ""
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """One code of a dimension. ``unit`` is the source's own words for it; empty when it says nothing."""

    code: str
    label: str
    unit: str = ""


@dataclass(frozen=True)
class Dimension:
    """One axis of the table, its categories in the source's order."""

    id: str
    label: str
    role: Role | None
    categories: tuple[Category, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(category.code for category in self.categories)


@dataclass(frozen=True)
class Note:
    """A note to the table, or to one dimension or category of it. A mandatory one is printed with the figure."""

    text: str
    mandatory: bool = False
    dimension: str | None = None
    code: str | None = None


EMPTY = Cell()


@dataclass(frozen=True)
class Table:
    """One answer. ``cells`` holds those with a value or a flag; every other cell of the cube is missing."""

    label: str
    source: str
    updated: datetime | None
    dimensions: tuple[Dimension, ...]
    cells: Mapping[tuple[str, ...], Cell]
    notes: tuple[Note, ...] = ()
    warnings: tuple[str, ...] = ()
    metadata_only: bool = False
    extension: Mapping[str, object] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return prod(len(dimension.categories) for dimension in self.dimensions)

    @property
    def time(self) -> Dimension | None:
        return next((dimension for dimension in self.dimensions if dimension.role is Role.TIME), None)

    @property
    def discontinued(self) -> bool:
        """Whether the source says that no more figures will come here."""
        return self.extension.get("discontinued") is True

    def cell(self, **codes: str) -> Cell:
        """The cell at these codes, one per dimension."""
        return self.cells.get(tuple(codes[dimension.id] for dimension in self.dimensions), EMPTY)

    def positions(self) -> Iterator[tuple[str, ...]]:
        """The codes of every cell in row-major order, the last dimension fastest."""
        return product(*(dimension.codes for dimension in self.dimensions))
