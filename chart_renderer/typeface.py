"""Which letters figures are set in: a family and its files, as values. ``typeset`` measures with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

FAMILY = "Source Sans 3"
FONTS_FOLDER = Path(__file__).resolve().parent / "fonts"


class Weight(IntEnum):
    """The three weights that are used, by their CSS number."""

    REGULAR = 400
    SEMIBOLD = 600
    BOLD = 700


FONT_FILES = {
    Weight.REGULAR: "SourceSans3-Regular.ttf",
    Weight.SEMIBOLD: "SourceSans3-Semibold.ttf",
    Weight.BOLD: "SourceSans3-Bold.ttf",
}
_PLACES = {weight: place for place, weight in enumerate(Weight)}


@dataclass(frozen=True)
class Typeface:
    """A family and the TTF of each weight, the lightest first. One file may serve two weights."""

    family: str
    files: tuple[str, str, str]

    def file(self, weight: Weight) -> str:
        return self.files[_PLACES[weight]]


def house_typeface(folder: Path = FONTS_FOLDER) -> Typeface:
    """Source Sans 3, from a folder that holds its files."""
    regular, semibold, bold = (str(folder / FONT_FILES[weight]) for weight in Weight)
    return Typeface(FAMILY, (regular, semibold, bold))


HOUSE_TYPEFACE = house_typeface()
_IN_USE: ContextVar[Typeface] = ContextVar("typeface", default=HOUSE_TYPEFACE)


@contextmanager
def set_in(typeface: Typeface) -> Iterator[None]:
    """Text is measured in this typeface while the block runs, here and in no other thread or task."""
    before = _IN_USE.set(typeface)
    try:
        yield
    finally:
        _IN_USE.reset(before)


def typeface_in_use() -> Typeface:
    """What text is measured in now."""
    return _IN_USE.get()
