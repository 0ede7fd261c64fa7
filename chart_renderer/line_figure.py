"""Lines over time, each named at its end. A gap stays a gap; a value between two gaps is a dot."""

from collections.abc import Sequence
from decimal import Decimal

from chart_renderer.axes import draw_levels, draw_periods, level_labels, levels, most_levels, positions, value_bounds
from chart_renderer.emphasis import back_to_front, colour_of
from chart_renderer.labels import EndLabel, draw_end_labels, draw_key, end_labels
from chart_renderer.look import look
from chart_renderer.numbers import format_value
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.traces import Trace, points
from chart_renderer.typeset import width_of

_FLAT = Decimal("0.2")  # a series that varies less than this share of its height does not start at zero
_BASE = Decimal(100)
_MOST_DOTS = 10  # with more values than this only the newest gets a dot


def draw_lines(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the spec's lines on a framed sheet: names and newest values at their ends, else a key above."""
    size = sheet.canvas.label_size
    labels = _labels(spec, sheet)
    ends = [_last_value(series) for series in spec.series]
    place_axes(sheet, spec, right=max(label.width(size) for label in labels) + size * 0.75)
    x = sheet.plot.right + size * 0.55
    if not draw_end_labels(sheet, labels, [sheet.y(end) for end in ends], x):
        make_room_for_key(sheet, spec)
    values = line_levels(spec, sheet.plot.height, size)
    sheet.y_range = (float(values[0]), float(values[-1]))
    draw_levels(sheet, values, spec.language)
    if spec.base:
        sheet.level(float(_BASE), look().baseline, 1.5)
    at = positions(spec)
    draw_periods(sheet, spec, at)
    for index in back_to_front(spec):
        sheet.traces += line_traces(spec.series[index], at, colour_of(spec, index), size, cuts_of(spec))


def line_levels(spec: FigureSpec, height: float, size: float) -> list[Decimal]:
    """Zero and round numbers above, except for a flat series far from zero, which gets its own stretch."""
    low, high = value_bounds(spec)
    if spec.base:
        low, high = min(low, _BASE), max(high, _BASE)
    elif low > 0 and (spec.type is FigureType.AREA or (high - low) >= high * _FLAT):
        low = Decimal(0)
    if high < 0 and (high - low) >= -low * _FLAT:
        high = Decimal(0)
    return levels(low, high, most_levels(height, size))


def place_axes(sheet: Sheet, spec: FigureSpec, *, right: float) -> None:
    """Take room from the plot for the levels' numbers, the periods' labels and whatever stands to the right."""
    size, outer = sheet.canvas.label_size, sheet.plot
    bottom = outer.bottom - size * LINE_HEIGHT
    values = line_levels(spec, bottom - outer.top - sheet.strip, size)
    numbers = max(width_of(label, size) for label in level_labels(values, spec.language))
    at = positions(spec)
    edge = max(right, width_of(spec.periods[-1] + "*", size) / 2)
    sheet.plot = Box(outer.left + numbers + size * 0.9, outer.top + sheet.strip, outer.right - edge, bottom)
    sheet.places, sheet.x_range = at, (at[0], at[-1]) if len(at) > 1 else (-0.5, 0.5)
    sheet.y_range = (float(values[0]), float(values[-1]))


def _labels(spec: FigureSpec, sheet: Sheet) -> list[EndLabel]:
    size = sheet.canvas.label_size
    if len(spec.series) > 1:
        return end_labels(spec, size, sheet.canvas.width, values=True)
    value = spec.series[0].values[-1]
    text = format_value(value, spec.style, spec.language) if value is not None else ""
    return [EndLabel((), text, look().colour_of(0))]


def make_room_for_key(sheet: Sheet, spec: FigureSpec) -> None:
    """Put the names in a key above the plot, which then reaches to the right side."""
    size, plot = sheet.canvas.label_size, sheet.plot
    width = sheet.canvas.width - 2 * sheet.canvas.margin
    top = plot.top + draw_key(sheet, spec, width, plot.top - sheet.strip)
    edge = width_of(spec.periods[-1] + "*", size) / 2
    values = line_levels(spec, plot.bottom - top, size)  # fewer than before, and perhaps longer
    numbers = max(width_of(label, size) for label in level_labels(values, spec.language))
    left = max(plot.left, sheet.canvas.margin + numbers + size * 0.9)
    sheet.plot = Box(left, top, sheet.canvas.width - sheet.canvas.margin - edge, plot.bottom)


def _last_value(series: Series) -> float:
    return next((float(value) for value in reversed(series.values) if value is not None), 0.0)


def cuts_of(spec: FigureSpec) -> list[int]:
    """The periods a line does not run to from the one before."""
    return [spec.periods.index(period) for period in spec.breaks]


def line_traces(series: Series, at: list[float], colour: str, size: float, cuts: Sequence[int] = ()) -> list[Trace]:
    """The line, dashed where it runs to provisional values, cut at breaks, and its dots."""
    values = [None if value is None else float(value) for value in series.values]
    loose = list(series.provisional) or [False] * len(values)
    firm = [None if open_ else value for value, open_ in zip(values, loose, strict=True)]
    traces = [_line(at, firm, (colour, size * 0.15), cuts)]
    if any(loose):
        following = [*loose[1:], False]
        tail = [
            value if open_ or next_open else None
            for value, open_, next_open in zip(values, loose, following, strict=True)
        ]
        traces.append(_line(at, tail, (colour, size * 0.15), cuts, dash=f"{size * 0.22:g}px,{size * 0.22:g}px"))
    dots = _dots(values, cuts)
    traces.append(
        points(
            x=[at[dot] for dot in dots],
            y=[values[dot] for dot in dots],
            mode="markers",
            marker={
                "size": size * 0.42,
                "color": [look().paper if loose[dot] else colour for dot in dots],
                "line": {"color": [colour if loose[dot] else look().paper for dot in dots], "width": size * 0.08},
                "opacity": 1,
            },
        )
    )
    return traces


def _line(
    at: list[float], values: list[float | None], look: tuple[str, float], cuts: Sequence[int], dash: str = "solid"
) -> Trace:
    x: list[float | None] = list(at)
    y = list(values)
    for cut in sorted(cuts, reverse=True):
        x.insert(cut, None)
        y.insert(cut, None)
    colour, width = look
    line = {"color": colour, "width": width, "dash": dash, "shape": "linear"}
    return points(x=x, y=y, mode="lines", line=line)


def _dots(values: list[float | None], cuts: Sequence[int]) -> list[int]:
    """Every value of a short series; else the newest, and those that no line would show."""
    there = [at for at, value in enumerate(values) if value is not None]
    if len(values) <= _MOST_DOTS:
        return there
    alone = {at for at in there if (at - 1 not in there or at in cuts) and (at + 1 not in there or at + 1 in cuts)}
    return sorted(alone | set(there[-1:]))
