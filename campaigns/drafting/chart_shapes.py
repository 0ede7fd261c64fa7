"""Which part of a series a type of figure shows, and what it becomes when the numbers do not allow that type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chart_renderer.spec import Annotation, FigureType, Series

_MOST_BREAKS = 2  # in one figure
_NEWEST_ALONE = (FigureType.BAR, FigureType.DONUT, FigureType.TREEMAP)
_FIRST_AND_NEWEST = (FigureType.DUMBBELL, FigureType.SLOPE)
_WITHOUT_NEGATIVE = {
    FigureType.AREA: FigureType.LINE,
    FigureType.SHARE_COLUMN: FigureType.STACKED_COLUMN,
    FigureType.DONUT: FigureType.BAR,
    FigureType.TREEMAP: FigureType.BAR,
}


def shaped(kind: FigureType, periods: tuple[str, ...], series: tuple[Series, ...]) -> Mapping[str, Any]:
    """The spec's ``type``, ``periods``, ``series`` and ``base``; there is at least one value in the series."""
    if kind in _NEWEST_ALONE:
        kind, periods, series = _newest(kind, periods, series)
    values = [value for one in series for value in one.values if value is not None]
    if kind in _WITHOUT_NEGATIVE and (min(values) < 0 or not any(values)):
        kind = _WITHOUT_NEGATIVE[kind]
    if kind in _FIRST_AND_NEWEST:
        if len(periods) < 2:
            return {"type": FigureType.COLUMN, "periods": periods, "series": series}
        ends = (0, len(periods) - 1)
        return {
            "type": kind,
            "periods": tuple(periods[at] for at in ends),
            "series": tuple(_only(one, ends) for one in series),
        }
    if kind is FigureType.INDEXED:
        at = next((at for at in range(len(periods)) if all((one.values[at] or 0) > 0 for one in series)), None)
        if at is None:
            return {"type": FigureType.LINE, "periods": periods, "series": series}
        return {"type": kind, "periods": periods, "series": series, "base": periods[at]}
    return {"type": kind, "periods": periods, "series": series}


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What is said of single periods, by their labels."""

    base: str = ""
    annotations: Sequence[Annotation] = ()
    breaks: frozenset[str] = frozenset()


def marked(shape: Mapping[str, Any], marks: Marks) -> Mapping[str, Any]:
    """The shape with its marks, as far as its type shows periods that carry them; of many breaks the newest two."""
    periods, kind = shape["periods"], shape["type"]
    found = dict(shape)
    if kind is FigureType.INDEXED and marks.base in periods:
        at = periods.index(marks.base)
        if all((one.values[at] or 0) > 0 for one in shape["series"]):
            found["base"] = marks.base
    if kind in FigureType.marked():
        found["annotations"] = tuple(note for note in marks.annotations if note.period in periods)
        found["breaks"] = tuple(period for period in periods[1:] if period in marks.breaks)[-_MOST_BREAKS:]
    return found


def _newest(
    kind: FigureType, periods: tuple[str, ...], series: tuple[Series, ...]
) -> tuple[FigureType, tuple[str, ...], tuple[Series, ...]]:
    """The newest period's values, one category for each series. A single series has no parts: it keeps its periods."""
    if len(series) == 1:
        return FigureType.COLUMN, periods, series
    last = len(periods) - 1
    values = tuple(one.values[last] for one in series)
    found = Series(name=periods[last], values=values, provisional=tuple(one.loose(last) for one in series))
    return kind, tuple(one.name for one in series), (found,)


def _only(series: Series, ends: tuple[int, ...]) -> Series:
    return Series(
        name=series.name,
        values=tuple(series.values[at] for at in ends),
        provisional=tuple(series.loose(at) for at in ends),
    )
