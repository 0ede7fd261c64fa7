"""Columns laid on their side: what a column figure becomes when its categories' names do not fit underneath."""

from decimal import Decimal

import plotly.graph_objects as go

from chart_renderer import theme
from chart_renderer.axes import value_bounds, wrapped_categories
from chart_renderer.bands import marker
from chart_renderer.frame import period_label
from chart_renderer.numbers import format_number
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.typeset import Weight, width_of, wrap

_NAMES_SHARE = 0.42  # of the width, at most
_FILLED = 0.72
_THICKEST = 1.9  # in label sizes
_ROW = 1.06  # least distance between two rows, in text sizes


def lies_better(sheet: Sheet, spec: FigureSpec) -> bool:
    """Whether names would be broken under their columns but stand whole beside bars."""
    if spec.over_time or len(spec.series) > 1:
        return False
    width = sheet.plot.width / len(spec.periods) * 0.94
    return wrapped_categories(spec, width, sheet.canvas.label_size) is None and _text_size(sheet, spec) is not None


def draw_lying_bars(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw one series as bars from the left, the first category on top."""
    size = _text_size(sheet, spec) or sheet.canvas.source_size
    names = _names(sheet, spec, size)
    outer, values = sheet.plot, spec.series[0].values
    printed = [None if value is None else format_number(value, spec.style.decimals, spec.language) for value in values]
    beside = max(width_of(line, size) for lines in names for line in lines) + size * 0.6
    after = max(width_of(text or "", size, Weight.SEMIBOLD) for text in printed) + size * 0.5
    low, high = value_bounds(spec)
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    before = after if low < 0 else 0
    sheet.plot = Box(outer.left + beside + before, outer.top, outer.right - after, outer.bottom)
    sheet.x_range = (float(low), float(high if high > low else low + 1))
    sheet.y_range = (-(len(values) - 0.5), 0.5)
    pitch = sheet.plot.height / len(values)
    for at, (lines, text, value) in enumerate(zip(names, printed, values, strict=True)):
        _write_name(sheet, lines, sheet.y(-at), size, outer.left + beside - size * 0.6)
        if text is not None and value is not None:
            gap, align = (-size * 0.35, "right") if value < 0 else (size * 0.35, "left")
            x = sheet.x(float(value)) + gap
            sheet.write(
                Text(x, sheet.y(-at), text, size, theme.INK, Weight.SEMIBOLD, "right" if align == "right" else "left")
            )
    zero = sheet.x(0)
    sheet.fill(Box(zero - 0.75, sheet.plot.top, zero + 0.75, sheet.plot.bottom), theme.BASELINE)
    loose = list(spec.series[0].provisional) or [False] * len(values)
    sheet.traces.append(
        go.Bar(
            x=[None if value is None else float(value) for value in values],
            y=[-at for at in range(len(values))],
            width=min(_FILLED, _THICKEST * size / pitch),
            orientation="h",
            marker=marker([theme.SERIES[0]] * len(values), loose, size * 0.1),
            cliponaxis=False,
            hoverinfo="skip",
            textposition="none",
        )
    )


def _text_size(sheet: Sheet, spec: FigureSpec) -> float | None:
    """The largest of the canvas's two small sizes at which every name has room in its row, or None."""
    for size in (sheet.canvas.label_size, sheet.canvas.source_size):
        names = _names(sheet, spec, size)
        row = sheet.plot.height / len(names)
        unbroken = all(
            width_of(word, size) <= sheet.plot.width * _NAMES_SHARE
            for label in spec.periods
            for word in label.split(" ")
        )
        if unbroken and all(((len(lines) - 1) * LINE_HEIGHT + _ROW) * size <= row for lines in names):
            return float(size)
    return None


def _names(sheet: Sheet, spec: FigureSpec, size: float) -> list[list[str]]:
    width = sheet.plot.width * _NAMES_SHARE
    return [wrap(period_label(spec, at), width, size) for at in range(len(spec.periods))]


def _write_name(sheet: Sheet, lines: list[str], middle: float, size: float, right: float) -> None:
    for row, line in enumerate(lines):
        y = middle + (row - (len(lines) - 1) / 2) * size * LINE_HEIGHT
        sheet.write(Text(right, y, line, size, theme.INK_SOFT, align="right"))
