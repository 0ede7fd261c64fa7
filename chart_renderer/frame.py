"""What surrounds the data on every figure: mark, title, subtitle, notes and source, placed by measuring.

The source line always stays whole where it fits in the lines a canvas has for it; where it does not, its middle
parts (between `` · ``) go first and its owner and date last. A subtitle gives way before the data do.
"""

from collections.abc import Sequence

from chart_renderer import theme
from chart_renderer.canvas import Canvas
from chart_renderer.numbers import unit_words
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.typeset import Weight, drawable, shortened, width_of, wrap

_PART = " · "
_LEAST_PLOT = 0.36  # of the canvas height
_PROVISIONAL = {"nb": "* Foreløpige tall.", "nn": "* Førebelse tal.", "en": "* Provisional figures."}


def framed(spec: FigureSpec, canvas: Canvas) -> Sheet:
    """A sheet with everything but the data on it; ``plot`` is the room that is left, axis labels included."""
    width = canvas.width - 2 * canvas.margin
    title_size, title = _title(drawable(spec.title, Weight.BOLD), canvas, width)
    foot = _foot(spec, canvas, width)
    foot_height = len(foot) * canvas.source_size * LINE_HEIGHT
    top: float = canvas.margin
    title_height = len(title) * title_size * 1.14
    room = canvas.height - canvas.margin - foot_height - top - title_height
    subtitle = _subtitle(spec, canvas, width, room)

    sheet = Sheet(canvas, Box(0, 0, canvas.width, canvas.height))
    sheet.fill(Box(canvas.margin, 0, canvas.margin + canvas.title_size * 1.5, _mark_height(canvas)), theme.ACCENT)
    texts = [
        Text(canvas.margin, top + (at + 0.5) * title_size * 1.14, line, title_size, theme.INK, Weight.BOLD)
        for at, line in enumerate(title)
    ]
    top += title_height + (canvas.subtitle_size * 0.2 if subtitle else 0)
    step = canvas.subtitle_size * LINE_HEIGHT
    texts += [
        Text(canvas.margin, top + (at + 0.5) * step, line, canvas.subtitle_size, theme.INK_SOFT)
        for at, line in enumerate(subtitle)
    ]
    top += len(subtitle) * step
    step = canvas.source_size * LINE_HEIGHT
    bottom = canvas.height - canvas.margin - foot_height
    texts += [
        Text(canvas.margin, bottom + (at + 0.5) * step, line, canvas.source_size, theme.INK_SOFT)
        for at, line in enumerate(foot)
    ]
    sheet.plot = Box(
        canvas.margin,
        top + canvas.label_size * 0.7,
        canvas.width - canvas.margin,
        bottom - canvas.label_size * 0.55,
    )
    sheet.write(*texts)
    return sheet


def is_provisional(spec: FigureSpec, period: int) -> bool:
    """Whether any value of this period may still change."""
    return any(series.provisional and series.provisional[period] for series in spec.series)


def period_label(spec: FigureSpec, period: int) -> str:
    """The period as it stands on the axis; an asterisk points to the note about provisional figures."""
    label = drawable(spec.periods[period])
    return f"{label}*" if is_provisional(spec, period) else label


def _mark_height(canvas: Canvas) -> float:
    return round(canvas.title_size * 0.24)


def _title(title: str, canvas: Canvas, width: float) -> tuple[float, list[str]]:
    """The largest size of the candidates at which the title fits in its lines; the last one takes what it needs."""
    tall = canvas.height > canvas.width * 0.8
    least = canvas.label_size * 1.5
    for size, most in (
        (canvas.title_size, 2),
        (max(least, canvas.title_size * 0.9), 3 if tall else 2),
        (least, 3),
        (canvas.label_size * 1.2, 4),
    ):
        lines = wrap(title, width, size, Weight.BOLD)
        if len(lines) <= most:
            return size, _balanced(lines, title, width, size)
    size = canvas.label_size * 1.1
    return size, wrap(title, width, size, Weight.BOLD)


def _balanced(lines: list[str], title: str, width: float, size: float) -> list[str]:
    """The same number of lines, but no last line with a single short word."""
    if len(lines) < 2 or width_of(lines[-1], size, Weight.BOLD) > width * 0.3:
        return lines
    narrow = width
    while narrow > width * 0.6:
        narrow -= width * 0.04
        tried = wrap(title, narrow, size, Weight.BOLD)
        if len(tried) > len(lines):
            return lines
        if width_of(tried[-1], size, Weight.BOLD) > width * 0.3:
            return tried
    return lines


def _subtitle(spec: FigureSpec, canvas: Canvas, width: float, room: float) -> list[str]:
    text = drawable(spec.subtitle) or _unit_subtitle(spec)
    if not text:
        return []
    step = canvas.subtitle_size * LINE_HEIGHT
    spare = room - canvas.height * _LEAST_PLOT - canvas.label_size * 1.5
    most = max(1, min(3, int(spare / step)))
    return shortened(wrap(text, width, canvas.subtitle_size), most, width, canvas.subtitle_size)


def _unit_subtitle(spec: FigureSpec) -> str:
    words = unit_words(spec.style.unit, spec.language)
    return words[:1].upper() + words[1:] if spec.series else ""


def _foot(spec: FigureSpec, canvas: Canvas, width: float) -> list[str]:
    """Notes first, then the source, in the lines there is room for."""
    notes = [drawable(note) for note in spec.notes]
    if any(is_provisional(spec, at) for at in range(len(spec.periods))):
        notes.insert(0, _PROVISIONAL[spec.language])
    tall = canvas.height > canvas.width * 0.8
    most = 5 if tall else 3
    lines: list[str] = []
    for note in notes:
        lines += wrap(note, width, canvas.source_size)
    source = _source(drawable(spec.source), max(1, min(most - len(lines), 3 if tall else 2)), canvas, width)
    return [*shortened(lines, max(1, most - len(source)), width, canvas.source_size), *source] if lines else source


def _source(source: str, most: int, canvas: Canvas, width: float) -> list[str]:
    parts: Sequence[str] = source.split(_PART)
    while len(parts) > 2 and len(_flow(parts, canvas, width)) > most:
        parts = [*parts[:-2], parts[-1]]
    return shortened(_flow(parts, canvas, width), most, width, canvas.source_size)


def _flow(parts: Sequence[str], canvas: Canvas, width: float) -> list[str]:
    """Lines that break between parts where they can."""
    lines: list[str] = []
    line = ""
    for part in parts:
        candidate = f"{line}{_PART}{part}" if line else part
        if line and width_of(candidate, canvas.source_size) > width:
            lines.append(line)
            line = part
        else:
            line = candidate
    return [broken for whole in [*lines, line] for broken in wrap(whole, width, canvas.source_size)]
