"""What differs between any two vintages of a table: only the cells that say something else, and of which class.

The database finds the cells (their spans cross the stretch between the two), so that the cost follows what changed,
not how large the table is. ``compare`` names the classes, from states that hold those cells and what orders them.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.errors import InvalidInput
from campaigns.indicators.comparison import Change, ChangeClass, compare
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.observations import held_at, own_series_key
from campaigns.indicators.reading import legend_of
from campaigns.indicators.state import State, state_of
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.table import Category, Cell, Dimension, Role, Table

MOST = 5_000
_AT_ONCE = 400
_Address = tuple[str, str]  # series and period, as stored
_Pair = tuple[_Address, Cell, Cell]


@dataclass(frozen=True)
class _Axes:
    """How the two vintages are laid out."""

    before: Sequence[Dimension]
    after: Sequence[Dimension]

    @property
    def alike(self) -> bool:
        """Whether a cell of the one has a place in the other."""
        laid_out = [{(one.id, one.role is Role.TIME) for one in dimensions} for dimensions in (self.before, self.after)]
        return laid_out[0] == laid_out[1]

    @property
    def time(self) -> str:
        return next((one.id for one in self.after if one.role is Role.TIME), "")


@dataclass(frozen=True, kw_only=True)
class ChangedCell:
    """One cell: where it is in the source's words, and what it said before and after."""

    where: tuple[tuple[str, str], ...]  # dimension and category, as the source names them; time left out
    period: str
    period_label: str
    old: Cell
    new: Cell
    kind: ChangeClass
    own: bool  # of the indicator's own series


@dataclass(frozen=True, kw_only=True)
class Categories:
    """Categories of a dimension that only one of the two vintages has."""

    dimension: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """From the older to the newer. ``complete`` is False when there were more changed cells than are read."""

    older: Vintage
    newer: Vintage
    cells: Sequence[ChangedCell]
    categories: Sequence[Categories]
    other_axes: bool  # the two are not laid out along the same dimensions; cells cannot be paired
    complete: bool

    @property
    def counts(self) -> Mapping[ChangeClass, int]:
        counted = Counter(cell.kind for cell in self.cells)
        return {kind: counted[kind] for kind in ChangeClass if counted[kind]}

    @property
    def own(self) -> int:
        return sum(cell.own for cell in self.cells)


def difference(session: Session, indicator: Indicator, older: Vintage, newer: Vintage) -> Difference:
    """What ``newer`` says that ``older`` did not, the indicator's own figures first."""
    axes = _Axes(_dimensions(older), _dimensions(newer))
    found = _differing(session, older, newer) if axes.alike else []
    changes = _classified(session, indicator, older, axes, found[:MOST]) if found else ()
    return Difference(
        older=older,
        newer=newer,
        cells=_told(changes, axes, _own_codes(indicator, newer)),
        categories=_categories(axes) if axes.alike else [],
        other_axes=not axes.alike,
        complete=len(found) <= MOST,
    )


def _own_codes(indicator: Indicator, vintage: Vintage) -> object:
    """The codes of the indicator's series; None when the catalogue does not pick one."""
    try:
        return json.loads(own_series_key(vintage, indicator))
    except InvalidInput:
        return None


def _differing(session: Session, older: Vintage, newer: Vintage) -> list[_Pair]:
    """The cells whose content in the one is not that in the other; one more than is read, when there are more."""
    row, a, b = ObservationVersion, older.seq, newer.seq
    ended = sa.and_(col(row.from_seq) <= a, col(row.to_seq) > a, col(row.to_seq) <= b)
    begun = sa.and_(
        col(row.from_seq) > a, col(row.from_seq) <= b, sa.or_(col(row.to_seq).is_(None), col(row.to_seq) > b)
    )

    def only(side: sa.ColumnElement[bool], column: object) -> sa.ColumnElement[str | None]:
        return sa.func.max(sa.case((side, column)))

    old_value, new_value = only(ended, row.value), only(begun, row.value)
    old_flag, new_flag = sa.func.coalesce(only(ended, row.flag), ""), sa.func.coalesce(only(begun, row.flag), "")
    rows = session.execute(
        sa.select(col(row.series), col(row.period), old_value, old_flag, new_value, new_flag)
        .where(col(row.dataset_id) == newer.dataset_id, sa.or_(ended, begun))
        .group_by(col(row.series), col(row.period))
        .having(sa.or_(old_value.is_distinct_from(new_value), old_flag != new_flag))
        .order_by(col(row.series), col(row.period))
        .limit(MOST + 1)
    )
    return [
        ((series, period), _cell(old_text, flag_before), _cell(new_text, flag_after))
        for series, period, old_text, flag_before, new_text, flag_after in rows
    ]


