"""Names and last values beside the ends of lines and the parts of a stack, kept apart; a key when they cannot be."""

from dataclasses import dataclass

from chart_renderer.emphasis import colour_of
from chart_renderer.numbers import format_number
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.typeface import Weight
from chart_renderer.typeset import drawable, shortened, width_of, wrap

_WIDEST = 0.36  # of the canvas
_MOST_OF_PLOT = 0.4  # that a key may take at the size of labels
_SPACE = 0.32  # between a name and its value, in ems


@dataclass(frozen=True)
class EndLabel:
    """What stands beside a series: its name in one or more lines, and its value after the last."""

    lines: tuple[str, ...]
    value: str
    colour: str

    def width(self, size: float) -> float:
        widths = [width_of(line, size, Weight.SEMIBOLD) for line in self.lines]
        value = width_of(self.value, size, Weight.BOLD)
        if not widths:
            return value
        widths[-1] += (size * _SPACE + value) if self.value else 0
        return max(widths)


def end_labels(spec: FigureSpec, size: float, canvas_width: float, *, values: bool) -> list[EndLabel]:
    """A label for each series, wrapped to a share of the canvas."""
    found = []
    for index, series in enumerate(spec.series):
        last = series.values[-1]
        value = format_number(last, spec.style.decimals, spec.language) if values and last is not None else ""
        name = drawable(series.name, Weight.SEMIBOLD)
        room = canvas_width * _WIDEST
        lines = wrap(name, room, size, Weight.SEMIBOLD)
        label = EndLabel(tuple(lines), value, colour_of(spec, index))
        if label.width(size) > room:
            narrower = room - width_of(value, size, Weight.BOLD) - size * _SPACE
            lines = wrap(name, narrower, size, Weight.SEMIBOLD)
            label = EndLabel(tuple(lines), value, colour_of(spec, index))
        found.append(label)
    return found


def pushed_apart(wanted: list[float], heights: list[float], top: float, bottom: float) -> list[float] | None:
    """Middles as near the wanted ones as can be without overlap, within the bounds; None if they do not fit."""
    if sum(heights) > bottom - top:
        return None
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    middles = dict.fromkeys(order, 0.0)
    floor = top
    for at in order:
        middles[at] = max(wanted[at], floor + heights[at] / 2)
        floor = middles[at] + heights[at] / 2
    ceiling = bottom
    for at in reversed(order):
        middles[at] = min(middles[at], ceiling - heights[at] / 2)
        ceiling = middles[at] - heights[at] / 2
    return _relaxed(middles, wanted, heights, order, top)


def _relaxed(
    middles: dict[int, float], wanted: list[float], heights: list[float], order: list[int], top: float
) -> list[float]:
    """Let a pushed group settle around the middle of what its members wanted, as far as there is room above."""
    groups: list[list[int]] = []
    for at in order:
        previous = groups[-1][-1] if groups else None
        if previous is not None and middles[at] - middles[previous] <= (heights[at] + heights[previous]) / 2 + 0.01:
            groups[-1].append(at)
        else:
            groups.append([at])
    floor = top
    for group in groups:
        shift = sum(wanted[at] - middles[at] for at in group) / len(group)
        if shift < 0:
            shift = max(shift, floor - (middles[group[0]] - heights[group[0]] / 2))
            for at in group:
                middles[at] += shift
        floor = middles[group[-1]] + heights[group[-1]] / 2
    return [middles[at] for at in range(len(wanted))]


def draw_end_labels(sheet: Sheet, labels: list[EndLabel], wanted: list[float], x: float) -> bool:
    """Write the labels at ``x``, kept apart; False, and nothing written, if they do not fit."""
    size = sheet.canvas.label_size
    step = size * LINE_HEIGHT
    heights = [max(1, len(label.lines)) * step for label in labels]
    slack = sheet.canvas.label_size * 0.5
    middles = pushed_apart(wanted, heights, sheet.plot.top - slack, sheet.plot.bottom + slack)
    if middles is None:
        return False
    for label, middle, height in zip(labels, middles, heights, strict=True):
        y, after = middle - height / 2 + step / 2, x
        for row, line in enumerate(label.lines):
            y = middle - height / 2 + (row + 0.5) * step
            sheet.write(Text(x, y, line, size, label.colour, Weight.SEMIBOLD))
            after = x + width_of(line, size, Weight.SEMIBOLD) + size * _SPACE
        if label.value:
            sheet.write(Text(after, y, label.value, size, label.colour, Weight.BOLD))
    return True


def key_rows(spec: FigureSpec, size: float, width: float) -> list[list[tuple[str, str]]]:
    """Rows of (name, colour) for a key above the plot."""
    rows: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for index, series in enumerate(spec.series):
        name = drawable(series.name, Weight.SEMIBOLD)
        name = name if width_of(name, size, Weight.SEMIBOLD) < width - size else _shorter(name, width - size, size)
        wide = size + width_of(name, size, Weight.SEMIBOLD) + size * 0.9
        if rows[-1] and used + wide - size * 0.9 > width:
            rows.append([])
            used = 0.0
        rows[-1].append((name, colour_of(spec, index)))
        used += wide
    return rows


def draw_key(sheet: Sheet, spec: FigureSpec, width: float, plot_top: float) -> float:
    """Squares and names in the colours of their series, above the data; returns the height they take.

    Where names are so long that they would take the data's room, they stand in the size of the source.
    """
    size: float = sheet.canvas.label_size
    rows = key_rows(spec, size, width)
    if len(rows) * size * LINE_HEIGHT > sheet.plot.height * _MOST_OF_PLOT:
        size = sheet.canvas.source_size
        rows = key_rows(spec, size, width)
    top = plot_top - size * 0.3
    for row, entries in enumerate(rows):
        x, y = float(sheet.canvas.margin), top + (row + 0.5) * size * LINE_HEIGHT
        for name, colour in entries:
            half = size * 0.31
            sheet.fill(Box(x, y - half, x + 2 * half, y + half), colour)
            sheet.write(Text(x + size * 0.85, y, name, size, colour, Weight.SEMIBOLD))
            x += size + width_of(name, size, Weight.SEMIBOLD) + size * 0.9
    return len(rows) * size * LINE_HEIGHT + size * 0.35


def _shorter(name: str, width: float, size: float) -> str:
    return shortened(wrap(name, width, size, Weight.SEMIBOLD), 1, width, size, Weight.SEMIBOLD)[0]
