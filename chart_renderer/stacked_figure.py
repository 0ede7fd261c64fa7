"""Stacked columns: parts kept apart by white lines, named beside the last column, with the total on top."""

from dataclasses import replace
from decimal import Decimal

from chart_renderer.axes import draw_levels, level_labels, levels, most_levels
from chart_renderer.bands import Bands, draw_bands, make_bands, marker, pitch_of
from chart_renderer.emphasis import colour_of
from chart_renderer.labels import draw_end_labels, draw_key, end_labels
from chart_renderer.look import look
from chart_renderer.numbers import format_number
from chart_renderer.sheet import Box, Sheet, Text
from chart_renderer.spec import FigureSpec, FigureType
from chart_renderer.traces import Trace, bars, points
from chart_renderer.typeface import Weight
from chart_renderer.typeset import width_of

_WIDEST = 0.2
_CROWDED = 10  # pixels from one column to the next; with less, lines around each would leave little of its colour


def draw_stacks(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the spec's stacked columns on a framed sheet. Parts below zero stack downwards."""
    size, outer = sheet.canvas.label_size, sheet.plot
    sheet.barmode, sheet.stacked = "relative", True
    labels = end_labels(spec, size, sheet.canvas.width, values=True)
    beside = max(label.width(size) for label in labels) + size * 0.7
    sheet.plot = Box(outer.left, outer.top, outer.right - beside, outer.bottom)
    bands = _columns(sheet, spec)
    edge = sheet.x(bands.at[-1] + bands.width / 2)
    inside = _written_inside(sheet, spec, bands, len(spec.periods) - 1)
    labels = [replace(label, value="") if index in inside else label for index, label in enumerate(labels)]
    if draw_end_labels(sheet, labels, _middles_of_last(sheet, spec), edge + size * 0.6):
        sheet.rules_end = edge + size * 0.25
        _finish(sheet, spec, bands)
        return
    sheet.plot = outer
    taken = draw_key(sheet, spec, outer.width, outer.top)
    sheet.plot = Box(outer.left, outer.top + taken, outer.right, outer.bottom)
    _finish(sheet, spec, _columns(sheet, spec))


def totals(spec: FigureSpec) -> list[Decimal | None]:
    """The sum of each column; None where a part is missing, for then the sum is not known."""
    sums: list[Decimal | None] = []
    for period in range(len(spec.periods)):
        parts = [series.values[period] for series in spec.series]
        there = [part for part in parts if part is not None]
        sums.append(sum(there, Decimal(0)) if len(there) == len(parts) else None)
    return sums


def _columns(sheet: Sheet, spec: FigureSpec) -> Bands:
    """Settle both axes: totals on the columns where they fit, else levels at the left."""
    size = sheet.canvas.label_size
    low, high = _heights(spec)
    plot = sheet.plot
    sheet.plot = Box(plot.left, plot.top + sheet.strip, plot.right, plot.bottom)
    bands = make_bands(sheet, spec, _WIDEST)
    if pitch_of(sheet) < _CROWDED:
        bands = replace(bands, width=1.0)  # side by side without gaps, which would only flicker
    plot = sheet.plot
    if _is_share(spec):
        return _whole(sheet, spec, bands)
    if _totals_fit(sheet, spec):
        sheet.plot = Box(plot.left, plot.top + size * 0.9, plot.right, plot.bottom)
        sheet.y_range = (float(low), float(high))
        return bands
    values = _levels(sheet, spec)
    numbers = max(width_of(label, size) for label in level_labels(values, spec.language))
    sheet.plot = Box(plot.left + numbers + size * 0.7, plot.top, plot.right, plot.bottom)
    sheet.y_range = (float(values[0]), float(values[-1]))
    return bands


def _is_share(spec: FigureSpec) -> bool:
    """Whether every column is the whole, so that no total and no level says anything."""
    return spec.type is FigureType.SHARE_COLUMN


def _whole(sheet: Sheet, spec: FigureSpec, bands: Bands) -> Bands:
    """From nothing to all of it; levels only where the parts are too small for their numbers."""
    sheet.y_range = (0.0, 100.0)
    if _has_levels(sheet, spec, bands):
        size, plot = sheet.canvas.label_size, sheet.plot
        sheet.plot = Box(plot.left + width_of("100", size) + size * 0.7, plot.top, plot.right, plot.bottom)
    return bands


def _has_levels(sheet: Sheet, spec: FigureSpec, bands: Bands) -> bool:
    if _is_share(spec):
        return not any(_written_inside(sheet, spec, bands, period) for period in range(len(spec.periods)))
    return not _totals_fit(sheet, spec)


def _finish(sheet: Sheet, spec: FigureSpec, bands: Bands) -> None:
    if not _has_levels(sheet, spec, bands):
        sheet.level(0, look().baseline, 1.5)
        if not _is_share(spec):
            _write_totals(sheet, spec, bands)
    else:
        draw_levels(sheet, _levels(sheet, spec), spec.language)
    _write_parts(sheet, spec, bands)
    draw_bands(sheet, spec, bands)
    for index, series in enumerate(spec.series):
        loose = list(series.provisional) or [False] * len(series.values)
        drawn_as = marker([colour_of(spec, index)] * len(loose), loose, sheet.canvas.label_size * 0.1)
        if not any(loose) and not _side_by_side(bands):
            drawn_as["line"] = {"color": look().paper, "width": 1.6}
        sheet.traces.append(
            bars(
                x=bands.at,
                y=[None if value is None else float(value) for value in series.values],
                width=bands.width,
                marker=drawn_as,
            )
        )
    if _side_by_side(bands):
        sheet.traces.extend(_edges(spec, bands, index) for index in range(len(spec.series)))


def _side_by_side(bands: Bands) -> bool:
    return bands.width >= 1


def _edges(spec: FigureSpec, bands: Bands, index: int) -> Trace:
    """A white line along the far end of a series' parts, from column to column, which keeps it from its neighbour."""
    x: list[float | None] = []
    y: list[float | None] = []
    for period, at in enumerate(bands.at):
        end = next((float(end) for part, _, end in _parts(spec, period) if part == index), None)
        x += [at - bands.width / 2, at + bands.width / 2]
        y += [end, end]
    return points(mode="lines", x=x, y=y, line={"color": look().paper, "width": 1.2})


def _heights(spec: FigureSpec) -> tuple[Decimal, Decimal]:
    low = high = Decimal(0)
    for period in range(len(spec.periods)):
        parts = [series.values[period] or Decimal(0) for series in spec.series]
        low = min(low, sum((part for part in parts if part < 0), Decimal(0)))
        high = max(high, sum((part for part in parts if part > 0), Decimal(0)))
    return (low, high) if low < high else (Decimal(0), Decimal(1))


def _levels(sheet: Sheet, spec: FigureSpec) -> list[Decimal]:
    if _is_share(spec):
        return levels(Decimal(0), Decimal(100), min(3, most_levels(sheet.plot.height, sheet.canvas.label_size)))
    return levels(*_heights(spec), most_levels(sheet.plot.height, sheet.canvas.label_size))


def _totals_fit(sheet: Sheet, spec: FigureSpec) -> bool:
    """Totals stand on the columns if each fits in its place and nothing goes below zero."""
    if _heights(spec)[0] < 0:
        return False
    size = sheet.canvas.label_size
    texts = [_text(total, spec) for total in totals(spec) if total is not None]
    return all(width_of(text, size, Weight.BOLD) + size * 0.3 <= pitch_of(sheet) for text in texts)


def _text(value: Decimal, spec: FigureSpec) -> str:
    return format_number(value, spec.style.decimals, spec.language)


def _write_totals(sheet: Sheet, spec: FigureSpec, bands: Bands) -> None:
    size = sheet.canvas.label_size
    for at, total in zip(bands.at, totals(spec), strict=True):
        if total is not None:
            y = sheet.y(float(total)) - size * 0.62
            sheet.write(Text(sheet.x(at), y, _text(total, spec), size, look().ink, Weight.BOLD, "center"))


def _parts(spec: FigureSpec, period: int) -> list[tuple[int, Decimal, Decimal]]:
    """Each part of a column as (series, from, to), stacked as Plotly stacks them."""
    up = down = Decimal(0)
    found = []
    for index, series in enumerate(spec.series):
        value = series.values[period]
        if value is None:
            continue
        start = down if value < 0 else up
        found.append((index, start, start + value))
        down, up = (down + value, up) if value < 0 else (down, up + value)
    return found


def _write_parts(sheet: Sheet, spec: FigureSpec, bands: Bands) -> None:
    """A number inside each part that has room for it, in white, or in its colour on a provisional tint."""
    size = sheet.canvas.label_size
    for period, at in enumerate(bands.at):
        inside = _written_inside(sheet, spec, bands, period)
        for index, start, end in _parts(spec, period):
            if index not in inside or not _says_more_than_the_total(sheet, spec, bands):
                continue
            text = _text(end - start, spec)
            series, colour = spec.series[index], colour_of(spec, index)
            loose = bool(series.provisional) and series.provisional[period]
            sheet.write(
                Text(
                    sheet.x(at), sheet.y(float(start + end) / 2), text, size,
                    colour if loose else look().paper, Weight.SEMIBOLD, "center",
                    ground=look().paper if loose else colour,
                )
            )  # fmt: skip


def _says_more_than_the_total(sheet: Sheet, spec: FigureSpec, bands: Bands) -> bool:
    """Whether a part's number is another than the one on top of its column."""
    return len(spec.series) > 1 or _is_share(spec) or _has_levels(sheet, spec, bands)


def _written_inside(sheet: Sheet, spec: FigureSpec, bands: Bands, period: int) -> set[int]:
    """The series whose part of this column is tall and wide enough for its number."""
    size = sheet.canvas.label_size
    room = pitch_of(sheet) * bands.width - size * 0.3
    return {
        index
        for index, start, end in _parts(spec, period)
        if abs(sheet.y(float(end)) - sheet.y(float(start))) >= size * 1.12
        and width_of(_text(end - start, spec), size, Weight.SEMIBOLD) <= room
    }


def _middles_of_last(sheet: Sheet, spec: FigureSpec) -> list[float]:
    last = {index: float(start + end) / 2 for index, start, end in _parts(spec, len(spec.periods) - 1)}
    return [sheet.y(last.get(index, 0.0)) for index in range(len(spec.series))]
