"""Every type on every canvas in every language, on easy and on awkward data: what must hold for each of them."""

import re
from collections.abc import Iterator
from itertools import combinations, product

import plotly.io as pio
import pytest

from chart_renderer.alt_text import alt_text, last_value
from chart_renderer.canvas import CANVASES
from chart_renderer.contrast import contrast
from chart_renderer.derived import drawn
from chart_renderer.errors import SpecInvalid
from chart_renderer.figure import lay_out
from chart_renderer.numbers import format_number
from chart_renderer.sheet import Sheet
from chart_renderer.spec import FigureSpec, FigureType
from tests.gallery.figures import entries
from tests.gallery.words import LONG_NAMES, MORE_NAMES, SECTORS, SOURCE, TITLE

_SAFE = 24
_SAYS_ITS_LAST = (FigureType.LINE, FigureType.COLUMN, FigureType.AREA)
_OF_CATEGORIES = (
    FigureType.COLUMN,
    FigureType.STACKED_COLUMN,
    FigureType.SHARE_COLUMN,
    FigureType.BAR,
    FigureType.DONUT,
    FigureType.TREEMAP,
)
_ENGLISH_MONTH = re.compile(r"\b(January|February|March|May|June|July|August|October|December)\b")
_PARTED = re.compile(r"\d \d{3}\b|\d %")
_PLOTLYS_OWN = tuple(pio.templates["plotly"].layout.colorway)
_ASCII_MINUS = re.compile(r"(?<!\S)-\d")


@pytest.mark.parametrize("canvas_id", list(CANVASES))
@pytest.mark.parametrize("kind", list(FigureType))
def test_it_draws_the_whole_grid_without_a_fault(kind: FigureType, canvas_id: str) -> None:
    faults: list[str] = []
    for entry in entries(kind):
        try:
            sheet = lay_out(entry.spec, CANVASES[canvas_id])
        except SpecInvalid:
            faults.append(f"{entry.name}: refused")
            continue
        found = [*_places(sheet), *_looks(sheet), *_numbers(sheet, entry.language), *_words(sheet, entry.spec)]
        faults += [f"{entry.name}: {fault}" for fault in found]

    assert faults == []


@pytest.mark.parametrize("canvas_id", list(CANVASES))
@pytest.mark.parametrize("kind", _OF_CATEGORIES)
def test_it_finds_room_for_one_to_twelve_categories(kind: FigureType, canvas_id: str) -> None:
    names = (*SECTORS["nb"], *LONG_NAMES["nb"], MORE_NAMES["nb"])
    parts = kind in (FigureType.DONUT, FigureType.TREEMAP)

    for count, several in product(range(1, 13), (1,) if parts else (1, 3)):
        series = [
            {"name": name, "values": [10 * index + 7 * at + 5 for at in range(count)]}
            for index, name in enumerate(names[:several])
        ]
        around = {"type": kind, "language": "nb", "title": TITLE["nb"], "source": SOURCE["nb"]}
        spec = FigureSpec.model_validate(around | {"periods": names[:count], "series": series})

        assert list(_places(lay_out(spec, CANVASES[canvas_id]))) == []


def test_the_grid_is_large_enough() -> None:
    assert len(CANVASES) * sum(1 for kind in FigureType for _ in entries(kind)) >= 1000


def _places(sheet: Sheet) -> Iterator[str]:
    width, height = sheet.canvas.width, sheet.canvas.height
    boxes = [(text.text, text.box) for text in sheet.texts]
    for said, box in boxes:
        if (
            box.left < _SAFE - 0.5
            or box.right > width - _SAFE + 0.5
            or box.top < _SAFE - 1
            or box.bottom > height - _SAFE + 1
        ):
            yield f"«{said}» is outside the safe area"
    for (one, first), (other, second) in combinations(boxes, 2):
        if first.overlaps(second):
            yield f"«{one}» overlaps «{other}»"


def _looks(sheet: Sheet) -> Iterator[str]:
    for text in sheet.texts:
        if sheet.canvas.displayed(text.size) < 11:
            yield f"«{text.text}» is too small"
        if contrast(text.colour, text.ground) < 4.5:
            yield f"«{text.text}» is too pale"
    data = str(sheet.traces)
    if any(colour in data for colour in _PLOTLYS_OWN):
        yield "has a colour of Plotly's own"


def _numbers(sheet: Sheet, language: str) -> Iterator[str]:
    for text in sheet.texts:
        if _PARTED.search(text.text) or _ASCII_MINUS.search(text.text):
            yield f"«{text.text}» has a number that can break, or a hyphen for a minus"
        if language == "en" and "\u00a0%" in text.text:
            yield f"«{text.text}» has a space before its per cent sign"
        if language != "en" and (_ENGLISH_MONTH.search(text.text) or re.search(r"\d%", text.text)):
            yield f"«{text.text}» is not Norwegian"


def _words(sheet: Sheet, spec: FigureSpec) -> Iterator[str]:
    """The alt text says the newest value, and so does the picture where its type always prints it."""
    said, shown = alt_text(spec), " ".join(text.text for text in sheet.texts)
    if spec.of_cards or not spec.over_time:
        return
    found = drawn(spec)
    for series in found.series:
        newest = last_value(series)
        if newest is None:
            continue
        number = format_number(newest[1], found.style.decimals, spec.language)
        if number not in said:
            yield f"the alt text does not say {number}"
        if len(found.series) == 1 and spec.type in _SAYS_ITS_LAST and number not in shown:
            yield f"the picture does not say {number}"
