"""Key figures: one to four panels with a big number each, or rows where the canvas is too low for panels."""

from dataclasses import dataclass, replace

from chart_renderer.look import look
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec, KeyFigureCard
from chart_renderer.typeface import Weight
from chart_renderer.typeset import balanced, drawable, shortened, width_of, wrap
from chart_renderer.words import WORDS

_GAP = 0.7  # between panels, in label sizes
_PAD = 0.75
_EDGE = 0.2  # the coloured edge of a panel
_GRIDS = {1: ((1, 1),), 2: ((2, 1), (1, 2)), 3: ((3, 1), (1, 3)), 4: ((2, 2), (1, 4))}
_VALUE_SIZES = (4.4, 3.7, 3.0, 2.6, 2.2, 1.9, 1.7)  # of the label size
_CHANGE_GAP = 0.1
_ROW_STEP = 1.08


@dataclass(frozen=True)
class _Panel:
    """One card's text, broken into lines for a panel of a given width."""

    label: list[str]
    value: str
    change: list[str]
    before: str = ""
    edge: str = ""


def draw_cards(sheet: Sheet, spec: FigureSpec) -> None:
    """Draw the cards in the grid that lets the numbers be largest, else as rows."""
    for most_lines in (1, 2):
        for size in _VALUE_SIZES:
            for columns, rows in _GRIDS[len(spec.cards)]:
                boxes = _grid(sheet, columns, rows)
                panels = [_panel(card, boxes[0].width - _inset(sheet), sheet) for card in spec.cards]
                if all(_fits(panel, boxes[0], size, sheet, most_lines) for panel in panels):
                    _draw_panels(sheet, boxes, panels, size, WORDS[spec.language].published)
                    return
    _draw_rows(sheet, spec)


def _inset(sheet: Sheet) -> float:
    return sheet.canvas.label_size * (2 * _PAD + _EDGE)


def _grid(sheet: Sheet, columns: int, rows: int) -> list[Box]:
    plot, gap = sheet.plot, sheet.canvas.label_size * _GAP
    width = (plot.width - gap * (columns - 1)) / columns
    height = (plot.height - gap * (rows - 1)) / rows
    return [
        Box(
            plot.left + column * (width + gap),
            plot.top + row * (height + gap),
            plot.left + column * (width + gap) + width,
            plot.top + row * (height + gap) + height,
        )
        for row in range(rows)
        for column in range(columns)
    ]


def _panel(card: KeyFigureCard, width: float, sheet: Sheet) -> _Panel:
    size = sheet.canvas.label_size
    return _Panel(
        balanced(drawable(card.label), width, size),
        drawable(card.value, Weight.BOLD),
        balanced(drawable(card.change), width, size),
        drawable(card.before),
        look().accent if card.before else look().series[0],
    )


def _height(panel: _Panel, value_size: float, size: float) -> float:
    lines = len(panel.label) + len(panel.change) + (1 if panel.before else 0)
    return lines * size * LINE_HEIGHT + value_size * size * 1.08 + size * _CHANGE_GAP


def _fits(panel: _Panel, box: Box, value_size: float, sheet: Sheet, most_lines: int) -> bool:
    size = sheet.canvas.label_size
    wide = max(width_of(panel.value, value_size * size, Weight.BOLD), width_of(panel.before, size) + size * 4)
    tall = _height(panel, value_size, size) + size * _PAD * 1.2
    return wide <= box.width - _inset(sheet) and tall <= box.height and len(panel.change) <= most_lines


