"""Signs that a table is wrong at the source: zeros before a release, another unit, an older copy.

Each is a sentence for the editor. A state with one of them is kept to look at, never compared with or announced.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from campaigns.indicators.state import State
from campaigns.sources.table import Cell

# Half of a period's figures gone at once is no revision; a jump of this size is another unit.
_LOST_SHARE = 0.5
_JUMP = Decimal(90)
_SHRINK = 0.5
_CLOCK_SLACK = timedelta(hours=1)


def suspicions(old: State | None, new: State, now: datetime | None) -> Iterator[str]:
    """The sentences, in no particular weight; nothing when all looks well."""
    if now is not None and new.updated is not None and new.updated > now + _CLOCK_SLACK:
        yield f"Tabellen sier at den ble oppdatert {new.updated:%Y-%m-%d %H:%M} UTC, som ikke har vært ennå."
    if old is None:
        if new.cells and all(not cell.value for cell in new.cells.values()):
            yield "Alle tallene er 0 eller mangler."
        return
    if old.updated is not None and new.updated is not None and new.updated < old.updated:
        yield (
            f"Tabellen er fra {new.updated:%Y-%m-%d %H:%M} UTC, eldre enn den vi har"
            f" ({old.updated:%Y-%m-%d %H:%M} UTC)."
        )
    yield from _older_end(old, new)
    yield from _lost_values(old, new)
    yield from _zero_periods(old, new)
    yield from _jumps(old, new)


def _older_end(old: State, new: State) -> Iterator[str]:
    before, after = _last_end(old), _last_end(new)
    if before is not None and after is not None and after < before:
        yield "Den siste perioden med tall er eldre enn den vi har."


def _last_end(state: State) -> date | None:
    ends = [state.parsed[code].end for code in state.periods_with_data]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _lost_values(old: State, new: State) -> Iterator[str]:
    """Figures that turned into 0 or nothing, counted per period the new state still speaks of."""
    had: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    zeros: Counter[str] = Counter()
    for (series, period), cell in old.cells.items():
        if cell.value and period in new.parsed:
            after = new.cell(series, period).value
            had[period] += 1
            lost[period] += not after
            zeros[period] += after is not None and not after
    for period in new.periods:
        many = lost[period] >= had[period] * _LOST_SHARE
        if many and (lost[period] > 1 or zeros[period]):  # a single one gone missing is a withdrawal
            yield f"{lost[period]} av {had[period]} tall for {period} er blitt 0 eller borte."


def _zero_periods(old: State, new: State) -> Iterator[str]:
    """A new period of nothing but zeros, where the one before it had figures."""
    values: dict[str, list[Decimal]] = {}
    for (_, period), cell in new.cells.items():
        if cell.value is not None:
            values.setdefault(period, []).append(cell.value)
    for period in new.periods:
        if period in values and period not in old.periods_with_data and not any(values[period]):
            earlier = [any(values[other]) for other in new.periods if other in values and other != period]
            if any(earlier):
                yield f"Alle tallene for {period} er 0."


def _jumps(old: State, new: State) -> Iterator[str]:
    """Most of the comparable figures a hundred or a thousand times what they were: another unit, not news."""
    last = _last_values(old)
    jumped = compared = 0
    for (series, period), cell in new.cells.items():
        before = old.cell(series, period)
        if cell.value == before.value and before.value is not None:
            continue
        reference = before if before.value is not None else last.get(series)
        if not cell.value or reference is None or not reference.value:
            continue
        compared += 1
        ratio = abs(cell.value / reference.value)
        jumped += ratio >= _JUMP or ratio <= 1 / _JUMP
    if jumped and jumped * 2 > compared:
        yield f"{jumped} av {compared} nye tall er omtrent hundre eller tusen ganger så store eller små som før."


def _last_values(state: State) -> dict[tuple[str, ...], Cell]:
    places = {code: place for place, code in enumerate(state.periods)}
    last: dict[tuple[str, ...], tuple[int, Cell]] = {}
    for (series, period), cell in state.cells.items():
        if cell.value is not None:
            place = places.get(period, -1)
            if place >= last.get(series, (-2, cell))[0]:
                last[series] = (place, cell)
    return {series: cell for series, (_, cell) in last.items()}
