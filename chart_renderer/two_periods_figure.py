"""Two periods compared: two dots in each row, or a line from the one to the other. The series are what is compared."""

from dataclasses import dataclass
from decimal import Decimal

from chart_renderer.axes import draw_periods, value_bounds
from chart_renderer.emphasis import back_to_front, colour_of
from chart_renderer.frame import period_label
from chart_renderer.labels import EndLabel, pushed_apart
from chart_renderer.line_figure import line_traces
from chart_renderer.look import look
from chart_renderer.numbers import format_number
from chart_renderer.sheet import LINE_HEIGHT, Align, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.traces import Trace, points
from chart_renderer.typeface import Weight
from chart_renderer.typeset import drawable, width_of, wrap

_NAMES_SHARES = (0.4, 0.5, 0.62, 0.7)  # of the width; the first at which every name has room in its row
_FLAT = Decimal("0.2")
_MOST_SLOPES = 8


@dataclass(frozen=True)
class _Side:
    """The labels at one end of the slopes."""

    labels: list[EndLabel]
    wanted: list[float]
    x: float
    align: Align


def draw_dumbbells(sheet: Sheet, spec: FigureSpec) -> None:
    """A row for each series with its two dots, the later one full, and the value beside each."""
    size, share = _row_setting(sheet, spec)
    outer = sheet.plot
    top = outer.top + _draw_period_key(sheet, spec)
    names = [wrap(drawable(series.name), outer.width * share, size) for series in spec.series]
    beside = max(width_of(line, size) for lines in names for line in lines) + size * 0.6
    room = max(width_of(_printed(spec, row, end), size, Weight.BOLD) for row in range(len(names)) for end in (0, 1))
    room += size * 0.75
    sheet.plot = Box(outer.left + beside + room, top, outer.right - room, outer.bottom)
    sheet.x_range, sheet.y_range = _range(spec), (-(len(names) - 0.5), 0.5)
    for row, lines in enumerate(names):
        y = sheet.y(-row)
        for at, line in enumerate(lines):
            middle = y + (at - (len(lines) - 1) / 2) * size * LINE_HEIGHT
            sheet.write(Text(outer.left + beside - size * 0.6, middle, line, size, look().ink_soft, align="right"))
        sheet.fill(Box(sheet.plot.left, y - 0.5, sheet.plot.right, y + 0.5), look().rule)
        _write_values(sheet, spec, row, size)
    rows = back_to_front(spec)
    sheet.traces += [_joint(spec, row, size) for row in rows if None not in spec.series[row].values]
    sheet.traces += [_ends(spec, end, size) for end in (0, 1)]


def draw_slopes(sheet: Sheet, spec: FigureSpec) -> None:
    """A line for each series, named with its value at both ends; dots in rows where the names have no room."""
    size, outer = sheet.canvas.label_size, sheet.plot
    left = [_named(spec, index, size, outer.width * 0.42) for index in range(len(spec.series))]
    right = [EndLabel((), _printed(spec, index, 1), colour_of(spec, index)) for index in range(len(spec.series))]
    gap = size * 0.6
    sheet.plot = Box(
        outer.left + max(label.width(size) for label in left) + gap, outer.top + size * 0.3,
        outer.right - max(label.width(size) for label in right) - gap, outer.bottom - size * LINE_HEIGHT * 1.15,
    )  # fmt: skip
    sheet.x_range, sheet.y_range = (0.0, 1.0), _range(spec)
    ends = [[float(value or 0) for value in series.values] for series in spec.series]
    sides = (
        _Side(left, [sheet.y(each[0]) for each in ends], sheet.plot.left - gap * 0.8, "right"),
        _Side(right, [sheet.y(each[1]) for each in ends], sheet.plot.right + gap * 0.8, "left"),
    )
    if len(ends) > _MOST_SLOPES or not all(_write_side(sheet, side) for side in sides):
        sheet.plot = outer
        draw_dumbbells(sheet, spec)
        return
    draw_periods(sheet, spec, [0.0, 1.0])
    for x in (sheet.plot.left, sheet.plot.right):
        sheet.fill(Box(x - 0.5, sheet.plot.top, x + 0.5, sheet.plot.bottom), look().rule)
    for index in back_to_front(spec):
        sheet.traces += line_traces(spec.series[index], [0.0, 1.0], colour_of(spec, index), size)


def _row_setting(sheet: Sheet, spec: FigureSpec) -> tuple[float, float]:
    """Size of the text and share of the width for names, so that names of several lines have room in their row."""
    row = (sheet.plot.height - sheet.canvas.label_size * LINE_HEIGHT) / len(spec.series)
    settings = [
        (size, share) for share in _NAMES_SHARES for size in (sheet.canvas.label_size, sheet.canvas.source_size)
    ]
    for size, share in settings:
        names = [wrap(drawable(series.name), sheet.plot.width * share, size) for series in spec.series]
        if all(((len(lines) - 1) * LINE_HEIGHT + 1.06) * size <= row for lines in names):
            return size, share
    return sheet.canvas.source_size, _NAMES_SHARES[0]


