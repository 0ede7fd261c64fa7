"""The cells of a state, by series and period; and which of them differ between two states.

They stand in one order whatever the source's: dimensions by id, codes by their text, time last. So the same figures
are the same bytes, and most questions about 800 000 cells are answered without an object for each.
"""

import hashlib
import json
from array import array
from collections.abc import Collection, ItemsView, Iterator, Mapping, Sequence
from decimal import Decimal

from campaigns.sources.coded_texts import CodedTexts
from campaigns.sources.cube import Cube
from campaigns.sources.cube_order import Axis
from campaigns.sources.cube_reach import reached
from campaigns.sources.figure_column import WORD
from campaigns.sources.table import Cell

Series = tuple[str, ...]
Address = tuple[Series, str]
_FORM = 2  # of the canonical hash; the first spelled out every cell
_PIECE = 16


class StateCells(Mapping[Address, Cell]):
    """A cube whose last axis is time."""

    def __init__(self, cube: Cube) -> None:
        self.cube = cube

    @classmethod
    def of(cls, cube: Cube, places: Sequence[int]) -> "StateCells":
        """The cells in their one order; ``places`` are the axes by the id of their dimension, time last."""
        return cls(cube.arranged([tuple(sorted(cube.axes[place])) for place in places], places))

    def __getitem__(self, address: Address) -> Cell:
        series, period = address
        return self.cube[(*series, period)]

    def __iter__(self) -> Iterator[Address]:
        return ((codes[:-1], codes[-1]) for codes in self.cube)

    def __len__(self) -> int:
        return len(self.cube)

    def items(self) -> ItemsView[Address, Cell]:
        return _Items(self)

    def periods_with_data(self) -> tuple[str, ...]:
        """The periods some cell says something about."""
        return reached(self.cube, len(self.cube.axes) - 1)

    @property
    def marks(self) -> tuple[str, ...]:
        """Every mark that stands beside a cell."""
        return self.cube.marks.names if self.cube.marks else ("",)

    def value(self, series: Series, period: str) -> Decimal | None:
        """The figure of a cell, however it was spelled."""
        try:
            return self.cube.value(self.cube.place((*series, period)))
        except KeyError:
            return None

    def told(self, series: Series, period: str, *, but: Collection[str]) -> bool:
        """Whether the cell has a figure or a word, with none of the marks in ``but`` beside it."""
        try:
            place = self.cube.place((*series, period))
        except KeyError:
            return False
        return self.cube.told(place) and not (but and self.cube.mark(place) in but)

    def told_by_any(self, period: str, *, but: Collection[str]) -> bool:
        """The same of any series."""
        last = self.cube.axes[-1]
        places = range(last.index(period), self.cube.size, len(last))
        return any(self.cube.told(place) and not (but and self.cube.mark(place) in but) for place in places)

    def digest(self, dimensions: Sequence[str]) -> str:
        """SHA-256 over everything that is said, and over nothing that is empty."""
        last = len(self.cube.axes) - 1
        axes = [*self.cube.axes[:-1], self.periods_with_data()]
        found = self.cube.arranged(axes, range(last + 1))
        axes = [reached(found, place, marks=True) for place in range(last + 1)]
        found = found.arranged(axes, range(last + 1))
        digest = hashlib.sha256(json.dumps([_FORM, *dimensions, axes], ensure_ascii=False).encode())
        for plane in found.figures.planes[: found.figures.width()]:
            digest.update(plane)
        for texts in (found.marks, found.words):
            spoken = texts.sorted() if texts is not None else None
            if spoken is not None and len(spoken.names) > 1:
                digest.update(json.dumps(spoken.names, ensure_ascii=False).encode())
                digest.update(_little(spoken.codes))
            digest.update(b"\x1f")
        return digest.hexdigest()


class _Items(ItemsView[Address, Cell]):
    def __init__(self, cells: StateCells) -> None:
        super().__init__(cells)
        self._cube = cells.cube

    def __iter__(self) -> Iterator[tuple[Address, Cell]]:
        return (((codes[:-1], codes[-1]), cell) for codes, cell in self._cube.pairs())


def differing(one: StateCells, other: StateCells) -> Iterator[Address]:
    """The addresses whose cells are not the same in both, sorted."""
    axes = [_together(mine, theirs) for mine, theirs in zip(one.cube.axes, other.cube.axes, strict=True)]
    first, second = (cells.cube.arranged(axes, range(len(axes))) for cells in (one, other))
    for place in _differing_places(first, second):
        codes = first.codes(place)
        yield codes[:-1], codes[-1]


def _together(one: Axis, other: Axis) -> Axis:
    return one if one == other else tuple(sorted({*one, *other}))


def _differing_places(one: Cube, other: Cube) -> list[int]:
    places: set[int] = set()
    empty = array("Q", bytes(WORD * one.size))
    planes = max(len(one.figures.planes), len(other.figures.planes))
    for number in range(planes):
        mine, theirs = (
            cube.figures.planes[number] if number < len(cube.figures.planes) else empty for cube in (one, other)
        )
        places.update(_unlike(mine, theirs))
    for mine_texts, their_texts in ((one.marks, other.marks), (one.words, other.words)):
        places.update(_unlike_texts(mine_texts, their_texts, one.size))
    return sorted(places)


def _unlike_texts(one: CodedTexts | None, other: CodedTexts | None, size: int) -> Iterator[int]:
    if one is None and other is None:
        return iter(())
    one, other = one or CodedTexts.none(size), other or CodedTexts.none(size)
    numbers = {name: number for number, name in enumerate(dict.fromkeys([*one.names, *other.names]))}
    mine, theirs = (
        array("I", map([numbers[name] for name in texts.names].__getitem__, texts.codes)) for texts in (one, other)
    )
    return _unlike(mine, theirs)


def _unlike(one: "array[int]", other: "array[int]", start: int = 0, size: int = 65_536) -> Iterator[int]:
    """The places where two columns differ, looked for in ever smaller pieces."""
    for begin in range(0, len(one), size):
        mine, theirs = one[begin : begin + size], other[begin : begin + size]
        if mine == theirs:
            continue
        if size > _PIECE:
            yield from _unlike(mine, theirs, start + begin, size // 16)
        else:
            yield from (start + begin + at for at, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b)


def _little(codes: "array[int]") -> bytes:
    """The same bytes on every machine."""
    return array("I", codes).tobytes() if array("I", [1]).tobytes()[0] else _swapped(codes)


def _swapped(codes: "array[int]") -> bytes:
    turned = array("I", codes)
    turned.byteswap()
    return turned.tobytes()
