"""What happened between two states of a table, in the classes of tracking.md §3.

``compare`` is pure. A change is reported for every cell that says something else than before; the classes and
the verdict are drawn from all of them together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from campaigns.indicators.state import Series, State, content, has_content
from campaigns.indicators.suspicion import suspicions
from campaigns.sources.periods import Period
from campaigns.sources.table import Cell

PROVISIONAL_FLAGS = frozenset({"p", "ep", "pe", "*"})


class ChangeClass(StrEnum):
    """What can be said of a new state; several may hold at once."""

    BASELINE = "baseline"  # the first one
    NONE = "none"  # the same figures
    METADATA_ONLY = "metadata-only"  # the same figures, other words or marks around them
    NEW_PERIOD = "new period"  # a value later than any before in its series
    REVISION = "revision"  # another value for a published period
    FINALISED = "finalised"  # the same value, no longer provisional
    WITHDRAWN = "withdrawn"  # a published value became missing
    BACKFILL = "backfill"  # a value in an old empty period
    STRUCTURAL = "structural"  # other dimensions, categories or units
    SUSPICIOUS = "suspicious"  # looks like a mistake at the source


class Verdict(StrEnum):
    """What to do about it."""

    ANNOUNCE = "announce"
    CORRECT = "correct"
    LOG = "log"
    HOLD = "hold"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    """One cell that says something else. ``codes`` is its full address, time included."""

    series: Series
    period: str
    codes: Mapping[str, str]
    old: Cell
    new: Cell
    kind: ChangeClass


@dataclass(frozen=True)
class Comparison:
    """The whole answer. ``reasons`` are sentences for the editor when the verdict is to hold."""

    classes: tuple[ChangeClass, ...]
    new_periods: tuple[str, ...]
    changes: tuple[Change, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()

    def has(self, kind: ChangeClass) -> bool:
        return kind in self.classes


def compare(old: State | None, new: State, *, now: datetime | None = None) -> Comparison:
    """What ``new`` says that ``old`` did not. Without an old state it is a baseline, never announced.

    ``now`` lets a publication time in the future count against the new state.
    """
    if old is None:
        doubts = tuple(suspicions(None, new, now))
        if doubts:
            return Comparison((ChangeClass.BASELINE, ChangeClass.SUSPICIOUS), (), (), Verdict.HOLD, doubts)
        return Comparison((ChangeClass.BASELINE,), (), (), Verdict.NOTHING)
    structural = tuple(_structural(old, new))
    comparable = (old.time, old.dimensions) == (new.time, new.dimensions)
    changes = tuple(_changes(old, new)) if comparable else ()
    doubts = tuple(suspicions(old, new, now)) if comparable else ()
    found = {change.kind for change in changes}
    if structural:
        found.add(ChangeClass.STRUCTURAL)
    if doubts:
        found.add(ChangeClass.SUSPICIOUS)
    if not found:
        found.add(ChangeClass.NONE)
    if old.metadata_hash != new.metadata_hash and not changes:
        found.add(ChangeClass.METADATA_ONLY)
    classes = tuple(kind for kind in ChangeClass if kind in found)
    fresh = {change.period for change in changes if change.kind is ChangeClass.NEW_PERIOD}
    return Comparison(
        classes=classes,
        new_periods=tuple(period for period in new.periods if period in fresh),
        changes=changes,
        verdict=_verdict(classes, changes),
        reasons=(*structural, *doubts, *_withdrawn(changes)),
    )


def _verdict(classes: Iterable[ChangeClass], changes: Iterable[Change]) -> Verdict:
    found = set(classes)
    if found & {ChangeClass.SUSPICIOUS, ChangeClass.STRUCTURAL, ChangeClass.WITHDRAWN}:
        return Verdict.HOLD
    if ChangeClass.NEW_PERIOD in found:
        return Verdict.ANNOUNCE
    if ChangeClass.REVISION in found:
        return Verdict.CORRECT
    return Verdict.LOG if tuple(changes) else Verdict.NOTHING


def _changes(old: State, new: State) -> Iterator[Change]:
    order = PeriodOrder(old, new)
    latest = _latest_by_series(old, order)
    newest: dict[str, int] = {}
    for (_, frequency), place in latest.items():
        newest[frequency] = max(newest.get(frequency, -1), place)
    changed = [
        address
        for address in old.cells.keys() | new.cells.keys()
        if old.cell(*address) != new.cell(*address) and address[1] not in order.left_behind
    ]
    for series, period in sorted(changed, key=lambda address: (address[0], order.place(address[1]))):
        before, after = old.cell(series, period), new.cell(series, period)
        if period not in old.periods_with_data and period not in new.periods_with_data:
            continue  # a period announced without figures, however it is marked
        frequency = order.frequency(period)
        # A series that never had a figure is as old as the table it stands in.
        last = latest.get((series, frequency), newest.get(frequency, -1))
        kind = _kind(before, after, later=order.place(period) > last)
        yield Change(series, period, new.codes(series, period), before, after, kind)


def _kind(before: Cell, after: Cell, *, later: bool) -> ChangeClass:
    if has_content(before) and has_content(after):
        if content(before) != content(after):
            return ChangeClass.REVISION
        dropped = before.flag in PROVISIONAL_FLAGS and after.flag not in PROVISIONAL_FLAGS
        return ChangeClass.FINALISED if dropped else ChangeClass.METADATA_ONLY
    if has_content(before):
        return ChangeClass.WITHDRAWN
    if has_content(after):
        return ChangeClass.NEW_PERIOD if later else ChangeClass.BACKFILL
    return ChangeClass.METADATA_ONLY


class PeriodOrder:
    """Which period comes after which, over both states: by the calendar, or by place when a code is opaque."""

    def __init__(self, old: State, new: State) -> None:
        self._parsed: dict[str, Period] = {**old.parsed, **new.parsed}
        codes = [*(code for code in old.parsed if code not in new.parsed), *new.periods]
        if all(self._parsed[code].known for code in codes):
            codes.sort(key=lambda code: (self._parsed[code].end, self._parsed[code].start))
        self._places = {code: place for place, code in enumerate(codes)}
        first = min((self._places[code] for code in new.periods), default=0)
        # A query for the newest n periods lets the oldest go; what fell out in front was not withdrawn.
        self.left_behind = frozenset(
            code for code in old.parsed if code not in new.parsed and self._places[code] < first
        )

    def place(self, code: str) -> int:
        return self._places[code]

    def frequency(self, code: str) -> str:
        return self._parsed[code].frequency


def _latest_by_series(state: State, order: PeriodOrder) -> dict[tuple[Series, str], int]:
    latest: dict[tuple[Series, str], int] = {}
    for (series, period), cell in state.cells.items():
        if has_content(cell):
            key = (series, order.frequency(period))
            latest[key] = max(latest.get(key, -1), order.place(period))
    return latest


def _structural(old: State, new: State) -> Iterator[str]:
    if (old.time, old.dimensions) != (new.time, new.dimensions):
        yield (
            f"Tabellen har fått andre dimensjoner: {', '.join((*new.dimensions, new.time))}"
            f" i stedet for {', '.join((*old.dimensions, old.time))}."
        )
        return
    for dimension in old.dimensions:
        gone = sorted(set(old.categories[dimension]) - set(new.categories[dimension]))
        added = sorted(set(new.categories[dimension]) - set(old.categories[dimension]))
        if gone:
            yield f"Kategorier er borte fra «{dimension}»: {', '.join(gone)}."
        if added:
            yield f"Nye kategorier i «{dimension}»: {', '.join(added)}."
    for key, unit in old.units.items():
        if new.units.get(key, unit) != unit:
            yield f"Enheten for «{key[1]}» er endret fra «{unit}» til «{new.units[key]}»."


def _withdrawn(changes: Iterable[Change]) -> Iterator[str]:
    count = sum(change.kind is ChangeClass.WITHDRAWN for change in changes)
    if count:
        yield f"{count} publiserte tall er trukket tilbake."
