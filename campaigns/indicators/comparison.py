"""What happened between two states of a table, in the classes of tracking.md §3.

``compare`` is pure. A change is reported for every cell that says something else than before; the classes and
the verdict are drawn from all of them together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from campaigns.indicators.state import WHOLE_TABLE, State, content, has_content
from campaigns.indicators.state_cells import Address, Series
from campaigns.indicators.suspicion import suspicions
from campaigns.sources.flags import COMMON, Legend, Mark
from campaigns.sources.periods import Period
from campaigns.sources.scale import index_base
from campaigns.sources.table import Cell


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
    STRUCTURAL = "structural"  # other dimensions, categories, units or base years
    SUSPICIOUS = "suspicious"  # looks like a mistake at the source


class Verdict(StrEnum):
    """What to do about it."""

    ANNOUNCE = "announce"
    CORRECT = "correct"
    LOG = "log"
    HOLD = "hold"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that says something else. ``axes`` are the dimensions of its series, and time."""

    series: Series
    period: str
    axes: tuple[str, ...]
    old: Cell
    new: Cell
    kind: ChangeClass

    @property
    def codes(self) -> Mapping[str, str]:
        """The cell's full address by dimension id, time included. Made when asked for: a table may change whole."""
        return dict(sorted(zip(self.axes, (*self.series, self.period), strict=True)))


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


def compare(old: State | None, new: State, *, now: datetime | None = None, legend: Legend = COMMON) -> Comparison:
    """What ``new`` says that ``old`` did not. Without an old state it is a baseline, never announced.

    ``now`` lets a publication time in the future count against the new state. ``legend`` tells which marks say
    that a figure is provisional or only foreseen.
    """
    if old is None:
        doubts = tuple(suspicions(None, new, now))
        if doubts:
            return Comparison((ChangeClass.BASELINE, ChangeClass.SUSPICIOUS), (), (), Verdict.HOLD, doubts)
        return Comparison((ChangeClass.BASELINE,), (), (), Verdict.NOTHING)
    structural = tuple(_structural(old, new))
    comparable = (old.time, old.dimensions) == (new.time, new.dimensions)
    differing = new.differences(old) if comparable else ()
    changes = tuple(_changes(old, new, differing, legend))
    doubts = tuple(suspicions(old, new, now, differing)) if comparable else ()
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


def _changes(old: State, new: State, differing: Iterable[Address], legend: Legend) -> Iterator[Change]:
    order = PeriodOrder(old, new)
    observed = _Observed(old, order, legend)
    rescaled = _rescaled(old, new)
    axes = (*new.dimensions, new.time)
    changed = [address for address in differing if address[1] not in order.left_behind]
    for series, period in sorted(changed, key=lambda address: (address[0], order.place(address[1]))):
        before, after = old.cell(series, period), new.cell(series, period)
        if period not in old.periods_with_data and period not in new.periods_with_data:
            continue  # a period announced without figures, however it is marked
        settled = has_content(before) and Mark.FORECAST not in legend.marks(before.flag)
        later = not settled and order.place(period) > observed.last(series, order.frequency(period))
        kind = _kind(before, after, later=later, legend=legend)
        scales = (WHOLE_TABLE, *zip(old.dimensions, series, strict=True)) if rescaled else ()
        if kind is ChangeClass.REVISION and not rescaled.isdisjoint(scales):
            kind = ChangeClass.STRUCTURAL  # the same thing told in another unit, or with another base year
        yield Change(series, period, axes, before, after, kind)


def _kind(before: Cell, after: Cell, *, later: bool, legend: Legend) -> ChangeClass:
    was, is_now = legend.marks(before.flag), legend.marks(after.flag)
    if has_content(before) and has_content(after):
        if Mark.FORECAST in was and Mark.FORECAST not in is_now:
            return ChangeClass.NEW_PERIOD if later else ChangeClass.BACKFILL  # what was foreseen has been observed
        if content(before) != content(after):
            return ChangeClass.REVISION
        dropped = Mark.PROVISIONAL in was and Mark.PROVISIONAL not in is_now
        return ChangeClass.FINALISED if dropped else ChangeClass.METADATA_ONLY
    if has_content(before):  # a projection that is dropped takes no published figure away
        return ChangeClass.METADATA_ONLY if Mark.FORECAST in was else ChangeClass.WITHDRAWN
    if has_content(after):
        return ChangeClass.NEW_PERIOD if later and Mark.FORECAST not in is_now else ChangeClass.BACKFILL
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


class _Observed:
    """The last period each series has been observed in, found for those asked about. A projection is none."""

    def __init__(self, state: State, order: PeriodOrder, legend: Legend) -> None:
        self._cells, self._forecast = state.cells, frozenset(
            mark for mark in state.cells.marks if Mark.FORECAST in legend.marks(mark)
        )  # fmt: skip
        self._newest: dict[str, list[str]] = {}
        for period in sorted(state.periods_with_data, key=order.place, reverse=True):
            self._newest.setdefault(order.frequency(period), []).append(period)
        self._order = order
        self._of_table: dict[str, int] = {}

    def last(self, series: Series, frequency: str) -> int:
        """The place of the period. A series that never had a figure is as old as the table it stands in."""
        newest = self._newest.get(frequency, [])
        period = next((each for each in newest if self._cells.told(series, each, but=self._forecast)), None)
        if period is not None:
            return self._order.place(period)
        if frequency not in self._of_table:
            told = (each for each in newest if self._cells.told_by_any(each, but=self._forecast))
            self._of_table[frequency] = max(map(self._order.place, told), default=-1)
        return self._of_table[frequency]


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
    if new.discontinued and not old.discontinued:
        yield "Kilden har avsluttet tabellen, så det kommer ikke flere tall i den. Finn ut hva som erstatter den."
    for key in sorted(_rescaled(old, new)):
        yield _scale_sentence(key[1], old.units[key], new.units[key])


def _rescaled(old: State, new: State) -> frozenset[tuple[str, str]]:
    """The categories whose figures are told in another unit, or in per cent of another year."""
    return frozenset(key for key, unit in old.units.items() if new.units.get(key, unit) != unit)


def _scale_sentence(code: str, before: str, after: str) -> str:
    bases = index_base(before), index_base(after)
    if bases[0] != bases[1] and all(bases):
        index = f"Indeksen for «{code}»" if code else "Indeksen i tabellen"
        return f"{index} har fått nytt basisår: {bases[1]} i stedet for {bases[0]}."
    return f"Enheten for «{code}» er endret fra «{before}» til «{after}»."


def _withdrawn(changes: Iterable[Change]) -> Iterator[str]:
    count = sum(change.kind is ChangeClass.WITHDRAWN for change in changes)
    if count:
        yield f"{count} publiserte tall er trukket tilbake."
