"""Text measured with the very font files the browser draws with, so that what fits here fits in the picture."""

import re
from functools import cache
from pathlib import Path

from PIL import ImageFont

from chart_renderer.errors import FontMissing
from chart_renderer.typeface import Typeface, Weight, typeface_in_use

ELLIPSIS = "…"
_LOOSE = " ,;–"
_LEAST_PART = 3  # letters before and after a hyphen
_VOWELS = frozenset("aeiouyæøå")
_INSIDE_NUMBERS = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|%|kr\b|mrd\.|mill\.)|(?<=mrd\.) (?=kr\b)|(?<=mill\.) (?=kr\b)")
_UNIT = 100  # measured large, because hinting rounds small sizes


def check_typeface(typeface: Typeface) -> None:
    """Raise ``FontMissing`` unless every weight is there as a TTF of the right family."""
    for weight in Weight:
        path = Path(typeface.file(weight))
        if not path.is_file():
            raise FontMissing(f"{path.name} mangler", typeface.family)
        try:
            found = ImageFont.truetype(path, 10).getname()
        except OSError as error:
            raise FontMissing(f"{path.name} kan ikke leses", typeface.family) from error
        if not (found[0] or "").startswith(typeface.family):
            detail = f"{path.name} er «{found[0]}», vekt {int(weight)} skal være {typeface.family}"
            raise FontMissing(detail, typeface.family)


@cache
def _font(path: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, _UNIT)


@cache
def _drawn(character: str, path: str) -> bool:
    """Whether the typeface has this character. A closed font set draws an empty box for one it has not."""
    font = _font(path)
    unknown = font.getmask("\U0010ffff")
    mask = font.getmask(character)
    return character.isspace() or (mask.size, bytes(mask)) != (unknown.size, bytes(unknown))


def drawable(text: str, weight: Weight = Weight.REGULAR) -> str:
    """The text as it can be set: no characters the typeface lacks (emoji, mostly), single spaces, numbers whole."""
    path = typeface_in_use().file(weight)
    kept = "".join(character for character in text if character == " " or _drawn(character, path))
    single = " ".join(filter(None, kept.split(" ")))  # not split(): that would eat U+00A0
    return _INSIDE_NUMBERS.sub("\u00a0", single)


def width_of(text: str, size: float, weight: Weight = Weight.REGULAR, typeface: Typeface | None = None) -> float:
    """Width in layout pixels, in the typeface in use unless another is given."""
    return _length(text, (typeface or typeface_in_use()).file(weight)) * size / _UNIT


@cache
def _length(text: str, path: str) -> float:
    return float(_font(path).getlength(text))


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
    last = lines[most - 1].removesuffix("-")
    if width_of(last.rstrip(_LOOSE) + ELLIPSIS, size, weight) > width or lines[most - 1].endswith("-"):
        last = last.rpartition(" ")[0] or last  # a whole word goes, not its end
    while last and width_of(last.rstrip(_LOOSE) + ELLIPSIS, size, weight) > width:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip(_LOOSE) + ELLIPSIS]


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
    return own or max((at for at in range(_LEAST_PART, most + 1) if _parts_well(word, at)), default=most)


def _parts_well(word: str, at: int) -> bool:
    """Whether a new syllable starts there: a consonant before a vowel, with some letters on both sides."""
    before, after = word[:at].lower(), word[at:].lower()
    if len(after) < _LEAST_PART or not set(before) & _VOWELS:
        return False
    return after[0] not in _VOWELS and after[1] in _VOWELS and after[:2].isalpha()
