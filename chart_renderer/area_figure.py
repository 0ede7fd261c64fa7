"""Areas from zero: one under its line, or several on top of each other. A gap stays a gap."""

from itertools import pairwise

from chart_renderer.axes import draw_levels, draw_periods, positions
from chart_renderer.bands import loose_colour
from chart_renderer.emphasis import colour_of
from chart_renderer.labels import draw_end_labels, end_labels
from chart_renderer.line_figure import cuts_of, draw_lines, line_levels, make_room_for_key, place_axes
from chart_renderer.look import look
from chart_renderer.sheet import Sheet
from chart_renderer.spec import FigureSpec, Series, Value
from chart_renderer.traces import Trace, points

_SEAM = 1.6  # white, between areas


def draw_areas(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the spec's areas on a framed sheet."""
    if len(spec.series) == 1:
        draw_lines(sheet, spec)
        floor = (0.0,) * len(spec.periods)
        fills = _fills(spec, floor, _floats(spec.series[0].values), 0, tinted=True)
        sheet.traces = [*fills, *sheet.traces]
        return
    _draw_stack(sheet, spec)


def _draw_stack(sheet: Sheet, spec: FigureSpec) -> None:
    size = sheet.canvas.label_size
    piled = _piled(spec)
    labels = end_labels(spec, size, sheet.canvas.width, values=True)
    place_axes(sheet, piled, right=max(label.width(size) for label in labels) + size * 0.75)
    tops = [_floats(series.values) for series in piled.series]
    floors = [(0.0,) * len(spec.periods), *tops[:-1]]
    last = max((at for at in range(len(spec.periods)) if tops[-1][at] is not None), default=0)
    wanted = [sheet.y(((floor[last] or 0) + (top[last] or 0)) / 2) for floor, top in zip(floors, tops, strict=True)]
    if not draw_end_labels(sheet, labels, wanted, sheet.plot.right + size * 0.55):
        make_room_for_key(sheet, spec)
    values = line_levels(piled, sheet.plot.height, size)
    sheet.y_range = (float(values[0]), float(values[-1]))
    draw_levels(sheet, values, spec.language)
    draw_periods(sheet, spec, positions(spec))
    for index, (floor, top) in enumerate(zip(floors, tops, strict=True)):
        sheet.traces += _fills(spec, floor, top, index, tinted=False)


def _piled(spec: FigureSpec) -> FigureSpec:
    """Each series on top of those before it; a period where one is missing is a gap in all of them."""
    columns = list(zip(*(series.values for series in spec.series), strict=True))
    piles = []
    for index, series in enumerate(spec.series):
        values: list[Value | None] = []
        for column in columns:
            there = [value for value in column if value is not None]
            values.append(sum(there[: index + 1], start=there[0] * 0) if len(there) == len(column) else None)
        piles.append(series.model_copy(update={"values": tuple(values)}))
    if all(value is None for value in piles[0].values):
        return spec  # no period has all its parts: lines of levels for what there is
    return spec.model_copy(update={"series": tuple(piles)})


def _fills(
    spec: FigureSpec, floor: tuple[float | None, ...], top: tuple[float | None, ...], index: int, *, tinted: bool
) -> list[Trace]:
    """One filled shape for each stretch without a gap or a break; paler where figures are provisional."""
    at, series, colour = positions(spec), spec.series[index], colour_of(spec, index)
    firm = loose_colour(colour) if tinted else colour
    shapes = []
    for stretch, loose in _stretches(spec, series, floor, top):
        x = [at[period] for period in (*stretch, *reversed(stretch))]
        y = [top[period] for period in stretch] + [floor[period] for period in reversed(stretch)]
        shapes.append(
            points(
                x=x, y=y, mode="lines", fill="toself",
                fillcolor=loose_colour(firm) if loose else firm,
                line={"width": 0 if tinted else _SEAM, "color": look().paper},
            )
        )  # fmt: skip
    return shapes


def _stretches(
    spec: FigureSpec, series: Series, floor: tuple[float | None, ...], top: tuple[float | None, ...]
) -> list[tuple[list[int], bool]]:
    """Runs of periods that follow each other, each with whether it leads to provisional figures."""
    cuts = cuts_of(spec)
    runs: list[tuple[list[int], bool]] = []
    for earlier, later in pairwise(range(len(top))):
        if later in cuts or any(edge[at] is None for edge in (floor, top) for at in (earlier, later)):
            continue
        loose = series.loose(later) or series.loose(earlier)
        if runs and runs[-1][0][-1] == earlier and runs[-1][1] is loose:
            runs[-1][0].append(later)
        else:
            runs.append(([earlier, later], loose))
    return runs


def _floats(values: tuple[Value | None, ...]) -> tuple[float | None, ...]:
    return tuple(None if value is None else float(value) for value in values)
