"""The change between two comparable figures, where one may be told (data-sources.md §1.3)."""

from decimal import Decimal

from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.statements.line import Line, Point
from campaigns.indicators.statements.statement import YearAgo

_WITHIN_A_YEAR = frozenset({"half", "quarter", "month", "week"})


def change_between(indicator: Indicator, before: Point, after: Point) -> Decimal | None:
    """In per cent, points, or the unit of changes.

    None for a percentage of nothing or less, and between periods that overlap.
    """
    if before.period.overlaps(after.period):
        return None
    difference = after.source_value - before.source_value
    if indicator.change is ChangeKind.RELATIVE:
        return difference / before.source_value * 100 if before.source_value > 0 else None
    return difference * Decimal(indicator.change_factor or indicator.factor)


def year_ago(indicator: Indicator, line: Line) -> YearAgo | None:
    """Beside the same quarter, month or week a year before; None for years, and where that is the figure before."""
    base = next((point for point in line.earlier if _is_year_before(point, line.current)), None)
    if base is None or base is line.earlier[-1]:
        return None
    change = change_between(indicator, base, line.current)
    if change is None:
        return None
    return YearAgo(
        period=line.current.period.code,
        provisional=base.provisional or line.current.provisional,
        evidence=line.cells(base, line.current),
        base_period=base.period.code,
        change=change,
        change_kind=indicator.change,
    )


def _is_year_before(point: Point, current: Point) -> bool:
    one, other = point.period.start, current.period.start
    if current.period.frequency not in _WITHIN_A_YEAR or one is None or other is None:
        return False
    if current.period.frequency == "week":  # ISO weeks: the same number in the ISO year before
        year, week, _ = other.isocalendar()
        return one.isocalendar()[:2] == (year - 1, week)
    return (one.year, one.month) == (other.year - 1, other.month)
