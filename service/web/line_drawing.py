"""A small line of an indicator's figures, as the points of an SVG polyline. Gaps stay gaps.

The line runs from the lowest figure to the highest, so nothing is filled beneath it: there is no zero there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class LineDrawing:
    """What the template draws: one run of points per unbroken stretch, and where the last figure sits."""

    width: int
    height: int
    runs: tuple[str, ...]
    last: tuple[float, float] | None


def line_drawing(
    values: Sequence[Decimal | None],
    *,
    width: int,
    height: int,
    margin: int = 6,
    dates: Sequence[date | None] = (),
) -> LineDrawing:
    """The drawing of these values: placed by when each period began, or evenly where that is not known."""
    known = [value for value in values if value is not None]
    if not known:
        return LineDrawing(width, height, (), None)
    low, high = min(known), max(known)
    span = (high - low) or Decimal(1)
    along = _along(len(values), dates)

    def point(place: int, value: Decimal) -> tuple[float, float]:
        above = float((value - low) / span) if high != low else 0.5
        return round(margin + along[place] * (width - 2 * margin), 1), round(
            height - margin - above * (height - 2 * margin), 1
        )

    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(point(place, value))
    drawn = [run for run in runs if run]
    return LineDrawing(width, height, tuple(_points(run) for run in drawn), drawn[-1][-1])


def _along(count: int, dates: Sequence[date | None]) -> list[float]:
    """How far along the line each value stands, from 0 to 1."""
    days = [day.toordinal() for day in dates if day is not None]
    if len(days) != count or count < 2 or days[0] == days[-1]:
        return [place / max(1, count - 1) for place in range(count)]
    return [(day - days[0]) / (days[-1] - days[0]) for day in days]


def _points(run: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in run)
