"""A table whose cells carry their numbers on a shade: who works with whom. Rows are series, columns are periods.

Nothing is made to add up: rows that come to 97 or 103 per cent by rounding are shown as they were published.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chart_renderer.axes import value_bounds
from chart_renderer.look import look
from chart_renderer.numbers import MISSING, format_number
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec, Series
from chart_renderer.typeface import Weight
from chart_renderer.typeset import drawable, width_of, wrap

_SEAM = 1.5
_NAMES_SHARE = 0.36  # of the width, for the rows' names
_WIDER_SHARES = (0.5, 0.62, 0.72)  # where columns are named by letters and the numbers still have room
_MOST_LINES = 3
_PAD = 0.5
_LEAST_ROW = 1.08
_TALLEST_ROW = 2.6
_SQUARE = 0.8  # a row may be so high by its cells' width, where the canvas is high
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class _Grid:
    """Names broken into lines, and the size of everything, for one size of text."""

    size: float
    rows: list[list[str]]
    columns: list[list[str]]
    beside: float
    cell: tuple[float, float]
    above: float
    widest: float  # number

    def holds(self) -> bool:
        """Whether every row is tall enough for its name and its number, and every column wide enough."""
        if self.widest + _SEAM > self.cell[0]:
            return False
        lines = max(len(lines) for lines in self.rows)
        return self.cell[1] >= max(_LEAST_ROW, (lines - 1) * LINE_HEIGHT + _LEAST_ROW) * self.size


def draw_matrix(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the spec's cells on a framed sheet, at the largest size that holds them."""
    grids = list(_grids(sheet, spec))
    grid = next((each for each in grids if each.holds()), grids[-1])
    _write_names(sheet, grid)
    low, high = value_bounds(spec)
    width, height = grid.cell
    for row, series in enumerate(spec.series):
        for column, value in enumerate(series.values):
            left = sheet.plot.left + grid.beside + column * width
            top = sheet.plot.top + grid.above + row * height
            ground = look().panel if value is None else _shade(value, low, high)
            half = _SEAM / 2
            sheet.fill(Box(left + half, top + half, left + width - half, top + height - half), ground)
            text = _text(spec, series, column)
            weight = Weight.REGULAR if value is None else Weight.SEMIBOLD
            sheet.write(Text(left + width / 2, top + height / 2, text, grid.size, look().ink, weight, "center", ground))


def _grids(sheet: Sheet, spec: FigureSpec) -> Iterator[_Grid]:
    """Ways to set it, best first: whole names on top of the columns, letters in their place, broken names."""
    for size in (sheet.canvas.label_size, sheet.canvas.source_size):
        rows = [drawable(series.name) for series in spec.series]
        columns = [drawable(name) for name in spec.periods]  # provisional cells are starred one by one
        whole = _grid(sheet, spec, (size, _NAMES_SHARE), rows, columns)
        unbroken = all(len(lines) <= _MOST_LINES for lines in whole.columns) and not _broken(whole.columns, columns)
        if unbroken:
            yield whole
        if set(columns) <= set(rows) and len(rows) <= len(_LETTERS):
            lettered = [f"{_LETTERS[at]}  {name}" for at, name in enumerate(rows)]
            letters = [_LETTERS[rows.index(name)] for name in columns]
            yield from (
                _grid(sheet, spec, (size, share), lettered, letters) for share in (_NAMES_SHARE, *_WIDER_SHARES)
            )
        if not unbroken:
            yield whole


def _broken(lines: list[list[str]], names: list[str]) -> bool:
    return any(" ".join(each) != name for each, name in zip(lines, names, strict=True))


def _grid(sheet: Sheet, spec: FigureSpec, setting: tuple[float, float], rows: list[str], columns: list[str]) -> _Grid:
    """``setting`` is the size of the text, and how much of the width the rows' names may take."""
    plot, (size, share) = sheet.plot, setting
    names = [wrap(name, plot.width * share, size) for name in rows]
    beside = max(width_of(line, size) for lines in names for line in lines) + size * _PAD
    width = (plot.width - beside) / len(columns)
    heads = [wrap(name, width - size * 0.25, size) for name in columns]
    above = max(len(lines) for lines in heads) * size * LINE_HEIGHT + size * 0.2
    height = min(
        (plot.height - above) / len(rows), max(size * _TALLEST_ROW, min(width * _SQUARE, size * _TALLEST_ROW * 2))
    )
    widest = max(
        width_of(_text(spec, row, at), size, Weight.SEMIBOLD) for row in spec.series for at in range(len(columns))
    )
    return _Grid(size, names, heads, beside, (width, height), above, widest)


def _write_names(sheet: Sheet, grid: _Grid) -> None:
    size, step, plot = grid.size, grid.size * LINE_HEIGHT, sheet.plot
    width, height = grid.cell
    for at, lines in enumerate(grid.columns):
        x = plot.left + grid.beside + (at + 0.5) * width
        for row, line in enumerate(reversed(lines)):
            y = plot.top + grid.above - size * 0.2 - (row + 0.5) * step
            sheet.write(Text(x, y, line, size, look().ink_soft, align="center"))
    for at, lines in enumerate(grid.rows):
        middle = plot.top + grid.above + (at + 0.5) * height
        for row, line in enumerate(lines):
            y = middle + (row - (len(lines) - 1) / 2) * step
            sheet.write(Text(plot.left, y, line, size, look().ink_soft))


def _text(spec: FigureSpec, row: Series, column: int) -> str:
    value = row.values[column]
    text = MISSING if value is None else format_number(value, spec.style.decimals, spec.language)
    return f"{text}*" if row.loose(column) else text


def _shade(value: Decimal, low: Decimal, high: Decimal) -> str:
    """From pale to clear blue, from zero or the lowest value to the highest; ink can be read on all of it."""
    low = min(low, Decimal(0)) if low < high * Decimal("0.8") else low
    part = float((value - low) / (high - low)) if high > low else 0.5
    ends = [[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in (look().panel, look().shade)]
    mixed = (round(pale + (full - pale) * part) for pale, full in zip(*ends, strict=True))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)
