"""What surrounds the data on every figure: mark, title, subtitle, notes and source, placed by measuring.

The data keep a share of the height. Where long texts would take it, they give way in a fixed order: the subtitle
to one line, the notes to one, the source to its owner and date, at last the title to two lines, then to one.
Whatever is left out of the picture stands in its alt text, its description and beside the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chart_renderer.canvas import Canvas
from chart_renderer.look import look
from chart_renderer.marks import break_notes
from chart_renderer.numbers import unit_words
from chart_renderer.sheet import LINE_HEIGHT, Box, Sheet, Text
from chart_renderer.spec import FigureSpec
from chart_renderer.typeface import Weight
from chart_renderer.typeset import drawable, shortened, width_of, wrap

_PART = " · "
_LEAST_PLOT = 0.34  # of the canvas height, axis labels included
_LEAST_WITH_NAMES = 0.45  # the same where the names of three or four series need room, too
_TITLE_STEP = 1.14
_LOGO_HEIGHT = 2.0  # in sizes of the source's text
_LOGO_WIDEST = 0.16  # of the canvas
_PROVISIONAL = {"nb": "* Foreløpige tall.", "nn": "* Førebelse tal.", "en": "* Provisional figures."}


@dataclass(frozen=True)
class _Economy:
    """How many lines each text may take at most."""

    title: int
    subtitle: int
    notes: int
    source: int


_ONE_LINE_EACH = _Economy(1, 1, 1, 1)
_LOW = (
    _Economy(3, 2, 2, 2),
    _Economy(3, 1, 2, 2),
    _Economy(3, 1, 1, 2),
    _Economy(3, 1, 1, 1),
    _Economy(2, 1, 1, 1),
    _ONE_LINE_EACH,
)
_TALL = (
    _Economy(4, 3, 3, 3),
    _Economy(4, 2, 2, 3),
    _Economy(4, 2, 2, 2),
    _Economy(3, 1, 1, 2),
    _Economy(2, 1, 1, 1),
    _ONE_LINE_EACH,
)


@dataclass(frozen=True)
class _Texts:
    """The lines around the data, for one economy."""

    title_size: float
    title: list[str]
    subtitle: list[str]
    foot: list[str]
    logo: Box | None

    def head_height(self, canvas: Canvas) -> float:
        between = canvas.subtitle_size * 0.2 if self.subtitle else 0
        subtitle = len(self.subtitle) * canvas.subtitle_size * LINE_HEIGHT
        return canvas.head + len(self.title) * self.title_size * _TITLE_STEP + between + subtitle

    def foot_height(self, canvas: Canvas) -> float:
        return canvas.tail + max(self.foot_lines(canvas), self.logo.height if self.logo else 0)

    def foot_lines(self, canvas: Canvas) -> float:
        return len(self.foot) * canvas.source_size * LINE_HEIGHT

    def room(self, canvas: Canvas) -> Box:
        return Box(
            canvas.margin,
            self.head_height(canvas) + canvas.label_size * 0.8,
            canvas.width - canvas.margin,
            canvas.height - self.foot_height(canvas) - canvas.label_size * 0.6,
        )


THRIFTS = range(len(_LOW))
"""How sparing ``framed`` can be asked to be with lines of text, from not at all."""


def framed(spec: FigureSpec, canvas: Canvas, thrift: int = 0) -> Sheet:
    """A sheet with everything but the data on it; ``plot`` is the room that is left, axis labels included."""
    texts = _fitting(spec, canvas, thrift)
    sheet = Sheet(canvas, texts.room(canvas))
    mark_height = round(canvas.title_size * 0.22)
    sheet.fill(Box(canvas.margin, 0, canvas.margin + canvas.title_size * 1.5, mark_height), look().accent)
    _write_lines(sheet, texts.title, canvas.head, (texts.title_size, _TITLE_STEP, look().ink, Weight.BOLD))
    top = texts.head_height(canvas) - len(texts.subtitle) * canvas.subtitle_size * LINE_HEIGHT
    _write_lines(sheet, texts.subtitle, top, (canvas.subtitle_size, LINE_HEIGHT, look().ink_soft, Weight.REGULAR))
    sheet.logo = texts.logo
    top = canvas.height - canvas.tail - texts.foot_lines(canvas)
    _write_lines(sheet, texts.foot, top, (canvas.source_size, LINE_HEIGHT, look().ink_soft, Weight.REGULAR))
    return sheet


def is_provisional(spec: FigureSpec, period: int) -> bool:
    """Whether any value of this period may still change."""
    return any(series.provisional and series.provisional[period] for series in spec.series)


def period_label(spec: FigureSpec, period: int) -> str:
    """The period as it stands on the axis; an asterisk points to the note about provisional figures."""
    label = drawable(spec.periods[period])
    return f"{label}*" if is_provisional(spec, period) else label


def _write_lines(sheet: Sheet, lines: list[str], top: float, look: tuple[float, float, str, Weight]) -> None:
    size, step, colour, weight = look
    sheet.write(
        *(
            Text(sheet.canvas.margin, top + (at + 0.5) * size * step, line, size, colour, weight)
            for at, line in enumerate(lines)
        )
    )


def _fitting(spec: FigureSpec, canvas: Canvas, thrift: int) -> _Texts:
    """The texts under the first economy that leaves the data their share; under the last one in any case."""
    economies = (_TALL if canvas.height > canvas.width * 0.8 else _LOW)[thrift:]
    least = canvas.height * (_LEAST_WITH_NAMES if len(spec.series) > 2 else _LEAST_PLOT)
    for economy in economies:
        texts = _texts(spec, canvas, economy)
        if texts.room(canvas).height >= least:
            return texts
    return _texts(spec, canvas, economies[-1])


def _texts(spec: FigureSpec, canvas: Canvas, economy: _Economy) -> _Texts:
    width = canvas.width - 2 * canvas.margin
    size, title = _title(drawable(spec.title, Weight.BOLD), canvas, width, economy.title)
    subtitle = wrap(drawable(spec.subtitle) or _unit_subtitle(spec), width, canvas.subtitle_size)
    logo = _logo_box(canvas)
    foot = width - (logo.width + canvas.source_size if logo else 0)
    notes = wrap(_notes(spec), foot, canvas.source_size)
    return _Texts(
        size,
        title,
        shortened(subtitle, economy.subtitle, width, canvas.subtitle_size),
        [
            *shortened(notes, economy.notes, foot, canvas.source_size),
            *_source(drawable(spec.source), economy.source, canvas, foot),
        ],
        logo,
    )


def _title(title: str, canvas: Canvas, width: float, most: int) -> tuple[float, list[str]]:
    """The largest size at which the title takes few lines; a very long one is set smaller, then shortened."""
    least = canvas.label_size * 1.5
    for size, lines_at_most in ((canvas.title_size, 2), (max(least, canvas.title_size * 0.9), 2), (least, most)):
        lines = wrap(title, width, size, Weight.BOLD)
        if len(lines) <= lines_at_most:
            return size, _balanced(lines, title, width, size)
    size = canvas.label_size * 1.2
    return size, shortened(wrap(title, width, size, Weight.BOLD), most, width, size, Weight.BOLD)


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


def _logo_box(canvas: Canvas) -> Box | None:
    """Where the look's logo stands: in the lower right corner, beside the source, which leaves it room."""
    logo = look().logo
    if logo is None:
        return None
    width = min(canvas.source_size * _LOGO_HEIGHT * logo.shape, canvas.width * _LOGO_WIDEST)
    right, bottom = canvas.width - canvas.margin, canvas.height - canvas.tail
    return Box(right - width, bottom - width / logo.shape, right, bottom)


