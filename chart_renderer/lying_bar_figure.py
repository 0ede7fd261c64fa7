"""Columns laid on their side: what a column figure becomes when its categories' names do not fit underneath.

Where rows are too low for a number at every bar of several series, lines across say how long the bars are. Where
there are more rows than the canvas is high, they stand in two columns on one scale. Names are cut short last of all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chart_renderer.axes import level_labels, levels, value_bounds, wrapped_categories
from chart_renderer.bands import MOST_LINES, marker
from chart_renderer.emphasis import column_colours
from chart_renderer.frame import period_label
from chart_renderer.labels import draw_key
from chart_renderer.look import look
from chart_renderer.numbers import format_number
from chart_renderer.sheet import LINE_HEIGHT, Align, Box, Sheet, Text
from chart_renderer.spec import FigureSpec, FigureType
from chart_renderer.traces import bars
from chart_renderer.typeface import Weight
from chart_renderer.typeset import shortened, width_of, wrap

_NAMES_SHARE = 0.42  # of the width, at most
_NAMES_WIDER = 0.6  # where they would not hold otherwise
_FILLED = 0.72
_FILLED_TOGETHER = 0.86  # by several series
_LEFT_OF: Align = "right"
_RIGHT_OF: Align = "left"
_THICKEST = 1.9  # in label sizes
_ROW = 1.06  # least distance between two rows, in text sizes
_BETWEEN = 1.2  # two columns of rows, in text sizes
_MOST_LEVELS = 6
_NAMED_BESIDE = 0.6
_STACKED = (FigureType.STACKED_COLUMN, FigureType.SHARE_COLUMN)


@dataclass(frozen=True)
class _Setting:
    """One way to set the rows: the text, how much of the width names take, and what says the bars' lengths."""

    size: float
    share: float
    columns: int = 1
    numbers: bool = True  # at each bar; else lines across
    cut: bool = False  # names to one line each

    def rows(self, spec: FigureSpec) -> int:
        """In each column."""
        return -(-len(spec.periods) // self.columns)

    def width(self, sheet: Sheet) -> float:
        """Of one column, names and bars and numbers together."""
        return (sheet.plot.width - (self.columns - 1) * self.size * _BETWEEN) / self.columns

    def height(self, sheet: Sheet) -> float:
        """What the rows share."""
        return sheet.plot.height - (0 if self.numbers else self.size * LINE_HEIGHT)

    def names(self, sheet: Sheet, spec: FigureSpec) -> list[list[str]]:
        room = self.width(sheet) * self.share
        lines = [wrap(period_label(spec, at), room, self.size) for at in range(len(spec.periods))]
        return [shortened(each, 1, room, self.size) for each in lines] if self.cut else lines


def lies_better(sheet: Sheet, spec: FigureSpec) -> bool:
    """Whether names would be broken under their columns but stand whole beside bars, or have no room there at all."""
    if spec.over_time:
        return False
    beside = _NAMED_BESIDE if spec.type in _STACKED else 1.0  # stacks have their parts' names at their right
    width = sheet.plot.width * beside / len(spec.periods) * 0.94
    if wrapped_categories(spec, width, sheet.canvas.label_size) is not None:
        return False
    broken = [wrap(period_label(spec, at), width, sheet.canvas.label_size) for at in range(len(spec.periods))]
    if max(len(lines) for lines in broken) > MOST_LINES:
        return True
    if spec.type in _STACKED:
        return False
    key = 0 if len(spec.series) == 1 else sheet.canvas.label_size * LINE_HEIGHT * 1.3
    return any(_holds(sheet, spec, setting, key) for setting in _settings(sheet, spec))


def draw_lying_bars(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw bars from the left, the first category on top; several series lie together in each row, or end to end."""
    if len(spec.series) > 1:
        outer = sheet.plot
        sheet.plot = Box(
            outer.left, outer.top + draw_key(sheet, spec, sheet.plot.width, outer.top), outer.right, outer.bottom
        )
    settings = list(_settings(sheet, spec))
    setting = next((each for each in settings if _holds(sheet, spec, each)), settings[-1])
    names, outer, size = setting.names(sheet, spec), sheet.plot, setting.size
    width, bottom = setting.width(sheet), sheet.plot.top + setting.height(sheet)
    beside = max(width_of(line, size) for lines in names for line in lines) + size * 0.6
    low, high = _from_zero(spec)
    marks: list[Decimal] = []
    if setting.numbers:
        after = max(width_of(text, size, Weight.SEMIBOLD) for text in _printed(spec)) + size * 0.5
        before = after if low < 0 else 0.0
    else:
        marks, after = _levels(spec, size, width - beside)
        low, high, before = marks[0], marks[-1], after
    bar_room = width - beside - before - after
    pitch, unit = width + size * _BETWEEN, float(high - low) / bar_room
    shift = pitch * unit  # from a bar in the first column to one in the second, in values
    last = outer.left + (setting.columns - 1) * pitch
    sheet.plot = Box(outer.left + beside + before, outer.top, last + width - after, bottom)
    sheet.x_range = (float(low), float(high) + (setting.columns - 1) * shift)
    rows = setting.rows(spec)
    sheet.y_range = (-(rows - 0.5), 0.5)
    for at, lines in enumerate(names):
        column, row = divmod(at, rows)
        _write_name(sheet, lines, sheet.y(-row), size, outer.left + column * pitch + beside - size * 0.6)
    for column in range(setting.columns):
        _draw_scale(sheet, spec, marks, size, column * shift)
    for index in range(len(spec.series)):
        _draw_series(sheet, spec, index, setting, shift)


def _whole(sheet: Sheet) -> Iterator[_Setting]:
    """The settings that leave nothing to be wished for."""
    for size in (sheet.canvas.label_size, sheet.canvas.source_size):
        yield _Setting(size, _NAMES_SHARE)


def _settings(sheet: Sheet, spec: FigureSpec) -> Iterator[_Setting]:
    """Every way there is, best first. Bars end to end are never numbered: their parts would hide each other's."""
    if spec.type not in _STACKED:
        yield from _whole(sheet)
    small, several = sheet.canvas.source_size, len(spec.series) > 1 or spec.type in _STACKED
    for share in (_NAMES_SHARE, _NAMES_WIDER):
        for size in (sheet.canvas.label_size, small):
            yield _Setting(size, share, numbers=not several)
    for share in (_NAMES_SHARE, _NAMES_WIDER):
        yield _Setting(small, share, columns=2, numbers=not several)
    if sheet.thriftiest:
        yield _Setting(small, _NAMES_WIDER, numbers=not several, cut=True)
        yield _Setting(small, _NAMES_WIDER, columns=2, numbers=not several, cut=True)


def _holds(sheet: Sheet, spec: FigureSpec, setting: _Setting, taken: float = 0) -> bool:
    """Whether every name is whole (or may be cut) and it and the numbers have room in their row."""
    count, size = len(spec.series), setting.size
    names = setting.names(sheet, spec)
    row = (setting.height(sheet) - taken) / setting.rows(spec)
    unbroken = setting.cut or all(
        width_of(word, size) <= setting.width(sheet) * setting.share
        for label in spec.periods
        for word in label.split(" ")
    )
    numbers = count * _ROW / _FILLED_TOGETHER if count > 1 and setting.numbers else _ROW
    return unbroken and all(max(numbers, (len(lines) - 1) * LINE_HEIGHT + _ROW) * size <= row for lines in names)


def _from_zero(spec: FigureSpec) -> tuple[Decimal, Decimal]:
    low, high = value_bounds(spec)
    if spec.type in _STACKED:
        columns = [[value for value in column if value is not None] for column in zip(*_values(spec), strict=True)]
        low = min(sum((value for value in column if value < 0), Decimal(0)) for column in columns)
        high = max(sum((value for value in column if value > 0), Decimal(0)) for column in columns)
    if spec.type is FigureType.SHARE_COLUMN:
        high = Decimal(100)
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    return low, high if high > low else low + 1


def _values(spec: FigureSpec) -> Iterator[tuple[Decimal | None, ...]]:
    return (series.values for series in spec.series)


def _levels(spec: FigureSpec, size: float, room: float) -> tuple[list[Decimal], float]:
    """As many round numbers as stand apart under the bars, and what the outermost ones need beside them."""
    low, high = _from_zero(spec)
    for most in range(_MOST_LEVELS, 1, -1):
        found = levels(low, high, most)
        widest = max(width_of(label, size) for label in level_labels(found, spec.language))
        if (widest + size) * len(found) <= room or most == 2:
            break
    return found, widest / 2 + size * 0.1


def _draw_scale(sheet: Sheet, spec: FigureSpec, marks: list[Decimal], size: float, shift: float) -> None:
    """The line bars start from; where they carry no numbers, lines across with theirs below."""
    plot = sheet.plot
    for value, label in zip(marks, level_labels(marks, spec.language) if marks else [], strict=True):
        x = sheet.x(float(value) + shift)
        if value:
            sheet.fill(Box(x - 0.5, plot.top, x + 0.5, plot.bottom), look().rule)
        sheet.write(Text(x, plot.bottom + size * 0.72, label, size, look().ink_soft, align="center"))
    zero = sheet.x(shift)
    sheet.fill(Box(zero - 0.75, plot.top, zero + 0.75, plot.bottom), look().baseline, "above")


def _thickness(sheet: Sheet, spec: FigureSpec, size: float, rows: int) -> float:
    """Of one bar, in rows."""
    count = 1 if spec.type in _STACKED else len(spec.series)
    pitch = sheet.plot.height / rows
    filled = _FILLED if count == 1 else _FILLED_TOGETHER
    return min(filled / count, _THICKEST * size / pitch)


def _draw_series(sheet: Sheet, spec: FigureSpec, index: int, setting: _Setting, shift: float) -> None:
    series, count, rows, size = spec.series[index], len(spec.series), setting.rows(spec), setting.size
    thick = _thickness(sheet, spec, size, rows)
    aside = 0.0 if spec.type in _STACKED else (index - (count - 1) / 2) * thick
    places = [divmod(at, rows) for at in range(len(series.values))]
    for (column, row), value in zip(places, series.values, strict=True):
        if value is None or not setting.numbers:
            continue
        text = format_number(value, spec.style.decimals, spec.language)
        gap, align = (-size * 0.35, _LEFT_OF) if value < 0 else (size * 0.35, _RIGHT_OF)
        x = sheet.x(float(value) + column * shift) + gap
        sheet.write(Text(x, sheet.y(-row - aside), text, size, look().ink, Weight.SEMIBOLD, align))
    loose = [series.loose(at) for at in range(len(series.values))]
    drawn_as = marker(column_colours(spec, index), loose, size * 0.1)
    if spec.type in _STACKED and not any(loose):
        drawn_as["line"] = {"color": look().paper, "width": 1.6}
    starts = [column * shift + _start(spec, index, at) for at, (column, _) in enumerate(places)]
    sheet.traces.append(
        bars(
            x=[None if value is None else float(value) for value in series.values],
            y=[-row - aside for _, row in places],
            width=thick if count == 1 or spec.type in _STACKED else thick * 0.92,
            orientation="h",
            marker=drawn_as,
        )
        | ({"base": starts} if setting.columns > 1 or any(starts) else {})
    )


def _start(spec: FigureSpec, index: int, at: int) -> float:
    """Where a bar begins: at zero, or where the parts before it on its side of zero end."""
    own = spec.series[index].values[at]
    if spec.type not in _STACKED or own is None:
        return 0.0
    before = (series.values[at] for series in spec.series[:index])
    return float(sum((value for value in before if value is not None and (value < 0) == (own < 0)), Decimal(0)))


def _printed(spec: FigureSpec) -> list[str]:
    return [
        format_number(value, spec.style.decimals, spec.language)
        for series in spec.series
        for value in series.values
        if value is not None
    ]


def _write_name(sheet: Sheet, lines: list[str], middle: float, size: float, right: float) -> None:
    for row, line in enumerate(lines):
        y = middle + (row - (len(lines) - 1) / 2) * size * LINE_HEIGHT
        sheet.write(Text(right, y, line, size, look().ink_soft, align="right"))