def _draw_panels(sheet: Sheet, boxes: list[Box], panels: list[_Panel], value_size: float, published: str) -> None:
    size = sheet.canvas.label_size
    label_rows = max(len(panel.label) for panel in panels)
    for box, panel in zip(boxes, panels, strict=False):
        sheet.fill(box, look().panel)
        sheet.fill(Box(box.left, box.top, box.left + size * _EDGE, box.bottom), panel.edge)
        x = box.left + size * (_EDGE + _PAD)
        tallest = max(_height(each, value_size, size) for each in panels)
        y = box.top + (box.height - tallest) / 2
        y += (label_rows - len(panel.label)) * size * LINE_HEIGHT
        for line in panel.label:
            sheet.write(_on_panel(x, y + size * LINE_HEIGHT / 2, line, size))
            y += size * LINE_HEIGHT
        if panel.before:
            before = _on_panel(x, y + size * LINE_HEIGHT / 2, published, size)
            sheet.write(before)
            _strike(sheet, replace(before, x=before.box.right + size * 0.35, text=panel.before))
            y += size * LINE_HEIGHT
        big = value_size * size
        sheet.write(Text(x, y + big * 0.54, panel.value, big, look().series[0], Weight.BOLD, ground=look().panel))
        y += big * 1.08 + size * _CHANGE_GAP
        for line in panel.change:
            sheet.write(_on_panel(x, y + size * LINE_HEIGHT / 2, line, size, look().ink))
            y += size * LINE_HEIGHT


def _strike(sheet: Sheet, text: Text) -> None:
    """A number that no longer holds."""
    sheet.write(text)
    box = text.box
    sheet.fill(Box(box.left - 2, text.y - 0.5, box.right + 2, text.y + 1.5), look().accent, "above")


def _on_panel(x: float, y: float, text: str, size: float, colour: str = "") -> Text:
    return Text(x, y, text, size, colour or look().ink_soft, ground=look().panel)


def _draw_rows(sheet: Sheet, spec: FigureSpec) -> None:
    """The number at the left, what it is and how it changed at the right, a thin line between rows."""
    small, room = sheet.canvas.source_size, sheet.plot
    plot = sheet.plot = Box(room.left, room.top - small * 0.35, room.right, room.bottom + small * 0.15)
    height = plot.height / len(spec.cards)
    step = small * _ROW_STEP
    size = min(height * 0.72, sheet.canvas.label_size * 1.9)
    values = [drawable(card.value, Weight.BOLD) for card in spec.cards]
    while max(width_of(value, size, Weight.BOLD) for value in values) > plot.width * 0.42 and size > small:
        size -= 1
    column = max(width_of(value, size, Weight.BOLD) for value in values)
    x = plot.left + column + small * 1.1
    for row, (card, value) in enumerate(zip(spec.cards, values, strict=True)):
        top = plot.top + row * height
        if row and height > 2 * step + small * 0.3:
            sheet.fill(Box(plot.left, top - 0.5, plot.right, top + 0.5), look().rule)
        middle = top + height / 2
        sheet.write(Text(plot.left + column, middle, value, size, look().series[0], Weight.BOLD, "right"))
        lines = _row_lines(card, plot.right - x, small, max(1, int(height / step)), spec.language)
        for at, (line, colour, weight) in enumerate(lines):
            y = middle + (at - (len(lines) - 1) / 2) * step
            sheet.write(Text(x, y, line, small, colour, weight))


def _said_of(card: KeyFigureCard, language: str) -> str:
    """What stands under a row's label; a correction says first what was published."""
    if not card.before:
        return card.change
    before = f"{WORDS[language].earlier} {card.before}"
    return f"{before}. {card.change}" if card.change else before


def _row_lines(
    card: KeyFigureCard, width: float, size: float, most: int, language: str
) -> list[tuple[str, str, Weight]]:
    change = wrap(drawable(_said_of(card, language)), width, size)
    if card.before and len(change) > most - 1:  # what was published stays before anything else
        change = wrap(drawable(_said_of(card.model_copy(update={"change": ""}), language)), width, size)
    label = wrap(drawable(card.label, Weight.SEMIBOLD), width, size, Weight.SEMIBOLD)
    if card.before and most == 1:
        both = f"{drawable(card.label)}: {WORDS[language].published.lower()} {drawable(card.before)}"
        return [(shortened(wrap(both, width, size), 1, width, size)[0], look().ink, Weight.REGULAR)]
    label = shortened(label, max(1, most - len(change)), width, size, Weight.SEMIBOLD)
    change = shortened(change, max(0, most - len(label)), width, size) if most > len(label) else []
    return [
        *((line, look().ink, Weight.SEMIBOLD) for line in label),
        *((line, look().ink_soft, Weight.REGULAR) for line in change),
    ]
