"""Signs that a table is wrong at the source: zeros before a release, another unit, an older copy.

Each is a sentence for the editor. A state with one of them is kept to look at, never compared with or announced.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_datetime

from campaigns.clock import OSLO
from campaigns.indicators.state import State
from campaigns.indicators.state_cells import Address, Series

# Half of a period's figures gone at once is no revision; a jump of this size is another unit.
_LOST_SHARE = 0.5
_JUMP = Decimal(90)
_CLOCK_SLACK = timedelta(hours=1)


def suspicions(
    old: State | None, new: State, now: datetime | None, differing: Collection[Address] = ()
) -> Iterator[str]:
    """The sentences, in no particular weight; nothing when all looks well. ``differing`` are the cells that do."""
    if now is not None and new.updated is not None and new.updated > now + _CLOCK_SLACK:
        yield f"Tabellen sier at den ble oppdatert {_when(new.updated)}, som ikke har vært ennå."
    if old is None:
        if new.cells and not any(new.count(period).others for period in new.periods):
            yield "Alle tallene er 0 eller mangler."
        return
    if old.updated is not None and new.updated is not None and new.updated < old.updated:
        yield f"Tabellen er fra {_when(new.updated)}, eldre enn den vi har ({_when(old.updated)})."
    yield from _older_end(old, new)
    yield from _lost_values(old, new, differing)
    yield from _zero_periods(old, new)
    yield from _jumps(old, new, differing)


def _when(at: datetime) -> str:
    """«20. mai 2027 kl. 08.00»"""
    return str(format_datetime(at, "d. MMMM y 'kl.' HH.mm", tzinfo=OSLO, locale="nb"))


def _older_end(old: State, new: State) -> Iterator[str]:
    before, after = _last_end(old), _last_end(new)
    if before is not None and after is not None and after < before:
        yield "Den siste perioden med tall er eldre enn den vi har."


def _last_end(state: State) -> date | None:
    ends = [state.parsed[code].end for code in state.periods_with_data]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _lost_values(old: State, new: State, differing: Iterable[Address]) -> Iterator[str]:
    """Figures that turned into 0 or nothing, counted per period the new state still speaks of."""
    lost: Counter[str] = Counter()
    zeros: Counter[str] = Counter()
    for series, period in differing:
        after = new.value(series, period)
        if not after and period in new.parsed and old.value(series, period):
            lost[period] += 1
            zeros[period] += after is not None
    for period in new.periods:
        if lost[period] > 1 or zeros[period]:  # a single one gone missing is a withdrawal
            had = old.count(period).others
            if lost[period] >= had * _LOST_SHARE:
                yield f"{lost[period]} av {had} tall for {period} er blitt 0 eller borte."


def _zero_periods(old: State, new: State) -> Iterator[str]:
    """A new period of nothing but zeros, where the one before it had figures."""
    for period in new.periods:
        if period in new.periods_with_data and period not in old.periods_with_data:
            count = new.count(period)
            if count.figures and not count.others and any(new.count(other).others for other in new.periods):
                yield f"Alle tallene for {period} er 0."


def _jumps(old: State, new: State, differing: Iterable[Address]) -> Iterator[str]:
    """Most of the comparable figures a hundred or a thousand times what they were: another unit, not news."""
    last: dict[Series, Decimal | None] = {}
    jumped = compared = 0
    for series, period in differing:
        before, after = old.value(series, period), new.value(series, period)
        if not after or after == before:
            continue
        if before is None and series not in last:
            last[series] = _last_value(old, series)
        reference = last[series] if before is None else before
        if not reference:
            continue
        compared += 1
        ratio = abs(after / reference)
        jumped += ratio >= _JUMP or ratio <= 1 / _JUMP
    if jumped and jumped * 2 > compared:
        yield f"{jumped} av {compared} nye tall er omtrent hundre eller tusen ganger så store eller små som før."


def _last_value(state: State, series: Series) -> Decimal | None:
    """The newest value of a series, by the source's own order of periods; those it no longer names come first."""
    named = set(state.periods)
    gone = [period for period in state.parsed if period not in named]
    values = (state.value(series, period) for period in reversed([*gone, *state.periods]))
    return next((value for value in values if value is not None), None)
