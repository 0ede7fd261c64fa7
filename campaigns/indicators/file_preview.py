"""What a waiting file was understood to say, table by table, and what it would change: shown before anybody decides."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.indicators.brought_tables import FollowedTable, Reading
from campaigns.indicators.comparison import Change, ChangeClass, Comparison, Verdict, compare
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.scales import scales_of, told_otherwise
from campaigns.indicators.state import State, state_of
from campaigns.indicators.vintages import figures_only, state_at
from campaigns.sources.flags import Legend
from campaigns.sources.json_text import decimal_text
from campaigns.sources.refusal import PayloadRefused, in_words
from campaigns.sources.source import Source
from campaigns.sources.table import Cell, Dimension, Table

_SHOWN_ROWS = 12


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One series as it stands in the file, for the newest periods."""

    name: str
    figures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A table that could be read. ``comparison`` is None when the figures are those we have."""

    label: str
    dimensions: tuple[Dimension, ...]
    periods: tuple[str, ...]
    figures: int
    missing: int
    flags: Mapping[str, int]
    warnings: tuple[str, ...]
    newest: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    more_rows: int
    comparison: Comparison | None

    @property
    def unusual(self) -> bool:
        return self.comparison is not None and self.comparison.verdict is Verdict.HOLD

    def changes(self, *kinds: ChangeClass) -> list[Change]:
        return [change for change in self.comparison.changes if change.kind in kinds] if self.comparison else []


@dataclass(frozen=True, kw_only=True)
class TablePreview:
    """One table of the file: understood, or refused with a sentence."""

    followed: FollowedTable
    understood: Understood | None
    refusal: str | None = None


def preview(session: Session, clock: Clock, source: Source, readings: Sequence[Reading]) -> list[TablePreview]:
    """What is shown before the file is taken in. Changes nothing."""
    legend = Legend.of(source.options.get("flags"))
    return [_preview(session, clock, reading, legend) for reading in readings]


def _preview(session: Session, clock: Clock, reading: Reading, legend: Legend) -> TablePreview:
    if reading.refusal is not None or reading.table is None:
        refusal = in_words(reading.refusal) if reading.refusal else None
        return TablePreview(followed=reading.followed, understood=None, refusal=refusal)
    try:
        compared = partial(_compared, session, clock, reading.followed, legend=legend)
        understood = _understood(figures_only(reading.table), compared)
    except PayloadRefused as error:
        return TablePreview(followed=reading.followed, understood=None, refusal=in_words(error))
    return TablePreview(followed=reading.followed, understood=understood)


def _compared(
    session: Session, clock: Clock, followed: FollowedTable, state: State, *, legend: Legend
) -> Comparison | None:
    """What the figures would change; None when they are those we have, told in the same units."""
    previous = latest_vintage(session, followed.dataset_id) if followed.dataset_id is not None else None
    if previous is None:
        return compare(None, state, now=clock.now(), legend=legend)
    if previous.canonical_hash == state.canonical_hash and not told_otherwise(scales_of(previous), state.units):
        return None
    return compare(state_at(session, previous), state, now=clock.now(), legend=legend)


def _understood(table: Table, compared: Callable[[State], Comparison | None]) -> Understood:
    state = state_of(table)
    figures = sum(cell.value is not None for cell in table.cells.values())
    newest = [period for period in state.periods if period in state.periods_with_data][-4:]
    rows = _rows(table, newest)
    return Understood(
        label=table.label,
        dimensions=tuple(dimension for dimension in table.dimensions if dimension is not table.time),
        periods=tuple(state.periods),
        figures=figures,
        missing=table.size - figures,
        flags=dict(Counter(cell.flag for cell in table.cells.values() if cell.flag)),
        warnings=tuple(_without_code(warning) for warning in table.warnings),
        newest=tuple(newest),
        rows=tuple(rows[:_SHOWN_ROWS]),
        more_rows=max(0, len(rows) - _SHOWN_ROWS),
        comparison=compared(state),
    )


def _rows(table: Table, newest: Sequence[str]) -> list[FigureRow]:
    time = table.time
    assert time is not None  # ``state_of`` has refused a table without
    place = table.dimensions.index(time)
    others = [dimension for dimension in table.dimensions if dimension is not time]
    series: dict[tuple[str, ...], dict[str, Cell]] = {}
    for codes, cell in table.cells.items():
        series.setdefault((*codes[:place], *codes[place + 1 :]), {})[codes[place]] = cell
    return [
        FigureRow(
            name=", ".join(_named(dimension, code) for dimension, code in zip(others, codes, strict=True)),
            figures=tuple(figure_text(cells.get(period, Cell())) for period in newest),
        )
        for codes, cells in series.items()
    ]


def figure_text(cell: Cell) -> str:
    """The figure as the file has it, with its mark; for a missing one the mark alone."""
    if cell.value is None:
        return cell.flag or "–"
    whole, _, decimals = decimal_text(cell.value).partition(".")
    grouped = re.sub(r"(?<=[0-9])(?=(?:[0-9]{3})+$)", "\u00a0", whole)
    return f"{grouped}{',' if decimals else ''}{decimals}{f' ({cell.flag})' if cell.flag else ''}"


def _named(dimension: Dimension, code: str) -> str:
    return next((category.label for category in dimension.categories if category.code == code), code) or code


def _without_code(warning: str) -> str:
    """The sentence alone; the code in front is for programs."""
    code, colon, sentence = warning.partition(": ")
    return sentence[:1].upper() + sentence[1:] if colon and code.isupper() else warning
