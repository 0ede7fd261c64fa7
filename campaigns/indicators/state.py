"""A table's state reduced to what counts: who says what about which period, whatever the order or the labels.

Two answers are the same state when their canonical hashes are equal (tracking.md §3.4). Left out are order,
labels, notes, ``updated``, the spelling of numbers, and periods that have no value anywhere yet.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from campaigns.canonical import canonical_json, sha256_of
from campaigns.indicators.state_cells import Address, Series, StateCells, differing
from campaigns.sources.cube import cube_of
from campaigns.sources.cube_reach import Count, counted
from campaigns.sources.json_text import decimal_text
from campaigns.sources.periods import Period, parse_period
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.scale import index_base, scale_of
from campaigns.sources.table import EMPTY, Cell, Dimension, Table

WHOLE_TABLE = ("", "")  # in ``units``: the base year the table's own title names


@dataclass(frozen=True)
class State:
    """``cells`` by (codes of ``dimensions``, time code). ``periods`` in the source's order."""

    dimensions: tuple[str, ...]  # every dimension but time, sorted by id
    time: str
    categories: Mapping[str, tuple[str, ...]]
    units: Mapping[tuple[str, str], str]
    periods: tuple[str, ...]
    cells: StateCells
    updated: datetime | None = None
    discontinued: bool = False
    words: object = field(default=None, compare=False)  # labels and notes, for the second hash

    @cached_property
    def canonical_hash(self) -> str:
        """SHA-256 over every cell that says something."""
        return self.cells.digest([*self.dimensions, self.time])

    @cached_property
    def metadata_hash(self) -> str:
        """SHA-256 over labels, units and notes; the table's own title is left out, for it names the newest period."""
        units = sorted([*key, unit] for key, unit in self.units.items())
        return sha256_of(canonical_json([units, self.words]))

    @cached_property
    def periods_with_data(self) -> frozenset[str]:
        return frozenset(self.cells.periods_with_data())

    @cached_property
    def parsed(self) -> Mapping[str, Period]:
        return {code: parse_period(code) for code in {*self.periods, *self.cells.cube.axes[-1]}}

    def cell(self, series: Series, period: str) -> Cell:
        return self.cells.get((series, period), EMPTY)

    def value(self, series: Series, period: str) -> Decimal | None:
        """The figure of a cell, however it was spelled."""
        return self.cells.value(series, period)

    def count(self, period: str) -> Count:
        """How many figures a period has, and how many of them are 0."""
        return counted(self.cells.cube, len(self.dimensions), period)

    def differences(self, earlier: "State") -> tuple[Address, ...]:
        """The addresses where the two say something else; they have the same dimensions."""
        return tuple(differing(earlier.cells, self.cells))


def state_of(table: Table) -> State:
    """The state an answer describes. Raises ``PayloadRefused`` when it has no figures or no time."""
    time = table.time
    if table.metadata_only:
        raise PayloadRefused("METADATA_ONLY", "svaret beskriver tabellen, men har ingen tall i seg.")
    if time is None:
        known = ", ".join(f"«{dimension.id}»" for dimension in table.dimensions)
        raise PayloadRefused("TIME_UNKNOWN", f"ingen av dimensjonene {known} er tid; oppgi «time» i kildens options.")
    others = sorted((dimension for dimension in table.dimensions if dimension is not time), key=lambda found: found.id)
    places = [table.dimensions.index(dimension) for dimension in (*others, time)]
    return State(
        dimensions=tuple(dimension.id for dimension in others),
        time=time.id,
        categories={dimension.id: dimension.codes for dimension in others},
        units=_units(table, others),
        periods=time.codes,
        cells=StateCells.of(cube_of(table), places),
        updated=table.updated,
        discontinued=table.discontinued,
        words=_words(table),
    )


def _units(table: Table, dimensions: Iterable[Dimension]) -> dict[tuple[str, str], str]:
    """What the figures are told in, by category; where nothing is said of a category, it has no entry."""
    found = {
        (dimension.id, category.code): scale_of(category)
        for dimension in dimensions
        for category in dimension.categories
    }
    found[WHOLE_TABLE] = index_base(table.label)
    return {key: scale for key, scale in found.items() if scale}


def content(cell: Cell) -> str | None:
    """What the cell says, spelled one way only."""
    return cell.text if cell.value is None else decimal_text(cell.value)


def has_content(cell: Cell) -> bool:
    return cell.value is not None or cell.text is not None


def _words(table: Table) -> object:
    labels = sorted(
        [dimension.id, dimension.label, sorted([found.code, found.label] for found in dimension.categories)]
        for dimension in table.dimensions
        if dimension is not table.time
    )
    notes = sorted([note.text, note.mandatory, note.dimension or "", note.code or ""] for note in table.notes)
    return [labels, notes]