def _classified(
    session: Session, indicator: Indicator, older: Vintage, axes: _Axes, found: Sequence[_Pair]
) -> Sequence[Change]:
    """The same cells as ``compare`` judges them; unchanged ones of the same series tell it what was the latest."""
    appeared = {series for (series, _), old, new in found if old.value is None and new.value is not None}
    known = _with_figures(session, older, appeared)
    before = _state(axes.before, {**known, **{address: old for address, old, _ in found}})
    after = _state(axes.after, {**known, **{address: new for address, _, new in found}})
    return compare(before, after, legend=legend_of(session, indicator)).changes


def _with_figures(session: Session, vintage: Vintage, names: Iterable[str]) -> dict[_Address, Cell]:
    wanted, found = sorted(names), {}
    for first in range(0, len(wanted), _AT_ONCE):
        for row in session.exec(
            select(ObservationVersion).where(
                *held_at(vintage.dataset_id, vintage.seq),
                col(ObservationVersion.series).in_(wanted[first : first + _AT_ONCE]),
                col(ObservationVersion.value).is_not(None),
            )
        ):
            found[row.series, row.period] = _cell(row.value, row.flag)
    return found


def _state(dimensions: Sequence[Dimension], cells: Mapping[_Address, Cell]) -> State:
    time = next(dimension.id for dimension in dimensions if dimension.role is Role.TIME)
    placed = {}
    for (series, period), cell in cells.items():
        codes = {**json.loads(series), time: period}
        placed[tuple(codes[dimension.id] for dimension in dimensions)] = cell
    return state_of(Table(label="", source="", updated=None, dimensions=tuple(dimensions), cells=placed))


def _told(changes: Iterable[Change], axes: _Axes, own: object) -> list[ChangedCell]:
    labels = {(one.id, each.code): each.label for one in (*axes.before, *axes.after) for each in one.categories}
    telling = {one.id: one.label for one in axes.after if len(one.categories) > 1}  # with one, it says nothing
    told = []
    for change in changes:
        codes = {key: code for key, code in change.codes.items() if key != axes.time}
        told.append(
            ChangedCell(
                where=tuple(
                    (telling[key], labels.get((key, code), code)) for key, code in codes.items() if key in telling
                ),
                period=change.period,
                period_label=labels.get((axes.time, change.period), change.period),
                old=change.old,
                new=change.new,
                kind=change.kind,
                own=codes == own,
            )
        )
    return sorted(told, key=lambda cell: not cell.own)


def _categories(axes: _Axes) -> list[Categories]:
    """Periods come and go by themselves; only the other dimensions are told of."""
    earlier = {one.id: one for one in axes.before}
    found = []
    for one in axes.after:
        was = {each.code: each.label for each in earlier[one.id].categories}
        now = {each.code: each.label for each in one.categories}
        if one.role is not Role.TIME and was.keys() != now.keys():
            added = tuple(now[code] for code in now if code not in was)
            removed = tuple(was[code] for code in was if code not in now)
            found.append(Categories(dimension=one.label, added=added, removed=removed))
    return found


def _dimensions(vintage: Vintage) -> tuple[Dimension, ...]:
    return tuple(
        Dimension(
            found["id"],
            found["label"],
            Role(found["role"]) if found["role"] else None,
            tuple(Category(each["code"], each["label"], each.get("unit", "")) for each in found["categories"]),
        )
        for found in vintage.dimensions
    )


def _cell(value: str | None, flag: str | None) -> Cell:
    return Cell(None if value is None else Decimal(value), flag or "")
