"""Text measured with the very font files the browser draws with, so that what fits here fits in the picture."""

import re
from enum import IntEnum
from functools import cache
from pathlib import Path

from PIL import ImageFont

from chart_renderer.errors import FontMissing

FAMILY = "Source Sans 3"
FONTS_FOLDER = Path(__file__).resolve().parent / "fonts"
ELLIPSIS = "…"
_INSIDE_NUMBERS = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|%|kr\b|mrd\.|mill\.)|(?<=mrd\.) (?=kr\b)|(?<=mill\.) (?=kr\b)")
_UNIT = 100  # measured large, because hinting rounds small sizes


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


def check_fonts(folder: Path = FONTS_FOLDER) -> None:
    """Raise ``FontMissing`` unless every weight is there as a TTF of the right family."""
    for weight, name in FONT_FILES.items():
        path = folder / name
        if not path.is_file():
            raise FontMissing(f"{name} mangler")
        try:
            found = ImageFont.truetype(path, 10).getname()
        except OSError as error:
            raise FontMissing(f"{name} kan ikke leses") from error
        if not (found[0] or "").startswith(FAMILY):
            raise FontMissing(f"{name} er «{found[0]}», vekt {int(weight)} skal være {FAMILY}")


@cache
def _font(weight: Weight) -> ImageFont.FreeTypeFont:
    check_fonts()
    return ImageFont.truetype(FONTS_FOLDER / FONT_FILES[weight], _UNIT)


@cache
def _drawn(character: str, weight: Weight) -> bool:
    """Whether the typeface has this character. A closed font set draws an empty box for one it has not."""
    font = _font(weight)
    unknown = font.getmask("\U0010ffff")
    mask = font.getmask(character)
    return character.isspace() or (mask.size, bytes(mask)) != (unknown.size, bytes(unknown))


def drawable(text: str, weight: Weight = Weight.REGULAR) -> str:
    """The text as it can be set: no characters the typeface lacks (emoji, mostly), single spaces, numbers whole."""
    kept = "".join(character for character in text if character == " " or _drawn(character, weight))
    single = " ".join(filter(None, kept.split(" ")))  # not split(): that would eat U+00A0
    return _INSIDE_NUMBERS.sub("\u00a0", single)


@cache
def width_of(text: str, size: float, weight: Weight = Weight.REGULAR) -> float:
    """Width in layout pixels."""
    return float(_font(weight).getlength(text)) * size / _UNIT


def wrap(text: str, width: float, size: float, weight: Weight = Weight.REGULAR) -> list[str]:
    """The text in lines no wider than ``width``; a word that is wider by itself is broken with a hyphen."""
    lines: list[str] = []
    line = ""
    for word in _breakable(text.split(" "), width, size, weight):
        candidate = f"{line} {word}" if line else word
        if line and width_of(candidate, size, weight) > width:
            lines.append(line)
            line = word
        else:
            line = candidate
    return [*lines, line] if line else lines


def balanced(text: str, width: float, size: float, weight: Weight = Weight.REGULAR) -> list[str]:
    """As few lines as ``wrap`` needs, as even as they can be."""
    lines = wrap(text, width, size, weight)
    narrow = width
    while len(lines) > 1 and narrow > width * 0.4:
        narrow -= width * 0.03
        tried = wrap(text, narrow, size, weight)
        if len(tried) > len(lines) or any(line.endswith("-") for line in tried):
            return lines
        lines = tried
    return lines


def shortened(lines: list[str], most: int, width: float, size: float, weight: Weight = Weight.REGULAR) -> list[str]:
    """At most that many lines, the last one ending in an ellipsis if something had to go."""
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(last + ELLIPSIS, size, weight) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip(" ,;–") + ELLIPSIS]


def _breakable(words: list[str], width: float, size: float, weight: Weight) -> list[str]:
    """Words that each fit: too long ones are parted after their own hyphens first, then wherever they must be."""
    fitting: list[str] = []
    for word in words:
        rest = word
        while width_of(rest, size, weight) > width and len(rest) > 1:
            cut = _cut(rest, width, size, weight)
            fitting.append(rest[:cut] if rest[cut - 1] in "-/" else rest[:cut] + "-")
            rest = rest[cut:]
        fitting.append(rest)
    return fitting


def _cut(word: str, width: float, size: float, weight: Weight) -> int:
    most = max(
        (at for at in range(1, len(word)) if width_of(word[:at] + "-", size, weight) <= width),
        default=1,
    )
    own = max((at for at in range(2, most + 1) if word[at - 1] in "-/"), default=0)
    return own or most
