"""A level that came over, or under, a threshold the catalogue names."""

from collections.abc import Sequence
from decimal import Decimal

from campaigns.indicators.statements.enough import enough_passed
from campaigns.indicators.statements.line import Line
from campaigns.indicators.statements.statement import Crossing


def crossing(line: Line, thresholds: Sequence[Decimal]) -> Crossing | None:
    """The farthest threshold between the last two printed figures; to land on one from below is to reach it."""
    if len(line.points) < 2:
        return None
    before, now = line.earlier[-1].printed, line.current.printed
    rising = now > before
    if rising:
        crossed = max((one for one in thresholds if before < one <= now), default=None)
    else:
        crossed = min((one for one in thresholds if now < one <= before), default=None)
    if crossed is None:
        return None
    beyond = [point for point in line.earlier if (point.printed >= crossed) == rising]
    since = beyond[-1] if beyond else None
    within = len(line.earlier) if since is None else len(line.points) - 2 - line.points.index(since)
    told = enough_passed(line.current.period.frequency, within, everything=since is None)
    return Crossing(
        period=line.current.period.code,
        provisional=line.earlier[-1].provisional or line.current.provisional,
        evidence=line.cells(*([since] if since and told else []), line.earlier[-1], line.current),
        threshold=crossed,
        rising=rising,
        exact=now == crossed,
        since=since.period.code if since and told else None,
        first_time=since is None and told and line.whole,
        first=line.points[0].period.code,
    )
