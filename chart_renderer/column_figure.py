"""Columns from zero: one series, or several side by side. Numbers stand on the columns where they fit."""

from collections.abc import Iterable
from decimal import Decimal

from chart_renderer.axes import draw_levels, level_labels, levels, most_levels, value_bounds
from chart_renderer.bands import Bands, draw_bands, make_bands, marker, pitch_of
from chart_renderer.emphasis import colour_of, column_colours
from chart_renderer.labels import draw_key
from chart_renderer.look import look
from chart_renderer.numbers import format_number
from chart_renderer.sheet import Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.traces import Trace, bars
from chart_renderer.typeface import Weight
from chart_renderer.typeset import width_of

_GROUP_WIDEST = 0.3


def draw_columns(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the spec's columns on a framed sheet."""
    grouped = len(spec.series) > 1
    if grouped:
        _shrink(sheet, top=draw_key(sheet, spec, sheet.plot.width, sheet.plot.top))
    _shrink(sheet, top=sheet.strip)
    bands = make_bands(sheet, spec, _GROUP_WIDEST) if grouped else make_bands(sheet, spec)
    if _numbers_fit(sheet, spec, bands):
        _make_room_for_numbers(sheet, spec)
        sheet.level(0, look().baseline, 1.5)
        _write_numbers(sheet, spec, bands, range(len(spec.periods)))
    else:
        bands = _with_levels(sheet, spec, bands)
        if not grouped:
            _write_numbers(sheet, spec, bands, [len(spec.periods) - 1])
    draw_bands(sheet, spec, bands)
    for index in range(len(spec.series)):
        sheet.traces.append(_bars(sheet, spec, bands, index))


def bounds_from_zero(spec: FigureSpec) -> tuple[Decimal, Decimal]:
    """Lowest and highest value with zero among them: a column always starts there."""
    low, high = value_bounds(spec)
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    return (low, high) if low < high else (Decimal(0), Decimal(1))


def _shrink(sheet: Sheet, *, top: float = 0, left: float = 0) -> None:
    plot = sheet.plot
    sheet.plot = Box(plot.left + left, plot.top + top, plot.right, plot.bottom)


def _numbers_fit(sheet: Sheet, spec: FigureSpec, bands: Bands) -> bool:
    size = sheet.canvas.label_size
    room = pitch_of(sheet) * (0.97 if len(spec.series) == 1 else bands.width / len(spec.series))
    return all(width_of(text, size, Weight.SEMIBOLD) + size * 0.35 <= room for text in _printed(spec))


def _printed(spec: FigureSpec) -> Iterable[str]:
    return (
        format_number(value, spec.style.decimals, spec.language)
        for series in spec.series
        for value in series.values
        if value is not None
    )


def _make_room_for_numbers(sheet: Sheet, spec: FigureSpec) -> None:
    size = sheet.canvas.label_size
    low, high = (float(bound) for bound in bounds_from_zero(spec))
    above, below = (size * 0.9 if high > 0 else 0), (size * 1.15 if low < 0 else 0)
    unit = (high - low) / max(1, sheet.plot.height - above - below)
    sheet.y_range = (low - below * unit, high + above * unit)


def _with_levels(sheet: Sheet, spec: FigureSpec, bands: Bands) -> Bands:
    """Too many columns for a number on each: lines across with their numbers at the left."""
    size = sheet.canvas.label_size
    values = levels(*bounds_from_zero(spec), most_levels(sheet.plot.height, size))
    numbers = max(width_of(label, size) for label in level_labels(values, spec.language))
    _shrink(sheet, left=numbers + size * 0.7, top=size * 0.45 if len(spec.series) == 1 else 0)
    sheet.y_range = (float(values[0]), float(values[-1]))
    draw_levels(sheet, values, spec.language)
    return bands


def _write_numbers(sheet: Sheet, spec: FigureSpec, bands: Bands, periods: Iterable[int]) -> None:
    """A number on each of these columns; the newest one in full ink."""
    size = sheet.canvas.label_size
    for index, series in enumerate(spec.series):
        for period in periods:
            value = series.values[period]
            if value is None:
                continue
            text = format_number(value, spec.style.decimals, spec.language)
            newest = _stands_out(spec, period)
            x = sheet.x(bands.at[period] + _offset(index, len(spec.series), bands.width))
            half = width_of(text, size, Weight.BOLD) / 2
            x = min(x, sheet.canvas.width - sheet.canvas.margin - half)
            clear = _clear_of(sheet, spec, bands, (x - half, x + half), value)
            y = clear + size * 0.68 if value < 0 else clear - size * 0.62
            colour = look().ink if newest else look().ink_soft
            sheet.write(Text(x, y, text, size, colour, Weight.BOLD if newest else Weight.REGULAR, "center"))


def _stands_out(spec: FigureSpec, period: int) -> bool:
    """The newest column, or the one put forward; categories all do."""
    if spec.highlight in spec.periods:
        return spec.periods[period] == spec.highlight
    return period == len(spec.periods) - 1 or not spec.over_time


def _clear_of(sheet: Sheet, spec: FigureSpec, bands: Bands, span: tuple[float, float], value: Decimal) -> float:
    """The end of the tallest column under a label that is wider than its own; its own when alone."""
    if len(spec.series) > 1:
        return sheet.y(float(value))
    half = pitch_of(sheet) * bands.width / 2
    under = [
        other
        for at, other in zip(bands.at, spec.series[0].values, strict=True)
        if other is not None and sheet.x(at) + half > span[0] and sheet.x(at) - half < span[1]
    ]
    return sheet.y(float(min(under) if value < 0 else max(under)))


def _offset(index: int, count: int, width: float) -> float:
    return (index - (count - 1) / 2) * width / count


def _bars(sheet: Sheet, spec: FigureSpec, bands: Bands, index: int) -> Trace:
    series, count = spec.series[index], len(spec.series)
    colours = column_colours(spec, index)
    if count == 1 and spec.over_time and len(series.values) > 1 and not spec.highlight:
        colours = [look().earlier] * (len(series.values) - 1) + [colour_of(spec, 0)]
    loose = list(series.provisional) or [False] * len(series.values)
    width = bands.width / count * (1 if count == 1 else 0.94)
    return bars(
        x=[position + _offset(index, count, bands.width) for position in bands.at],
        y=[None if value is None else float(value) for value in series.values],
        width=width,
        marker=marker(colours, loose, sheet.canvas.label_size * 0.1),
    )