def _draw_period_key(sheet: Sheet, spec: FigureSpec) -> float:
    """Which dot is which period; returns the height it takes."""
    size, x = sheet.canvas.label_size, sheet.plot.left
    y = sheet.plot.top + size * 0.3
    for end, colour in enumerate((look().earlier_ink, look().series[0])):
        text = period_label(spec, end)
        half = size * 0.31
        sheet.fill(Box(x, y - half, x + 2 * half, y + half), (look().earlier, look().series[0])[end])
        sheet.write(Text(x + size * 0.85, y, text, size, colour, Weight.SEMIBOLD))
        x += size * 1.9 + width_of(text, size, Weight.SEMIBOLD)
    return size * LINE_HEIGHT


def _write_values(sheet: Sheet, spec: FigureSpec, row: int, size: float) -> None:
    values = spec.series[row].values
    lower = 0 if values[1] is None or (values[0] is not None and values[0] <= values[1]) else 1
    for end, value in enumerate(values):
        if value is None:
            continue
        side, align = (-1, "right") if end == lower else (1, "left")
        text = Text(
            sheet.x(float(value)) + side * size * 0.55, sheet.y(-row), _printed(spec, row, end), size,
            look().ink if end else look().ink_soft, Weight.BOLD if end else Weight.REGULAR,
            "right" if align == "right" else "left",
        )  # fmt: skip
        sheet.fill(text.box, look().paper)
        sheet.write(text)


def _joint(spec: FigureSpec, row: int, size: float) -> Trace:
    colour = look().earlier if _forward(spec, row) else look().rest_pale
    ends = [float(value or 0) for value in spec.series[row].values]
    return points(x=ends, y=[-row, -row], mode="lines", line={"color": colour, "width": size * 0.16})


def _forward(spec: FigureSpec, row: int) -> bool:
    """Whether a row has its colours: every one, or only the one put forward."""
    return not spec.highlight or spec.series[row].name == spec.highlight


def _ends(spec: FigureSpec, end: int, size: float) -> Trace:
    own, grey = (look().earlier, look().series[0])[end], (look().rest_pale, look().rest)[end]
    there = [row for row, series in enumerate(spec.series) if series.values[end] is not None]
    loose = [spec.series[row].loose(end) for row in there]
    colours = [own if _forward(spec, row) else grey for row in there]
    return points(
        x=[float(spec.series[row].values[end] or 0) for row in there],
        y=[-row for row in there],
        mode="markers",
        marker={
            "size": size * 0.66,
            "opacity": 1,
            "color": [look().paper if open_ else colour for colour, open_ in zip(colours, loose, strict=True)],
            "line": {
                "color": [colour if open_ else look().paper for colour, open_ in zip(colours, loose, strict=True)],
                "width": size * 0.08,
            },
        },
    )  # fmt: skip


def _range(spec: FigureSpec) -> tuple[float, float]:
    """From zero, except for values so near each other that they would lie on top of each other."""
    low, high = value_bounds(spec)
    if low > 0 and high - low >= high * _FLAT:
        low = Decimal(0)
    return (float(low), float(high)) if low < high else (float(low) - 1, float(high) + 1)


def _printed(spec: FigureSpec, row: int, end: int) -> str:
    value = spec.series[row].values[end]
    return "" if value is None else format_number(value, spec.style.decimals, spec.language)


def _named(spec: FigureSpec, index: int, size: float, room: float) -> EndLabel:
    value = _printed(spec, index, 0)
    width = room - width_of(value, size, Weight.BOLD) - size * 0.5
    lines = wrap(drawable(spec.series[index].name, Weight.SEMIBOLD), width, size, Weight.SEMIBOLD)
    return EndLabel(tuple(lines), value, colour_of(spec, index))


def _write_side(sheet: Sheet, side: _Side) -> bool:
    """Write one side's labels, kept apart; False, and nothing written, if they do not fit."""
    size = sheet.canvas.label_size
    step = size * LINE_HEIGHT
    heights = [max(1, len(label.lines)) * step for label in side.labels]
    middles = pushed_apart(side.wanted, heights, sheet.plot.top - size * 0.5, sheet.plot.bottom + size * 0.4)
    if middles is None:
        return False
    for label, middle in zip(side.labels, middles, strict=True):
        rows = len(label.lines)
        value = width_of(label.value, size, Weight.BOLD)
        y = middle + (rows - 1) / 2 * step
        if label.value:
            sheet.write(Text(side.x, y if rows else middle, label.value, size, label.colour, Weight.BOLD, side.align))
        for row, line in enumerate(label.lines):
            x = side.x - (value + size * 0.4 if row == rows - 1 and value else 0)
            place = middle + (row - (rows - 1) / 2) * step
            sheet.write(Text(x, place, line, size, label.colour, Weight.SEMIBOLD, side.align))
    return True
