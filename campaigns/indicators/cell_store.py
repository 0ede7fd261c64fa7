"""The cells of a dataset in the database, by the vintages they held in. Written and read in bulk, a block at a time."""

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice, repeat
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from campaigns.indicators.comparison import Change
from campaigns.indicators.observations import held_at, series_name
from campaigns.indicators.state import State
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.coded_texts import CodedTexts
from campaigns.sources.cube import Cube
from campaigns.sources.figure_column import FigureColumn
from campaigns.sources.json_text import decimal_text
from campaigns.sources.table import EMPTY

_BLOCK = 5_000
_COLUMNS = ("dataset_id", "series", "period", "value", "flag", "from_seq")
Row = tuple[int, str, str, str | None, str, int]


def open_cells(session: Session, vintage: Vintage, state: State) -> None:
    """Write every cell of the state as holding from this vintage on."""
    _insert(session, _rows(vintage, state))


def replace_cells(session: Session, vintage: Vintage, state: State, changes: Sequence[Change]) -> None:
    """Close the cells that changed and write what they say now."""
    if not changes:
        return
    held = sa.update(ObservationVersion).where(
        col(ObservationVersion.dataset_id) == vintage.dataset_id,
        # Said so that SQLite looks the cell up by its series and period. Asked whether it is null, it looks through
        # every cell that holds, once for each that changed.
        sa.func.coalesce(col(ObservationVersion.to_seq), 0) == 0,
        col(ObservationVersion.series) == sa.bindparam("its_series"),
        col(ObservationVersion.period) == sa.bindparam("its_period"),
    )
    closing, remaining = held.values(to_seq=vintage.seq), _named(state, changes)
    while block := list(islice(remaining, _BLOCK)):
        closed = [{"its_series": name, "its_period": change.period} for name, change in block]
        session.connection().execute(closing, closed)
    _insert(
        session,
        (
            (
                vintage.dataset_id, name, change.period,
                None if change.new.value is None else decimal_text(change.new.value), change.new.flag, vintage.seq,
            )
            for name, change in _named(state, changes)
            if change.new != EMPTY
        ),
    )  # fmt: skip


def _named(state: State, changes: Iterable[Change]) -> Iterator[tuple[str, Change]]:
    """Each change with the name its series has in the database. Those of one series mostly follow each other."""
    for series, together in groupby(changes, key=lambda change: change.series):
        name = _name(state, series)
        yield from ((name, change) for change in together)


def close_cells(session: Session, vintage: Vintage) -> None:
    """Let every cell that still holds end with this vintage."""
    session.execute(
        sa.update(ObservationVersion)
        .where(col(ObservationVersion.dataset_id) == vintage.dataset_id, col(ObservationVersion.to_seq).is_(None))
        .values(to_seq=vintage.seq)
    )


def cells_at(session: Session, vintage: Vintage, axes: Mapping[str, Sequence[str]], time: str) -> Cube:
    """The cells of a vintage over these axes, and after their codes any that only the cells have."""
    read = _Reading(axes, time)
    rows = session.execute(
        sa.select(
            ObservationVersion.series,  # type: ignore[call-overload] # a column, not the text of a row
            ObservationVersion.period,
            ObservationVersion.value,
            ObservationVersion.flag,
        )
        .where(*held_at(vintage.dataset_id, vintage.seq))
        .execution_options(yield_per=_BLOCK)
    )
    for block in rows.partitions():
        read.take(block)
    return read.cube()


class _Reading:
    """The rows so far, as columns: which series, which period, and what was said."""

    def __init__(self, axes: Mapping[str, Sequence[str]], time: str) -> None:
        self._ids, self._time = list(axes), time
        self._codes = {name: dict.fromkeys(codes) for name, codes in axes.items()}
        self._series: dict[str, int] = {}
        self._periods: dict[str, int] = {}
        self._places: tuple[array[int], array[int]] = (array("I"), array("I"))
        self._figures = FigureColumn.missing(0)
        self._marks: dict[int, str] = {}

    def take(self, rows: Sequence[Any]) -> None:
        names, periods, values, flags = zip(*rows, strict=True)
        start = len(self._figures)
        self._places[0].extend([self._series.setdefault(name, len(self._series)) for name in names])
        self._places[1].extend([self._periods.setdefault(period, len(self._periods)) for period in periods])
        texts = [b"" if value is None else value.encode("ascii") for value in values]
        self._figures.append(texts, max(map(len, texts)))
        self._marks.update((start + number, flag) for number, flag in enumerate(flags) if flag)

    def cube(self) -> Cube:
        addresses = [json.loads(name) for name in self._series]
        for address in addresses:
            for name, code in address.items():
                self._codes[name][code] = None
        self._codes[self._time].update(dict.fromkeys(self._periods))
        empty = Cube.empty([tuple(codes) for codes in self._codes.values()])
        steps = dict(zip(self._ids, empty.numbers(), strict=True))
        bases = [sum(steps[name][code] for name, code in address.items()) for address in addresses]
        offsets = [steps[self._time][period] for period in self._periods]
        places = [bases[series] + offsets[period] for series, period in zip(*self._places, strict=True)]
        figures = FigureColumn.missing(empty.size)
        if places:
            figures.lay(places, self._figures)
        marks = CodedTexts.of({places[row]: flag for row, flag in self._marks.items()}, empty.size)
        return Cube(empty.axes, figures, marks=marks if self._marks else None)


def _rows(vintage: Vintage, state: State) -> Iterator[Row]:
    cube = state.cells.cube
    periods = cube.axes[-1]
    texts = cube.figures.texts()
    marks = map(cube.marks.names.__getitem__, cube.marks.codes) if cube.marks else repeat("")
    for place in range(0, cube.size, len(periods) or 1):
        name = _name(state, cube.codes(place)[:-1])
        for period, text, mark in zip(periods, islice(texts, len(periods)), marks, strict=False):
            if text or mark:
                yield vintage.dataset_id, name, period, text or None, mark, vintage.seq


def _insert(session: Session, rows: Iterable[Row]) -> None:
    """Many rows at once, by the quickest way the database has."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {ObservationVersion.__tablename__} ({', '.join(_COLUMNS)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    remaining = iter(rows)
    statement = (
        f"INSERT INTO {ObservationVersion.__tablename__} ({', '.join(_COLUMNS)})"  # noqa: S608 - names of our own
        f" VALUES ({', '.join('?' for _ in _COLUMNS)})"
    )
    while block := list(islice(remaining, _BLOCK)):
        connection.exec_driver_sql(statement, block)


def _name(state: State, series: tuple[str, ...]) -> str:
    return series_name(dict(zip(state.dimensions, series, strict=True)))
