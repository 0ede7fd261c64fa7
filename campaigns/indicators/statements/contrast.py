"""What another indicator did over the same time. Beside each other; that one explains the other is never said."""

from decimal import Decimal

from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.statements.change import change_between
from campaigns.indicators.statements.line import Line
from campaigns.indicators.statements.statement import Contrast
from chart_renderer.numbers import rounded

# Two that go the same way are worth a word when one changes twice as much as the other, and a point more.
_TWICE = 2
_APART = 1


def contrast(
    indicator: Indicator, line: Line, other: Indicator, other_line: Line, *, decimals: tuple[int, int]
) -> Contrast | None:
    """Both changes from the same period to the same; None when they say the same, or either may not be told."""
    if other.example_data and not indicator.example_data:
        return None  # invented figures do not stand beside real ones
    if not line.earlier or not other_line.earlier:
        return None
    span = (line.earlier[-1].period, line.current.period)
    if (other_line.earlier[-1].period.code, other_line.current.period.code) != (span[0].code, span[1].code):
        return None
    own_change = change_between(indicator, line.earlier[-1], line.current)
    other_change = change_between(other, other_line.earlier[-1], other_line.current)
    if own_change is None or other_change is None:
        return None
    printed = rounded(own_change, decimals[0]), rounded(other_change, decimals[1])
    if not _worth(printed, relative={indicator.change, other.change} == {ChangeKind.RELATIVE}):
        return None
    pairs = ((line, line.earlier[-1], line.current), (other_line, other_line.earlier[-1], other_line.current))
    return Contrast(
        period=span[1].code,
        provisional=any(point.provisional for _, *points in pairs for point in points),
        evidence=tuple(cell for each, *points in pairs for cell in each.cells(*points)),
        other_id=other.id,
        base_period=span[0].code,
        rising=_rising(printed[0]),
        change=own_change,
        change_kind=indicator.change,
        other_rising=_rising(printed[1]),
        other_change=other_change,
        other_change_kind=other.change,
    )


def _worth(printed: tuple[Decimal, Decimal], *, relative: bool) -> bool:
    one, other = printed
    if _rising(one) != _rising(other):
        return True
    if not relative:
        return False  # kroner and points are not measured by each other
    small, large = sorted((abs(one), abs(other)))
    return large >= _TWICE * small and large - small >= _APART


def _rising(change: Decimal) -> bool | None:
    return None if change.is_zero() else change > 0