def _unit_subtitle(spec: FigureSpec) -> str:
    words = unit_words(spec.style.unit, spec.language)
    return words[:1].upper() + words[1:] if spec.series else ""


def _notes(spec: FigureSpec) -> str:
    loose = any(is_provisional(spec, at) for at in range(len(spec.periods)))
    notes = [_PROVISIONAL[spec.language]] if loose else []
    notes += break_notes(spec)
    notes += [note if note.endswith(".") else f"{note}." for note in map(drawable, spec.notes) if note]
    return " ".join(notes)


def _source(source: str, most: int, canvas: Canvas, width: float) -> list[str]:
    """The source in its lines: middle parts go first, then the end of the owner's name, never the date."""
    parts: Sequence[str] = source.split(_PART)
    while len(parts) > 2 and len(_flow(parts, canvas, width)) > most:
        parts = [*parts[:-2], parts[-1]]
    together = wrap(_PART.join(parts), width, canvas.source_size)
    lines = min(_flow(parts, canvas, width), together, key=len)
    if len(lines) <= most or len(parts) < 2:
        return shortened(lines, most, width, canvas.source_size)
    date = f"{_PART}{parts[-1]}"
    room = width - width_of(date, canvas.source_size)
    owner = wrap(parts[0], room, canvas.source_size)
    return [shortened(owner, 1, room, canvas.source_size)[0] + date]


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
