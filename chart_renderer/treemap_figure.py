"""One whole in many parts: rectangles as large as their parts, the largest first, each with its name and share.

Parts too small for their name carry a number and are named under the picture; parts too small for a number are
shown together as the rest. The table, the alt text and the CSV name them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from chart_renderer.derived import rest_name
from chart_renderer.errors import SpecInvalid
from chart_renderer.frame import period_label
from chart_renderer.look import look
from chart_renderer.numbers import format_value
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.typeface import Weight
from chart_renderer.typeset import width_of, wrap

_SEAM = 2.0  # white, between rectangles
_PAD = 0.35  # in text sizes
_BETWEEN = 0.9  # between two names in the list, in text sizes
_LISTED = 0.5
_MOST_ROWS = 4  # of names under the picture
_LEAST_TILES = 0.5  # of the room; more names than that leave are gathered instead


@dataclass(frozen=True)
class _Part:
    """One rectangle."""

    name: str
    value: Decimal
    share: str
    colour: str
    rest: bool = False  # small ones gathered


@dataclass(frozen=True)
class _Words:
    """What stands in a rectangle: the lines of its name, and its share on a line of its own or after the last."""

    lines: list[str]
    size: float
    beside: bool = False


@dataclass(frozen=True)
class _Arrangement:
    """Where everything stands; ``listed`` are the parts whose names stand under the picture, by their number."""

    tiles: list[tuple[_Part, Box, _Words]]
    listed: list[list[tuple[str, _Part]]]
    plot: Box


def draw_treemap(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the spec's parts on a framed sheet, with as much of the whole named in its place as there is room for."""
    parts = _parts(spec)
    counts = [0, *range(2, len(parts))]
    tried = ((count, next(_arrangements(sheet, _gathered(parts, count, spec)), None)) for count in counts)
    found = [(_unsaid(arranged), count, arranged) for count, arranged in tried if arranged is not None]
    if not found:
        raise SpecInvalid(f"Delene i «{spec.title}» får ikke plass på formatet {sheet.canvas.id}: kort ned navnene.")
    _draw(sheet, min(found, key=lambda each: each[:2])[2])


def _unsaid(arranged: _Arrangement) -> float:
    """How much of the whole does not say in its place what it is: gathered, or half as bad, listed."""
    numbered = sum(float(part.value) for row in arranged.listed for _, part in row)
    rest = sum(float(part.value) for part, *_ in arranged.tiles if part.rest)
    return rest + numbered * _LISTED


def squarified(values: list[float], room: Box) -> list[Box]:
    """A rectangle for each value, largest first, in proportion and as near square as they can be (Bruls 2000)."""
    boxes: list[Box] = []
    left, total = room, sum(values)
    at = 0
    while at < len(values):
        short = min(left.width, left.height)
        scale = left.width * left.height / total if total else 0.0
        count = 1
        while at + count < len(values) and _worst(values[at : at + count + 1], short, scale) <= _worst(
            values[at : at + count], short, scale
        ):
            count += 1
        row = values[at : at + count]
        boxes += _row(row, left, sum(row) / total if total else 0.0)
        left = _beyond(left, sum(row) / total if total else 0.0)
        total -= sum(row)
        at += count
    return boxes


def _worst(row: list[float], short: float, scale: float) -> float:
    """How far from square the least square of a row is."""
    area = sum(row) * scale
    if not area or not min(row) or not short:
        return float("inf")
    return max(short**2 * max(row) * scale / area**2, area**2 / (short**2 * min(row) * scale))


def _row(row: list[float], room: Box, share: float) -> Iterator[Box]:
    """A row along the short side that takes its share of the room."""
    done, total = 0.0, sum(row) or 1.0
    for value in row:
        start, end = done / total, (done + value) / total
        if room.width >= room.height:
            right = room.left + room.width * share
            yield Box(room.left, room.top + room.height * start, right, room.top + room.height * end)
        else:
            bottom = room.top + room.height * share
            yield Box(room.left + room.width * start, room.top, room.left + room.width * end, bottom)
        done += value


def _beyond(room: Box, share: float) -> Box:
    if room.width >= room.height:
        return Box(room.left + room.width * share, room.top, room.right, room.bottom)
    return Box(room.left, room.top + room.height * share, room.right, room.bottom)


def _parts(spec: FigureSpec) -> list[_Part]:
    """The parts that take any room; the first four coloured, or the one put forward."""
    there = [at for at, value in enumerate(spec.series[0].values) if value]
    return [
        _Part(
            period_label(spec, at),
            value := spec.series[0].values[at] or Decimal(0),
            format_value(value, spec.style, spec.language),
            (look().series[0] if spec.periods[at] == spec.highlight else look().rest)
            if spec.highlight
            else look().colour_of(place),
        )
        for place, at in enumerate(there)
    ]


def _gathered(parts: list[_Part], count: int, spec: FigureSpec) -> list[_Part]:
    """So many of the smallest as one part at the end; never the one put forward."""
    if not count:
        return parts
    forward = look().series[0] if spec.highlight else ""
    small = [part for part in parts if part.colour != forward][-count:]
    value = sum((part.value for part in small), Decimal(0))
    rest = _Part(rest_name(spec), value, format_value(value, spec.style, spec.language), look().rest, rest=True)
    return [*(part for part in parts if part not in small), rest]


