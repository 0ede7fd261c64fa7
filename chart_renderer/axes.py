"""Where periods stand, which of them get a label, and which levels get a line. Pure."""

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from chart_renderer.frame import period_label
from chart_renderer.look import look
from chart_renderer.numbers import format_number
from chart_renderer.sheet import LINE_HEIGHT, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.typeset import width_of, wrap

_YEAR_STEPS = (2, 3, 4, 5, 10, 20, 25, 50)
_STEPS = (2, 3, 4, 6, 12, 24, 48)  # months and quarters come in twelves and fours
_ENOUGH = 4  # labels for even steps to be worth it
_LOW = 2.4  # in sizes of the text: less than this, and three numbers would touch
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def years(spec: FigureSpec) -> list[int] | None:
    """The periods as years, if every one of them is one and they ascend."""
    if not all(label.isdecimal() and len(label) == 4 for label in spec.periods):
        return None
    numbers = [int(label) for label in spec.periods]
    return numbers if all(earlier < later for earlier, later in pairwise(numbers)) else None


def positions(spec: FigureSpec, *, even: bool = False) -> list[float]:
    """Years stand as far apart as they are; anything else, or when ``even`` is asked for, side by side."""
    found = years(spec)
    if found is None or even:
        return [float(at) for at in range(len(spec.periods))]
    return [float(year - found[0]) for year in found]


def levels(low: Decimal, high: Decimal, most: int) -> list[Decimal]:
    """Round numbers from at or below ``low`` to at or above ``high``, at most so many."""
    if low == high:
        low, high = min(low, Decimal(0)), max(high, Decimal(0))
    if low == high:
        high = Decimal(1)
    if low < 0 < high:
        most = max(most, 3)  # one below zero, zero, one above
    magnitude = Decimal(1).scaleb(math.floor(math.log10(float(high - low))) - 1)
    while True:
        for nice in _NICE:
            step = nice * magnitude
            first = (low / step).to_integral_value(rounding="ROUND_FLOOR")
            last = (high / step).to_integral_value(rounding="ROUND_CEILING")
            if last - first + 1 <= most:
                return [step * at for at in range(int(first), int(last) + 1)]
        magnitude *= 10


def most_levels(height: float, size: float) -> int:
    """How many lines with numbers a height has room for; two where it is very low."""
    return max(2 if height < size * _LOW else 3, min(6, int(height / (size * 2.0)) + 1))


def level_labels(values: list[Decimal], language: str) -> list[str]:
    """The levels with no more decimals than they need, all with the same number."""
    decimals = max(0, *(-int(value.normalize().as_tuple().exponent) for value in values))
    return ["0" if value == 0 else format_number(value, decimals, language) for value in values]


def value_bounds(spec: FigureSpec) -> tuple[Decimal, Decimal]:
    """Lowest and highest value there is."""
    values = [value for series in spec.series for value in series.values if value is not None]
    return min(values), max(values)


def draw_levels(sheet: Sheet, values: list[Decimal], language: str) -> None:
    """Thin lines across the plot with their numbers to the left of it, the zero line stronger."""
    size = sheet.canvas.label_size
    for value, label in zip(values, level_labels(values, language), strict=True):
        if value == 0:
            sheet.level(0, look().baseline, 1.5)
        else:
            sheet.level(float(value), look().rule, 1)
        sheet.write(
            Text(sheet.plot.left - size * 0.4, sheet.y(float(value)), label, size, look().ink_soft, align="right")
        )


def draw_periods(sheet: Sheet, spec: FigureSpec, at: list[float]) -> None:
    """Labels under the plot: all of them if they fit, else every second, fifth … with the first and the last."""
    size = sheet.canvas.label_size
    labels = [period_label(spec, period) for period in range(len(spec.periods))]
    places = [_inside(sheet.x(position), label, sheet) for position, label in zip(at, labels, strict=True)]
    for period in thinned(labels, places, size, years(spec)):
        y = sheet.plot.bottom + size * 1.02
        sheet.write(Text(places[period], y, labels[period], size, look().ink_soft, align="center"))


def thinned(labels: list[str], places: list[float], size: float, numbers: list[int] | None) -> list[int]:
    """Which labels to show. First and last always; between them evenly, else at round years, where there is room."""
    last = len(labels) - 1
    if last == 0:
        return [0]
    full = [chosen for chosen in _choices(last, numbers) if _all_apart(chosen, labels, places, size)]
    partial = [
        shown
        for chosen in _choices(last, numbers)
        if len(shown := _without_crowded(chosen, labels, places, size)) > 2 and _all_apart(shown, labels, places, size)
    ]
    enough = next((chosen for chosen in full if len(chosen) >= min(_ENOUGH, last + 1)), None)
    return enough or next(iter([*partial, *full]), [last])


def _all_apart(chosen: list[int], labels: list[str], places: list[float], size: float) -> bool:
    return all(_apart(later, earlier, labels, places, size) for earlier, later in pairwise(chosen))


def _without_crowded(chosen: list[int], labels: list[str], places: list[float], size: float) -> list[int]:
    """The choice without those that stand too near the first or the last label."""
    first, last = chosen[0], chosen[-1]
    between = [
        at for at in chosen[1:-1] if _apart(at, first, labels, places, size) and _apart(last, at, labels, places, size)
    ]
    return [first, *between, last]


def _choices(last: int, numbers: list[int] | None) -> Iterator[list[int]]:
    """Everything; then steps that end on the last; then round steps, coarser and coarser."""
    yield list(range(last + 1))
    span = numbers if numbers is not None else list(range(last + 1))
    length = span[-1] - span[0]
    steps = _YEAR_STEPS if numbers is not None else _STEPS
    for step in steps:
        even = [at for at in range(last + 1) if (span[at] - span[0]) % step == 0]
        if length % step == 0 and len(even) >= _ENOUGH and even[-1] == last:
            yield even
    for step in steps:
        start = 0 if numbers is not None else span[0]
        yield sorted({0, *(at for at in range(last + 1) if (span[at] - start) % step == 0), last})


def wrapped_categories(spec: FigureSpec, width: float, size: float) -> list[list[str]] | None:
    """Every label in at most three lines within its column's width, or None if one does not fit unbroken."""
    labels = [period_label(spec, period) for period in range(len(spec.periods))]
    if any(width_of(word, size) > width for label in labels for word in label.split(" ")):
        return None
    lines = [wrap(label, width, size) for label in labels]
    return lines if max(len(each) for each in lines) <= 3 else None


def draw_categories(sheet: Sheet, lines: list[list[str]], at: list[float]) -> None:
    """Category names under their columns, in as many lines as they need."""
    size = sheet.canvas.label_size
    for position, label in zip(at, lines, strict=True):
        for row, line in enumerate(label):
            y = sheet.plot.bottom + size * 1.02 + row * size * LINE_HEIGHT
            sheet.write(Text(sheet.x(position), y, line, size, look().ink_soft, align="center"))


def _apart(later: int, earlier: int, labels: list[str], places: list[float], size: float) -> bool:
    half = (width_of(labels[later], size) + width_of(labels[earlier], size)) / 2
    return places[later] - places[earlier] >= half + size * 0.6


def _inside(x: float, label: str, sheet: Sheet) -> float:
    half = width_of(label, sheet.canvas.label_size) / 2
    return min(max(x, sheet.canvas.margin + half), sheet.canvas.width - sheet.canvas.margin - half)
