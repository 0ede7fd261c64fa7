"""The highest, the lowest and the largest: since when."""

from collections.abc import Sequence
from decimal import Decimal

from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.statements.change import change_between
from campaigns.indicators.statements.enough import enough_passed
from campaigns.indicators.statements.line import Line, Point
from campaigns.indicators.statements.statement import Extreme, LargestChange
from chart_renderer.numbers import rounded

_JUST_BEFORE = 3
_SHORTEST_MEMORY = 3


def extreme(line: Line) -> Extreme | None:
    """The highest or the lowest level since when; None while too little was passed."""
    for sign in (1, -1):
        levels = [sign * point.printed for point in line.points]
        passed = _passed(levels)
        everything = passed == len(levels) - 1
        if not enough_passed(line.current.period.frequency, passed, everything=everything):
            continue
        since = None if everything else line.points[-passed - 2]
        return Extreme(
            period=line.current.period.code,
            provisional=line.current.provisional,
            evidence=line.cells(*([since] if since else []), _rival(line.points[-passed - 1 : -1], sign), line.current),
            highest=sign > 0,
            since=since.period.code if since else None,
            first=line.points[0].period.code,
            whole=line.whole,
            passed=passed,
            records=_records_before(levels),
        )
    return None


def largest_change(indicator: Indicator, line: Line, decimals: int) -> LargestChange | None:
    """The largest rise or fall since when, as it is printed with ``decimals``; only among steps of one length."""
    if not line.steps or not line.even:
        return None
    changes = _changes(indicator, line, decimals)
    if not changes or changes[-1] is None or changes[-1] == 0:
        return None
    rising = changes[-1] > 0
    comparable = _until_untold(changes)
    sizes = [change if rising else -change for change in comparable]
    passed = _passed(sizes)
    everything = passed == len(sizes) - 1
    # A largest fall among rises is a first fall, which is told as such.
    rivals = [size for size in sizes[:-1] if size > 0]
    if len(rivals) < _SHORTEST_MEMORY or not enough_passed(
        line.current.period.frequency, passed, everything=everything
    ):
        return None
    steps = line.steps[len(line.steps) - len(sizes) :]
    since = None if everything else steps[-passed - 2].after
    before = line.earlier[-1]
    return LargestChange(
        period=line.current.period.code,
        provisional=line.current.provisional or before.provisional,
        evidence=line.cells(*([since] if since else []), before, line.current),
        rising=rising,
        relative=indicator.change is ChangeKind.RELATIVE,
        base_period=before.period.code,
        since=since.period.code if since else None,
        first=steps[0].before.period.code,
        whole=line.whole and len(sizes) == len(changes),
        passed=passed,
    )


def _changes(indicator: Indicator, line: Line, decimals: int) -> list[Decimal | None]:
    found = [change_between(indicator, step.before, step.after) for step in line.steps]
    return [None if change is None else rounded(change, decimals) for change in found]


def _until_untold(changes: Sequence[Decimal | None]) -> list[Decimal]:
    """The newest changes, back to the first of which nothing may be told."""
    told: list[Decimal] = []
    for change in reversed(changes):
        if change is None:
            break
        told.insert(0, change)
    return told


def _passed(levels: Sequence[Decimal]) -> int:
    """How many figures just before the last are below it."""
    passed = 0
    for level in reversed(levels[:-1]):
        if level >= levels[-1]:
            break
        passed += 1
    return passed


def _records_before(levels: Sequence[Decimal]) -> int:
    """How many of the three before the last were above all before them."""
    places = range(max(1, len(levels) - 1 - _JUST_BEFORE), len(levels) - 1)
    return sum(levels[place] > max(levels[:place]) for place in places)


def _rival(passed: Sequence[Point], sign: int) -> Point:
    """The figure that came nearest."""
    return max(passed, key=lambda point: sign * point.printed)
