"""What happened along the way: a few words at a period, and breaks in a series, as flags in a strip above the data.

A flag hangs from a thin line at its period and flies to the right, or to the left where there is no room. Flags
are put in as few rows as they need, and so that no line runs through another flag's words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

from chart_renderer.look import look
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.typeface import Weight
from chart_renderer.typeset import drawable
from chart_renderer.words import WORDS

_LIFT = 0.62  # of the label size: between the strip and the plot
_ASIDE = 0.32  # between a line and its words
_DASH = 5.0


@dataclass(frozen=True)
class _Mark:
    """One line with its words; ``stop`` is where the line ends."""

    x: float
    text: str
    stop: float
    dashed: bool


@dataclass(frozen=True)
class _Flag:
    """A mark with the place of its words."""

    mark: _Mark
    text: Text

    @property
    def line(self) -> Box:
        return Box(self.mark.x - 0.7, self.text.box.top, self.mark.x + 0.7, max(self.text.y, self.mark.stop))


def strip_heights(spec: FigureSpec, label_size: float) -> Iterator[float]:
    """Heights the strip can be tried at, lowest first; just zero when nothing is marked."""
    count = len(spec.annotations) + len(spec.breaks)
    if count == 0:
        yield 0.0
    for rows in range(1, min(count, 3) + 1):
        yield label_size * (_LIFT + rows * LINE_HEIGHT)


def draw_marks(sheet: Sheet, spec: FigureSpec) -> bool:
    """Hang the flags in the strip above the plot; False, and nothing drawn, when they do not fit."""
    marks = list(_marks(sheet, spec))
    if not marks:
        return True
    size = sheet.canvas.label_size
    rows = round((sheet.strip / size - _LIFT) / LINE_HEIGHT)
    for places in product(product(range(rows), (False, True)), repeat=len(marks)):
        chosen = zip(marks, places, strict=True)
        flags = [_flag(sheet, mark, row, leftwards=left) for mark, (row, left) in chosen]
        if _all_clear(sheet, flags):
            for flag in flags:
                _draw(sheet, flag)
            return True
    return False


def break_notes(spec: FigureSpec) -> list[str]:
    """A sentence for each break."""
    words = WORDS[spec.language]
    return [
        words.break_note.format(earlier=spec.periods[spec.periods.index(period) - 1], later=period)
        for period in spec.breaks
    ]


def _marks(sheet: Sheet, spec: FigureSpec) -> Iterator[_Mark]:
    for note in spec.annotations:
        at = spec.periods.index(note.period)
        x = sheet.x(sheet.places[at])
        yield _Mark(x, drawable(note.text, Weight.SEMIBOLD), _crown(sheet, spec, at, x), dashed=False)
    for period in spec.breaks:
        at = spec.periods.index(period)
        x = sheet.x((sheet.places[at - 1] + sheet.places[at]) / 2)
        yield _Mark(x, WORDS[spec.language].break_mark, sheet.plot.bottom, dashed=True)


def _crown(sheet: Sheet, spec: FigureSpec, at: int, x: float) -> float:
    """Just above what is drawn and written highest at a period."""
    size, plot = sheet.canvas.label_size, sheet.plot
    values = [value for series in spec.series if (value := series.values[at]) is not None]
    height = sum(values) if sheet.stacked else max(values, default=None)
    top = plot.bottom if height is None else min(sheet.y(float(height)), sheet.y(max(0.0, sheet.y_range[0])))
    over = [text.box.top for text in sheet.texts if text.box.left - 3 < x < text.box.right + 3]
    inside = [edge for edge in over if plot.top - size < edge < plot.bottom]
    return min([top, *inside]) - size * 0.35


def _flag(sheet: Sheet, mark: _Mark, row: int, *, leftwards: bool) -> _Flag:
    size = sheet.canvas.label_size
    y = sheet.plot.top - size * (_LIFT + 0.5) - row * size * LINE_HEIGHT
    aside = -size * _ASIDE if leftwards else size * _ASIDE
    text = Text(
        mark.x + aside, y, mark.text, size, look().ink, Weight.SEMIBOLD, "right" if leftwards else "left"
    )  # fmt: skip
    return _Flag(mark, text)


def _all_clear(sheet: Sheet, flags: list[_Flag]) -> bool:
    edge = sheet.canvas.margin
    for flag in flags:
        box = flag.text.box
        if box.left < edge or box.right > sheet.canvas.width - edge:
            return False
    for one, other in combinations(flags, 2):
        close = Box(one.text.box.left - 6, one.text.box.top, one.text.box.right + 6, one.text.box.bottom)
        if close.overlaps(other.text.box) or one.line.overlaps(other.text.box) or other.line.overlaps(close):
            return False
    return True


def _draw(sheet: Sheet, flag: _Flag) -> None:
    sheet.write(flag.text)
    line = flag.line
    if not flag.mark.dashed:
        sheet.fill(line, look().ink_soft)
        return
    top = line.top
    while top < line.bottom:
        sheet.fill(Box(line.left, top, line.right, min(top + _DASH, line.bottom)), look().ink_soft)
        top += 2 * _DASH
