"""A level that came over, or under, a threshold the catalogue names."""

from collections.abc import Sequence
from decimal import Decimal

from campaigns.indicators.statements.enough import enough_passed
from campaigns.indicators.statements.line import Line
from campaigns.indicators.statements.statement import Crossing


def crossing(line: Line, thresholds: Sequence[Decimal]) -> Crossing | None:
    """The farthest threshold between the last two figures; to land on one from below is to reach it.

    The unrounded figures decide; nothing is said to be under what it is printed as.
    """
    if len(line.points) < 2:
        return None
    before, now = line.earlier[-1], line.current
    rising = now.value > before.value
    if rising:
        crossed = max((one for one in thresholds if before.value < one <= now.value), default=None)
    else:
        crossed = min((one for one in thresholds if now.value < one <= before.value), default=None)
    if crossed is None or (now.printed >= crossed) != rising:
        return None
    beyond = [point for point in line.earlier if (point.value >= crossed) == rising]
    since = beyond[-1] if beyond else None
    within = len(line.earlier) if since is None else len(line.points) - 2 - line.points.index(since)
    told = enough_passed(now.period.frequency, within, everything=since is None)
    return Crossing(
        period=now.period.code,
        provisional=before.provisional or now.provisional,
        evidence=line.cells(*([since] if since and told else []), before, now),
        threshold=crossed,
        rising=rising,
        exact=now.printed == crossed,
        since=since.period.code if since and told else None,
        first_time=since is None and told and line.whole,
        first=line.points[0].period.code,
    )
