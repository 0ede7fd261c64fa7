"""The grid once more, as the browser lays it out: every text stands where we measured it, whole and alone."""

from collections.abc import Iterator
from itertools import combinations

import pytest

from chart_renderer.canvas import CANVASES, Canvas
from chart_renderer.errors import SpecInvalid
from chart_renderer.figure import lay_out
from chart_renderer.sheet import Box, Sheet
from chart_renderer.spec import FigureType
from tests.factories.easel import Easel, opened
from tests.gallery.figures import LANGUAGES, entries

pytestmark = pytest.mark.browser

_OFF = 2.0  # layout pixels; letters are measured at one size and drawn at another
_HIGHER = 0.12  # ems; the middle of a line of text is not the middle of its letters
_LINE = (1.2, 1.4)  # ems from the top of a line to its foot; the browser rounds both to whole pixels


@pytest.fixture(scope="module")
def easel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Easel]:
    with opened(tmp_path_factory.mktemp("easel")) as found:
        yield found


@pytest.mark.parametrize("kind", list(FigureType))
def test_every_text_stands_where_it_was_measured(easel: Easel, kind: FigureType) -> None:
    sheets = list(_sheets(kind))

    drawn = easel.boxes([sheet.figure() for _, sheet in sheets])

    faults = [
        f"{name} {sheet.canvas.id}: {fault}"
        for (name, sheet), texts in zip(sheets, drawn, strict=True)
        for fault in _faults(sheet, texts)
    ]
    assert faults == []
    assert len(sheets) >= 26  # of 30: five cases on six canvases, each in one of the languages


def _sheets(kind: FigureType) -> Iterator[tuple[str, Sheet]]:
    """Every case on every canvas; the languages take turns."""
    for place, entry in enumerate(entries(kind)):
        for turn, canvas in enumerate(CANVASES.values()):
            if LANGUAGES[(place // len(LANGUAGES) + turn) % len(LANGUAGES)] != entry.language:
                continue
            try:
                yield entry.name, lay_out(entry.spec, canvas)
            except SpecInvalid:
                continue  # too long for this canvas, which the grid without a browser counts


def _faults(sheet: Sheet, drawn: list[tuple[str, Box]]) -> Iterator[str]:
    if len(drawn) != len(sheet.texts):
        yield f"{len(drawn)} texts instead of {len(sheet.texts)}"
        return
    for text, (said, box) in zip(sheet.texts, drawn, strict=True):
        measured = text.box
        if said != text.text:
            yield f"«{said}» instead of «{text.text}»"
        if abs(box.left - measured.left) > _OFF or abs(box.right - measured.right) > _OFF:
            yield f"«{said}» is at {box.left:.1f}–{box.right:.1f}, not {measured.left:.1f}–{measured.right:.1f}"
        if abs(box.top + box.bottom - measured.top - measured.bottom) / 2 > text.size * _HIGHER:
            yield f"«{said}» is {(box.top + box.bottom - measured.top - measured.bottom) / 2:.1f} lower"
        if not _LINE[0] <= box.height / text.size <= _LINE[1]:
            yield f"«{said}» is {box.height:.1f} high at size {text.size}"
        if _cut(box, sheet.canvas):
            yield f"«{said}» is cut"
    inks = [(said, _ink(box, text.size)) for text, (said, box) in zip(sheet.texts, drawn, strict=True)]
    for (one, first), (other, second) in combinations(inks, 2):
        if first.overlaps(second):
            yield f"«{one}» lies on «{other}»"


def _ink(box: Box, size: float) -> Box:
    """Without the empty part of the line above and below the letters."""
    middle = (box.top + box.bottom) / 2
    return Box(box.left, middle - size / 2, box.right, middle + size / 2)


def _cut(box: Box, canvas: Canvas) -> bool:
    return box.left < 0 or box.top < 0 or box.right > canvas.width or box.bottom > canvas.height
