"""One small panel for each series, all on one scale, so that their shapes and their heights can be compared."""

from dataclasses import dataclass
from decimal import Decimal

from chart_renderer.axes import positions, value_bounds
from chart_renderer.frame import period_label
from chart_renderer.line_figure import line_traces
from chart_renderer.look import look
from chart_renderer.numbers import format_number
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec, Series
from chart_renderer.typeface import Weight
from chart_renderer.typeset import ELLIPSIS, drawable, shortened, width_of, wrap

_GAP = 1.0  # between panels, in text sizes
_MOST_LINES = 2
_SHAPE = 1.7  # width by height a panel's lines look best at
_NARROWEST = 6.0  # a panel, in text sizes
_LEAST = 1.3  # height of the lines, in text sizes
_TORN = 0.4  # of the worth of an arrangement whose names are whole
_FLAT = Decimal("0.2")


@dataclass(frozen=True)
class _Panels:
    """How the panels are arranged, and the room in each."""

    columns: int
    rows: int
    width: float
    height: float  # name, lines and periods
    names: list[list[str]]
    size: float
    least_width: float  # that the name of the last period needs

    @property
    def head(self) -> float:
        return max(len(lines) for lines in self.names) * self.size * LINE_HEIGHT + self.size * 0.55

    @property
    def lines_height(self) -> float:
        return self.height - self.head - self.size * LINE_HEIGHT * 1.1


def draw_multiples(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the spec's series, each in its panel, in the arrangement that gives their lines the best room."""
    chosen = max((_panels(sheet, spec, columns) for columns in range(1, len(spec.series) + 1)), key=_quality)
    room = sheet.plot
    sheet.x_range, sheet.y_range = (room.left, room.right), (room.bottom, room.top)  # values are pixels here
    for index, series in enumerate(spec.series):
        column, row = index % chosen.columns, index // chosen.columns
        left = room.left + column * (chosen.width + chosen.size * _GAP)
        top = room.top + row * (chosen.height + chosen.size * 0.3)
        for at, line in enumerate(chosen.names[index]):
            y = top + (at + 0.5) * chosen.size * LINE_HEIGHT
            sheet.write(Text(left, y, line, chosen.size, look().ink, Weight.SEMIBOLD))
        _draw_panel(sheet, spec, series, chosen, (left, top))


def _panels(sheet: Sheet, spec: FigureSpec, columns: int) -> _Panels:
    size, room = sheet.canvas.source_size, sheet.plot
    rows = -(-len(spec.series) // columns)
    width = (room.width - (columns - 1) * size * _GAP) / columns
    height = (room.height - (rows - 1) * size * 0.3) / rows
    names = []
    for series in spec.series:
        lines = wrap(drawable(series.name, Weight.SEMIBOLD), width, size, Weight.SEMIBOLD)
        names.append(shortened(lines, _MOST_LINES, width, size, Weight.SEMIBOLD))
    least_width = max(size * _NARROWEST, width_of(period_label(spec, len(spec.periods) - 1), size))
    return _Panels(columns, rows, width, height, names, size, least_width)


def _quality(panels: _Panels) -> float:
    """The room of the lines, less the further it is from a good shape; worst where periods or lines have none."""
    if panels.lines_height < panels.size * _LEAST or panels.width < panels.least_width:
        return min(panels.lines_height - 1000, panels.width - 1000)
    shape = panels.width / panels.lines_height / _SHAPE
    torn = any(line.endswith(("-", ELLIPSIS)) for lines in panels.names for line in lines)
    return min(shape, 1 / shape) * panels.width * panels.lines_height * (_TORN if torn else 1)


def _draw_panel(sheet: Sheet, spec: FigureSpec, series: Series, panels: _Panels, corner: tuple[float, float]) -> None:
    size = panels.size
    colour = look().rest if spec.highlight not in ("", series.name) else look().series[0]
    numbers = [_number(spec, value) for each in spec.series if (value := _newest(each)[1]) is not None]
    aside = max(width_of(number, size, Weight.BOLD) for number in numbers) + size * 0.5
    left, top = corner[0] + size * 0.25, corner[1] + panels.head
    right, bottom = corner[0] + panels.width - aside, top + panels.lines_height
    low, high = _bounds(spec)
    places = positions(spec)
    span = (places[-1] - places[0]) or 1.0
    x = [left + (place - places[0]) / span * (right - left) for place in places]

    def y(value: Decimal) -> float:
        return bottom - float((value - low) / (high - low)) * (bottom - top)

    base = y(Decimal(0)) if low <= 0 <= high else bottom
    sheet.fill(Box(corner[0], base - 0.6, right, base + 0.6), look().baseline if low <= 0 <= high else look().rule)
    mapped = tuple(None if value is None else Decimal(round(y(value), 3)) for value in series.values)
    sheet.traces += line_traces(series.model_copy(update={"values": mapped}), x, colour, size)
    at, newest = _newest(series)
    if newest is not None:
        middle = min(max(y(newest), top), bottom)
        text = _number(spec, newest)
        sheet.write(Text(max(x[at], left) + size * 0.4, middle, text, size, colour, Weight.BOLD))
    _write_periods(sheet, spec, Box(corner[0], bottom, corner[0] + panels.width, bottom + size * 1.9), right)


def _write_periods(sheet: Sheet, spec: FigureSpec, under: Box, end: float) -> None:
    """The last period under the ``end`` of the line, the first under its start where there is room for both; neither
    goes beyond the panel.
    """
    size, last = sheet.canvas.source_size, len(spec.periods) - 1
    first_text, last_text = period_label(spec, 0), period_label(spec, last)
    y, wide = (under.top + under.bottom) / 2, width_of(last_text, size)
    middle = max(min(end, under.right - wide / 2), under.left + wide / 2)
    if last and under.left + width_of(first_text, size) + size * 0.5 <= middle - wide / 2:
        sheet.write(Text(under.left, y, first_text, size, look().ink_soft))
    sheet.write(Text(middle, y, last_text, size, look().ink_soft, align="center"))


def _bounds(spec: FigureSpec) -> tuple[Decimal, Decimal]:
    low, high = value_bounds(spec)
    if low > 0 and high - low >= high * _FLAT:
        low = Decimal(0)
    return (low, high) if low < high else (low - 1, high + 1)


def _newest(series: Series) -> tuple[int, Decimal | None]:
    return next(((at, value) for at, value in reversed(list(enumerate(series.values))) if value is not None), (0, None))


def _number(spec: FigureSpec, value: Decimal) -> str:
    return format_number(value, spec.style.decimals, spec.language)
