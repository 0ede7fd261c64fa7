"""A column of figures: the decimal text of every cell, packed eight characters to a word.

A table may have 800 000 cells, and an object for each would cost more than the answer they came in. Packed, a figure
is eight bytes (sixteen when it is long), exact as it was written, and whole columns are moved, compared and hashed at
the speed of memory. A word of zeros is a missing figure.
"""

from array import array
from collections.abc import Iterator, Sequence
from functools import cache
from struct import Struct

WORD = 8
BLOCK = 4096
_ALL_BUT_COMMA = bytes(44 if byte == 44 else 120 for byte in range(256))


def word_of(text: bytes) -> int:
    """A text of at most eight characters as the word it is kept as."""
    return array("Q", text.ljust(WORD, b"\0"))[0]


ZERO = word_of(b"0")


class FigureColumn:
    """The texts of all cells in order. Plane n holds characters 8n to 8n + 7 of each; there is always one plane."""

    __slots__ = ("planes",)

    def __init__(self, planes: Sequence["array[int]"]) -> None:
        self.planes = tuple(planes)

    @classmethod
    def missing(cls, size: int) -> "FigureColumn":
        return cls((array("Q", bytes(WORD * size)),))

    @classmethod
    def of(cls, texts: Sequence[bytes]) -> "FigureColumn":
        """The column of these texts; an empty one is missing."""
        column = cls.missing(0)
        for start in range(0, len(texts), BLOCK):
            part = texts[start : start + BLOCK]
            column.append(part, max(map(len, part)))
        return column

    def __len__(self) -> int:
        return len(self.planes[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FigureColumn) and self.planes == other.planes

    __hash__ = None  # type: ignore[assignment] # it can grow

    def append(self, texts: Sequence[bytes], longest: int) -> None:
        """Add cells at the end. ``longest`` is at least the length of the longest text."""
        width = max(1, -(-longest // WORD))
        self._widen(width)
        packed = array("Q", _packer(width * WORD, len(texts)).pack(*texts))
        for place, plane in enumerate(self.planes):
            plane.extend(packed[place::width] if place < width else array("Q", bytes(WORD * len(texts))))

    def scatter(self, places: Sequence[int], texts: Sequence[bytes], longest: int) -> None:
        """Set the cells at these places."""
        if not places:
            return
        packed = FigureColumn.missing(0)
        for start in range(0, len(texts), BLOCK):
            packed.append(texts[start : start + BLOCK], longest)
        self.lay(places, packed)

    def lay(self, places: Sequence[int], column: "FigureColumn") -> None:
        """Set the cells at these places to those of another column, in its order."""
        self._widen(len(column.planes))
        first, after = places[0], places[0] + len(places)
        together = places[-1] == after - 1 and list(places) == list(range(first, after))
        for plane, words in zip(self.planes, column.planes, strict=False):
            if together:
                plane[first:after] = words
                continue
            for place, word in zip(places, words, strict=True):
                plane[place] = word

    def text(self, place: int) -> str:
        """The text of one cell; empty when it is missing."""
        return b"".join([plane[place : place + 1].tobytes() for plane in self.planes]).rstrip(b"\0").decode("ascii")

    def texts(self, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """The texts of the cells from ``start`` to ``stop``, in order."""
        stop = len(self) if stop is None else stop
        width = len(self.planes) * WORD
        for begin in range(start, stop, BLOCK):
            end = min(begin + BLOCK, stop)
            if len(self.planes) == 1:
                block = self.planes[0][begin:end].tobytes()
            else:
                woven = array("Q", bytes(width * (end - begin)))
                for place, plane in enumerate(self.planes):
                    woven[place :: len(self.planes)] = plane[begin:end]
                block = woven.tobytes()
            for text in _packer(width, end - begin).unpack(block):
                yield text.rstrip(b"\0").decode("ascii")

    def width(self) -> int:
        """How many planes are needed: a long figure may have been taken away since the last was added."""
        return max((number for number, plane in enumerate(self.planes, 1) if any(plane)), default=1)

    def _widen(self, width: int) -> None:
        while len(self.planes) < width:
            self.planes += (array("Q", bytes(WORD * len(self))),)


def longest_in(joined: bytes) -> int:
    """The length of the longest of texts with commas between, rounded up to whole words."""
    filled = joined.translate(_ALL_BUT_COMMA)
    width = 1
    while b"x" * (width * WORD + 1) in filled:
        width += 1
    return width * WORD


@cache
def _packer(width: int, count: int) -> Struct:
    return Struct(f"{width}s" * count)
