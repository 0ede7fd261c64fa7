"""Rises and falls in a row, and the first that goes the other way."""

from itertools import takewhile

from campaigns.indicators.statements.enough import STEPS_OF_A_TREND, enough_passed
from campaigns.indicators.statements.line import Line
from campaigns.indicators.statements.statement import Trend, Turn


def trend(line: Line) -> Trend | None:
    """Three rises, or falls, or more in a row, each of which the printed figures show."""
    if not line.steps or line.steps[-1].direction == 0:
        return None
    direction = line.steps[-1].direction
    alike = list(takewhile(lambda step: step.direction == direction, reversed(line.steps)))
    if len(alike) < STEPS_OF_A_TREND:
        return None
    start = alike[-1].before
    points = line.points[-len(alike) - 1 :]
    return Trend(
        period=line.current.period.code,
        provisional=any(point.provisional for point in points),
        evidence=line.cells(*points),
        rising=direction > 0,
        steps=len(alike),
        even=len({step.length for step in alike}) == 1,
        start_period=start.period.code,
        start_value=start.value,
        value=line.current.value,
    )


def turn(line: Line) -> Turn | None:
    """The first rise since the last one, or the first fall.

    What is no rise in print may be one unrounded: it ends the search.
    """
    if not line.steps or line.steps[-1].direction == 0:
        return None
    direction = line.steps[-1].direction
    other_way = list(takewhile(lambda step: step.leaning != direction, reversed(line.steps[:-1])))
    everything = len(other_way) == len(line.steps) - 1
    if not enough_passed(line.current.period.frequency, len(other_way), everything=everything):
        return None
    if everything and not line.whole:
        return None  # what lies beyond a break or a gap may have gone this way too
    since = None if everything else line.steps[-len(other_way) - 2].after
    before = line.earlier[-1]
    return Turn(
        period=line.current.period.code,
        provisional=before.provisional or line.current.provisional,
        evidence=line.cells(*([since] if since else []), before, line.current),
        rising=direction > 0,
        base_period=before.period.code,
        since=since.period.code if since else None,
        first=line.points[0].period.code,
        passed=len(other_way),
    )
