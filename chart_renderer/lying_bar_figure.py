"""Columns laid on their side: what a column figure becomes when its categories' names do not fit underneath."""

from decimal import Decimal

from chart_renderer.axes import value_bounds, wrapped_categories
from chart_renderer.bands import marker
from chart_renderer.emphasis import column_colours
from chart_renderer.frame import period_label
from chart_renderer.labels import draw_key
from chart_renderer.look import look
from chart_renderer.numbers import format_number
from chart_renderer.sheet import LINE_HEIGHT, Align, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.traces import bars
from chart_renderer.typeset import Weight, width_of, wrap

_NAMES_SHARE = 0.42  # of the width, at most
_FILLED = 0.72
_FILLED_TOGETHER = 0.86  # by several series
_LEFT_OF: Align = "right"
_RIGHT_OF: Align = "left"
_THICKEST = 1.9  # in label sizes
_ROW = 1.06  # least distance between two rows, in text sizes


def lies_better(sheet: Sheet, spec: FigureSpec) -> bool:
    """Whether names would be broken under their columns but stand whole beside bars."""
    if spec.over_time:
        return False
    width = sheet.plot.width / len(spec.periods) * 0.94
    return wrapped_categories(spec, width, sheet.canvas.label_size) is None and _text_size(sheet, spec) is not None


def draw_lying_bars(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw bars from the left, the first category on top; several series lie together in each row."""
    if len(spec.series) > 1:
        outer = sheet.plot
        sheet.plot = Box(
            outer.left, outer.top + draw_key(sheet, spec, sheet.plot.width, outer.top), outer.right, outer.bottom
        )
    size = _text_size(sheet, spec, keyed=True) or sheet.canvas.source_size
    names, outer = _names(sheet, spec, size), sheet.plot
    beside = max(width_of(line, size) for lines in names for line in lines) + size * 0.6
    after = max(width_of(text, size, Weight.SEMIBOLD) for text in _printed(spec)) + size * 0.5
    low, high = value_bounds(spec)
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    before = after if low < 0 else 0
    sheet.plot = Box(outer.left + beside + before, outer.top, outer.right - after, outer.bottom)
    sheet.x_range = (float(low), float(high if high > low else low + 1))
    sheet.y_range = (-(len(names) - 0.5), 0.5)
    for at, lines in enumerate(names):
        _write_name(sheet, lines, sheet.y(-at), size, outer.left + beside - size * 0.6)
    thick = _thickness(sheet, spec, size)
    zero = sheet.x(0)
    sheet.fill(Box(zero - 0.75, sheet.plot.top, zero + 0.75, sheet.plot.bottom), look().baseline, "above")
    for index in range(len(spec.series)):
        _draw_series(sheet, spec, index, size, thick)


def _thickness(sheet: Sheet, spec: FigureSpec, size: float) -> float:
    """Of one bar, in rows."""
    count = len(spec.series)
    pitch = sheet.plot.height / len(spec.periods)
    filled = _FILLED if count == 1 else _FILLED_TOGETHER
    return min(filled / count, _THICKEST * size / pitch)


def _draw_series(sheet: Sheet, spec: FigureSpec, index: int, size: float, thick: float) -> None:
    series, count = spec.series[index], len(spec.series)
    middles = [-at - (index - (count - 1) / 2) * thick for at in range(len(series.values))]
    for middle, value in zip(middles, series.values, strict=True):
        if value is None:
            continue
        text = format_number(value, spec.style.decimals, spec.language)
        gap, align = (-size * 0.35, _LEFT_OF) if value < 0 else (size * 0.35, _RIGHT_OF)
        x = sheet.x(float(value)) + gap
        sheet.write(Text(x, sheet.y(middle), text, size, look().ink, Weight.SEMIBOLD, align))
    loose = [series.loose(at) for at in range(len(series.values))]
    sheet.traces.append(
        bars(
            x=[None if value is None else float(value) for value in series.values],
            y=middles,
            width=thick if count == 1 else thick * 0.92,
            orientation="h",
            marker=marker(column_colours(spec, index), loose, size * 0.1),
        )
    )


def _printed(spec: FigureSpec) -> list[str]:
    return [
        format_number(value, spec.style.decimals, spec.language)
        for series in spec.series
        for value in series.values
        if value is not None
    ]


def _text_size(sheet: Sheet, spec: FigureSpec, *, keyed: bool = False) -> float | None:
    """The largest of the canvas's two small sizes at which every name has room in its row, or None."""
    count = len(spec.series)
    for size in (sheet.canvas.label_size, sheet.canvas.source_size):
        names = _names(sheet, spec, size)
        key = 0 if keyed or count == 1 else sheet.canvas.label_size * LINE_HEIGHT * 1.3
        row = (sheet.plot.height - key) / len(names)
        unbroken = all(
            width_of(word, size) <= sheet.plot.width * _NAMES_SHARE
            for label in spec.periods
            for word in label.split(" ")
        )
        numbers = count * _ROW / _FILLED_TOGETHER if count > 1 else _ROW
        if unbroken and all(max(numbers, (len(lines) - 1) * LINE_HEIGHT + _ROW) * size <= row for lines in names):
            return float(size)
    return None


def _names(sheet: Sheet, spec: FigureSpec, size: float) -> list[list[str]]:
    width = sheet.plot.width * _NAMES_SHARE
    return [wrap(period_label(spec, at), width, size) for at in range(len(spec.periods))]


def _write_name(sheet: Sheet, lines: list[str], middle: float, size: float, right: float) -> None:
    for row, line in enumerate(lines):
        y = middle + (row - (len(lines) - 1) / 2) * size * LINE_HEIGHT
        sheet.write(Text(right, y, line, size, look().ink_soft, align="right"))
