"""One whole in at most six parts: a ring, and beside or below it the parts by name with their shares."""

from dataclasses import dataclass

from chart_renderer.emphasis import part_colours
from chart_renderer.frame import period_label
from chart_renderer.look import look
from chart_renderer.numbers import format_value
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.traces import ring
from chart_renderer.typeface import Weight
from chart_renderer.typeset import shortened, width_of, wrap

_HOLE = 0.56
_GAP = 1.3  # between ring and list, in label sizes
_ROW_GAP = 0.32
_SWATCH = 0.95
_WIDEST_LIST = 0.62  # of the room
_WIDER_LIST = 0.72


@dataclass(frozen=True)
class _Part:
    """One line of the list."""

    name: list[str]
    share: str
    colour: str


@dataclass(frozen=True)
class _List:
    """The parts, broken into lines for a width."""

    parts: list[_Part]
    size: float
    width: float

    @property
    def height(self) -> float:
        lines = sum(len(part.name) for part in self.parts)
        return lines * self.size * LINE_HEIGHT + (len(self.parts) - 1) * self.size * _ROW_GAP


def draw_donut(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the spec's parts as a ring with its list, arranged so that the ring is as large as it can be."""
    room, size = sheet.plot, sheet.canvas.label_size
    gap = size * _GAP
    beside = _beside(sheet, spec)
    below = _listed(spec, size, room.width)
    across = min(room.height, room.width - beside.width - gap)
    upright = min(room.width, room.height - below.height - gap * 0.8)
    if across >= upright:
        middle = room.top + across / 2 + (room.height - across) * 0.4
        _ring(sheet, spec, Box(room.left, middle - across / 2, room.left + across, middle + across / 2))
        top = min(max(room.top, middle - beside.height / 2), room.bottom - beside.height)
        _write_list(sheet, beside, room.left + across + gap, top)
        return
    left = room.left + (room.width - upright) / 2
    _ring(sheet, spec, Box(left, room.top, left + upright, room.top + upright))
    _write_list(sheet, below, room.left + (room.width - below.width) / 2, room.bottom - below.height)


def _beside(sheet: Sheet, spec: FigureSpec) -> _List:
    """The list where it stands beside the ring: smaller, then wider, at last with names cut to a line each."""
    size, small, width = sheet.canvas.label_size, sheet.canvas.source_size, sheet.plot.width
    for found in (
        _listed(spec, size, width * _WIDEST_LIST),
        _listed(spec, small, width * _WIDEST_LIST),
        _listed(spec, small, width * _WIDER_LIST),
    ):
        if found.height <= sheet.plot.height:
            return found
    return _listed(spec, small, width * _WIDER_LIST, most_lines=1)


def _listed(spec: FigureSpec, size: float, most: float, *, most_lines: int | None = None) -> _List:
    shares = [format_value(value, spec.style, spec.language) for value in spec.series[0].values]
    beside = size * _SWATCH + max(width_of(share, size, Weight.BOLD) for share in shares) + size * 0.7
    names = [wrap(period_label(spec, at), most - beside, size) for at in range(len(spec.periods))]
    if most_lines:
        names = [shortened(lines, most_lines, most - beside, size) for lines in names]
    width = beside + max(width_of(line, size) for lines in names for line in lines)
    colours = part_colours(spec)
    return _List([_Part(*part) for part in zip(names, shares, colours, strict=True)], size, width)


def _write_list(sheet: Sheet, listed: _List, left: float, top: float) -> None:
    size, step = listed.size, listed.size * LINE_HEIGHT
    y = top
    for part in listed.parts:
        middle, half = y + step / 2, size * 0.33
        sheet.fill(Box(left, middle - half, left + 2 * half, middle + half), part.colour)
        sheet.write(Text(left + listed.width, middle, part.share, size, look().ink, Weight.BOLD, "right"))
        for line in part.name:
            sheet.write(Text(left + size * _SWATCH, y + step / 2, line, size, look().ink))
            y += step
        y += size * _ROW_GAP


def _ring(sheet: Sheet, spec: FigureSpec, box: Box) -> None:
    canvas = sheet.canvas
    sheet.traces.append(
        ring(
            values=[float(value or 0) for value in spec.series[0].values],
            marker={"colors": part_colours(spec), "line": {"color": look().paper, "width": 2}},
            domain={
                "x": [box.left / canvas.width, box.right / canvas.width],
                "y": [1 - box.bottom / canvas.height, 1 - box.top / canvas.height],
            },
            hole=_HOLE,
        )
    )
