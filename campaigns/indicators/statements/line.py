"""The figures of one series that may be compared with one another: known periods of one frequency, no break between.

Comparisons are made as printed: nobody is told of a rise or a record that the printed figures do not show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from campaigns.indicators.observations import Observation
from campaigns.indicators.statements.statement import Cell
from campaigns.sources.flags import Mark
from campaigns.sources.periods import Period
from chart_renderer.numbers import rounded


@dataclass(frozen=True)
class Point:
    """One figure: as the source gave it, in the printed unit, and as printed."""

    period: Period
    source_value: Decimal
    value: Decimal
    printed: Decimal
    provisional: bool


@dataclass(frozen=True)
class Line:
    """``points`` end with the period that is spoken of. ``whole`` when they reach back to the series' beginning."""

    vintage_id: int
    series: str
    points: tuple[Point, ...]
    whole: bool

    @property
    def current(self) -> Point:
        return self.points[-1]

    @property
    def earlier(self) -> tuple[Point, ...]:
        return self.points[:-1]

    @cached_property
    def steps(self) -> tuple["Step", ...]:
        """From each figure to the next, the oldest first; none where the periods share time."""
        if any(one.period.overlaps(other.period) for one, other in pairwise(self.points)):
            return ()
        return tuple(Step(one, other) for one, other in pairwise(self.points))

    @property
    def even(self) -> bool:
        """Whether the steps are equally long, so that one may be measured by another."""
        return len({step.length for step in self.steps}) <= 1

    def at(self, code: str | None) -> Point | None:
        return next((point for point in self.points if point.period.code == code), None)

    def cells(self, *points: Point) -> tuple[Cell, ...]:
        """These figures as evidence."""
        return tuple(
            Cell(vintage_id=self.vintage_id, series=self.series, period=point.period.code, value=point.source_value)
            for point in points
        )


@dataclass(frozen=True)
class Step:
    """From one figure to the next."""

    before: Point
    after: Point

    @property
    def direction(self) -> int:
        """1 up, -1 down, 0 when the printed figures are the same."""
        return _sign(self.after.printed - self.before.printed)

    @property
    def leaning(self) -> int:
        """The direction of the unrounded figures."""
        return _sign(self.after.value - self.before.value)

    @property
    def length(self) -> tuple[str, int]:
        """How far apart the two are."""
        one, other = self.before.period.start, self.after.period.start
        assert one is not None
        assert other is not None
        if self.after.period.frequency in {"week", "day"}:
            return "days", (other - one).days
        return "months", (other.year - one.year) * 12 + other.month - one.month


def line_of(
    observations: Sequence[Observation], *, period: str, decimals: int, vintage_id: int, series: str
) -> Line | None:
    """The comparable figures up to ``period``; None when that has no figure, only a projection, or
    a code nobody can read.

    Going back, the line ends at a break, and at a gap: what lies beyond either cannot be compared with. A gap that
    comes again (a survey every second year in a table of every year) is how the figures are made, and no hole.
    """
    place = next((at for at, found in enumerate(observations) if found.period.code == period), None)
    current = None if place is None else observations[place]
    if place is None or current is None or current.value is None or current.projected or not current.period.known:
        return None
    frequency = current.period.frequency
    alike = [
        found for found in observations[: place + 1] if found.period.frequency == frequency and not found.projected
    ]
    filled = [at for at, found in enumerate(alike) if found.value is not None]
    gaps = [after - before - 1 for before, after in pairwise(filled)]
    start = len(filled) - 1
    while start > 0 and _meant(gaps, start - 1) and not _parted(alike[filled[start - 1] : filled[start] + 1]):
        start -= 1
    return Line(
        vintage_id=vintage_id,
        series=series,
        points=tuple(_point(alike[at], decimals) for at in filled[start:]),
        whole=start == 0,
    )


def _meant(gaps: Sequence[int], place: int) -> bool:
    """Whether what is missing between two figures is missing by design: a step beside it leaves out as much."""
    beside = {gaps[at] for at in (place - 1, place + 1) if 0 <= at < len(gaps)}
    return gaps[place] == 0 or gaps[place] in beside


def _parted(span: Sequence[Observation]) -> bool:
    """Whether the series starts anew after the first of these, be it at a period that has no figure."""
    other_definition = Mark.DEFINITION_DIFFERS in span[0].marks ^ span[-1].marks
    return other_definition or any(found.starts_anew for found in span[1:])


def _point(found: Observation, decimals: int) -> Point:
    assert found.value is not None
    assert found.source_value is not None
    return Point(
        period=found.period,
        source_value=found.source_value,
        value=found.value,
        printed=rounded(found.value, decimals),
        provisional=found.provisional,
    )


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)