def _arrangements(sheet: Sheet, parts: list[_Part]) -> Iterator[_Arrangement]:
    """Ways to set them, with few names under the picture first."""
    outer, size = sheet.plot, sheet.canvas.source_size
    for rows in range(_MOST_ROWS + 1):
        taken = rows * size * LINE_HEIGHT + (size * 0.4 if rows else 0)
        if taken > outer.height * _LEAST_TILES:
            return
        plot = Box(outer.left, outer.top, outer.right, outer.bottom - taken)
        order = sorted(parts, key=lambda part: (part.rest, -part.value))
        tiles: list[tuple[_Part, Box, _Words]] = []
        listed: list[tuple[str, _Part]] = []
        for part, box in zip(order, squarified([float(part.value) for part in order], plot), strict=True):
            words = _words(part, box, sheet)
            if words is None:
                listed.append((str(len(listed) + 1), part))
                words = _number(listed[-1][0], box, size)
                if words is None:
                    break
            tiles.append((part, box, words))
        lines = _flowing(listed, size, outer.width)
        if len(tiles) == len(parts) and lines is not None and len(lines) <= rows:
            yield _Arrangement(tiles, lines, plot)


def _words(part: _Part, box: Box, sheet: Sheet) -> _Words | None:
    """The part's name and share as they fit into its rectangle, in the larger of the two small sizes that does."""
    for size in (sheet.canvas.label_size, sheet.canvas.source_size):
        wide, high = box.width - _SEAM - 2 * _PAD * size, box.height - _SEAM - _PAD * size
        share = width_of(part.share, size, Weight.BOLD)
        if any(width_of(word, size, Weight.SEMIBOLD) > wide for word in part.name.split(" ")) or share > wide:
            continue
        lines = wrap(part.name, wide, size, Weight.SEMIBOLD)
        if (len(lines) + 1) * size * LINE_HEIGHT <= high:
            return _Words(lines, size)
        one = width_of(lines[-1], size, Weight.SEMIBOLD) + size * 0.4 + share
        if one <= wide and len(lines) * size * LINE_HEIGHT <= high:
            return _Words(lines, size, beside=True)
    return None


def _number(number: str, box: Box, size: float) -> _Words | None:
    """The number that stands for a part in the list, if its rectangle holds it."""
    fits = box.width - _SEAM >= width_of(number, size, Weight.BOLD) + 4 and box.height - _SEAM >= size * 1.05
    return _Words([], size) if fits else None


def _flowing(listed: list[tuple[str, _Part]], size: float, width: float) -> list[list[tuple[str, _Part]]] | None:
    """The list in rows; None when a name is wider than the picture."""
    rows: list[list[tuple[str, _Part]]] = []
    used = 0.0
    for number, part in listed:
        wide = _listed_width(number, part, size)
        if wide > width:
            return None
        if not rows or used + wide > width:
            rows.append([])
            used = 0.0
        rows[-1].append((number, part))
        used += wide + size * _BETWEEN
    return rows


def _listed_width(number: str, part: _Part, size: float) -> float:
    bold = width_of(number, size, Weight.BOLD) + width_of(part.share, size, Weight.BOLD)
    return bold + width_of(part.name, size) + size * 0.6


def _draw(sheet: Sheet, found: _Arrangement) -> None:
    sheet.plot = found.plot
    numbers = {part.name: number for row in found.listed for number, part in row}
    half = _SEAM / 2
    for part, box, words in found.tiles:
        sheet.fill(Box(box.left + half, box.top + half, box.right - half, box.bottom - half), part.colour)
        if words.lines:
            _write_tile(sheet, part, box, words)
        else:
            x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
            sheet.write(_inside(Text(x, y, numbers[part.name], words.size, align="center"), part, Weight.BOLD))
    size = sheet.canvas.source_size
    y = found.plot.bottom + size * (0.4 + LINE_HEIGHT / 2)
    for row in found.listed:
        x = found.plot.left
        for number, part in row:
            for text, weight in ((number, Weight.BOLD), (part.name, Weight.REGULAR), (part.share, Weight.BOLD)):
                sheet.write(Text(x, y, text, size, look().ink, weight))
                x += width_of(text, size, weight) + size * 0.3
            x += size * (_BETWEEN - 0.3)
        y += size * LINE_HEIGHT


def _write_tile(sheet: Sheet, part: _Part, box: Box, words: _Words) -> None:
    size = words.size
    x, y = box.left + _SEAM / 2 + size * _PAD, box.top + _SEAM / 2 + size * (_PAD / 2 + LINE_HEIGHT / 2)
    for line in words.lines:
        sheet.write(_inside(Text(x, y, line, size), part, Weight.SEMIBOLD))
        y += size * LINE_HEIGHT
    if words.beside:
        y -= size * LINE_HEIGHT
        x += width_of(words.lines[-1], size, Weight.SEMIBOLD) + size * 0.4
    sheet.write(_inside(Text(x, y, part.share, size), part, Weight.BOLD))


def _inside(text: Text, part: _Part, weight: Weight) -> Text:
    """The text on its rectangle."""
    return Text(text.x, text.y, text.text, text.size, look().paper, weight, text.align, part.colour)
