"""The cells of a table as columns, read as a mapping from codes to ``Cell``: an object is made only when asked for."""

from collections.abc import ItemsView, Iterator, Mapping, Sequence, ValuesView
from decimal import Decimal
from functools import cached_property
from itertools import product, repeat
from math import prod

from campaigns.sources.coded_texts import CodedTexts
from campaigns.sources.cube_order import Axis, moved, strides
from campaigns.sources.figure_column import FigureColumn
from campaigns.sources.json_text import decimal_text
from campaigns.sources.spelling import Spelling
from campaigns.sources.table import Cell, Table

Codes = tuple[str, ...]


class Cube(Mapping[Codes, Cell]):
    """Every cell of the axes, row-major, the last axis fastest. Only those that say something are in the mapping.

    Never changed once it is made. ``figures`` hold the shortest spelling of each; ``spelling`` that of the source.
    """

    def __init__(
        self,
        axes: Sequence[Axis],
        figures: FigureColumn,
        *,
        marks: CodedTexts | None = None,
        words: CodedTexts | None = None,
        spelling: Spelling | None = None,
        origin: "tuple[Cube, Sequence[int]] | None" = None,
    ) -> None:
        self.axes, self.figures, self.marks, self.words = tuple(axes), figures, marks, words
        self._spelling = spelling or Spelling()
        self._origin = origin  # the cube this one was arranged from, and which of its axes each is
        self._strides = strides(self.axes)
        if len(figures) != self.size:
            raise ValueError(f"{len(figures)} figures in a cube of {self.size}")

    @classmethod
    def of(cls, axes: Sequence[Axis], cells: Mapping[Codes, Cell]) -> "Cube":
        """The cube of cells given one by one."""
        size = prod(len(axis) for axis in axes)
        texts: list[bytes] = [b""] * size
        marks: dict[int, str] = {}
        words: dict[int, str] = {}
        spelling = Spelling()
        empty = cls.empty(axes)
        for codes, cell in cells.items():
            place = empty.place(codes)
            if cell.value is not None:
                shortest = decimal_text(cell.value)
                texts[place] = shortest.encode("ascii")
                if shortest != str(cell.value):
                    spelling.add(place, str(cell.value))
            if cell.flag:
                marks[place] = cell.flag
            if cell.text is not None:
                words[place] = cell.text
        return cls(
            axes,
            FigureColumn.of(texts),
            marks=CodedTexts.of(marks, size) if marks else None,
            words=CodedTexts.of({place: f"={text}" for place, text in words.items()}, size) if words else None,
            spelling=spelling,
        )

    @classmethod
    def empty(cls, axes: Sequence[Axis]) -> "Cube":
        """A cube that says nothing."""
        return cls(axes, FigureColumn.missing(prod(len(axis) for axis in axes)))

    def numbers(self) -> list[dict[str, int]]:
        """For each axis, how far into the cells each of its codes lies: a cell's place is the sum over the axes."""
        return self._steps

    @cached_property
    def _steps(self) -> list[dict[str, int]]:
        return [
            {code: place * step for place, code in enumerate(axis)}
            for axis, step in zip(self.axes, self._strides, strict=True)
        ]

    @cached_property
    def _back(self) -> list[list[int]]:
        """For each axis, how far into the cube this one was arranged from each of its codes lies."""
        assert self._origin is not None
        cube, places = self._origin
        return [
            [cube.numbers()[place].get(code, 0) for code in axis] for axis, place in zip(self.axes, places, strict=True)
        ]

    @property
    def size(self) -> int:
        return prod(len(axis) for axis in self.axes)

    def place(self, codes: Codes) -> int:
        """Where a cell is. Raises ``KeyError`` when there is none at these codes."""
        if len(codes) != len(self.axes):
            raise KeyError(codes)
        place = 0
        for steps, code in zip(self._steps, codes, strict=True):
            place += steps[code]
        return place

    def codes(self, place: int) -> Codes:
        """The codes of the cell at a place."""
        found = []
        for axis, step in zip(self.axes, self._strides, strict=True):
            number, place = divmod(place, step)
            found.append(axis[number])
        return tuple(found)

    def cell(self, place: int) -> Cell:
        """The cell at a place, be it empty."""
        shortest = self.figures.text(place)
        return _cell(
            self.written(place, shortest) if shortest else "",
            self.mark(place),
            self.words.text(place) if self.words else "",
        )

    def told(self, place: int) -> bool:
        """Whether the cell has a figure or a word."""
        return bool(self.figures.planes[0][place] or (self.words is not None and self.words.codes[place]))

    def mark(self, place: int) -> str:
        return self.marks.text(place) if self.marks else ""

    def filled(self, place: int) -> bool:
        """Whether the cell says anything at all."""
        return self.told(place) or (self.marks is not None and self.marks.codes[place] != 0)

    def value(self, place: int) -> Decimal | None:
        """The figure at a place, in its shortest spelling."""
        text = self.figures.text(place)
        return Decimal(text) if text else None

    def arranged(self, axes: Sequence[Axis], places: Sequence[int]) -> "Cube":
        """The same cells on other axes, of which axis n is number ``places[n]`` here.

        Categories that are not there any more are left out; those that are new are empty.
        """
        return Cube(
            axes,
            FigureColumn(moved(self.figures.planes, self.axes, axes, places)),
            marks=self._moved(self.marks, axes, places),
            words=self._moved(self.words, axes, places),
            origin=(self, places) if self._spelling or self._origin else None,
        )

    def without_words(self) -> "Cube":
        """The cube with words in place of figures read as missing, marked with the word."""
        if self.words is None:
            return self
        marks = {place: code for place, code in enumerate(self.marks.codes) if code} if self.marks else {}
        found = {place: self.marks.names[code] for place, code in marks.items()} if self.marks else {}
        for place, code in enumerate(self.words.codes):
            if code:
                found.setdefault(place, self.words.names[code][1:21])
        return Cube(self.axes, self.figures, marks=CodedTexts.of(found, self.size), spelling=self._spelling)

    def __getitem__(self, codes: Codes) -> Cell:
        place = self.place(codes)
        if not self.filled(place):
            raise KeyError(codes)
        return self.cell(place)

    def __iter__(self) -> Iterator[Codes]:
        for place, codes in enumerate(product(*self.axes)):
            if self.filled(place):
                yield codes

    def __len__(self) -> int:
        if self.marks is None and self.words is None:
            return self.size - self.figures.planes[0].count(0)
        return sum(map(self.filled, range(self.size)))

    def items(self) -> ItemsView[Codes, Cell]:
        return _Items(self)

    def values(self) -> ValuesView[Cell]:
        return _Values(self)

    def pairs(self) -> Iterator[tuple[Codes, Cell]]:
        """Codes and cell of every one that says something, in order."""
        if self._origin:
            yield from ((self.codes(place), self.cell(place)) for place in range(self.size) if self.filled(place))
            return
        texts = self.figures.texts()
        written = self._spelling.texts(texts) if self._spelling else texts
        marks = map(self.marks.names.__getitem__, self.marks.codes) if self.marks else repeat("")
        words = map(self.words.names.__getitem__, self.words.codes) if self.words else repeat("")
        for codes, text, mark, word in zip(product(*self.axes), written, marks, words, strict=False):
            if text or mark or word:
                yield codes, _cell(text, mark, word)

    def written(self, place: int, shortest: str) -> str:
        """How the source spelled the figure at a place."""
        if self._origin is None:
            return self._spelling.text(place, shortest)
        there = 0
        for back, step in zip(self._back, self._strides, strict=True):
            number, place = divmod(place, step)
            there += back[number]
        return self._origin[0].written(there, shortest)

    def _moved(self, texts: CodedTexts | None, axes: Sequence[Axis], places: Sequence[int]) -> CodedTexts | None:
        if texts is None:
            return None
        return CodedTexts(texts.names, moved((texts.codes,), self.axes, axes, places)[0])


class _Items(ItemsView[Codes, Cell]):
    def __init__(self, cube: Cube) -> None:
        super().__init__(cube)
        self._cube = cube

    def __iter__(self) -> Iterator[tuple[Codes, Cell]]:
        return self._cube.pairs()


class _Values(ValuesView[Cell]):
    def __init__(self, cube: Cube) -> None:
        super().__init__(cube)
        self._cube = cube

    def __iter__(self) -> Iterator[Cell]:
        return (cell for _, cell in self._cube.pairs())


def cube_of(table: Table) -> Cube:
    """The table's cells as a cube over its dimensions, and over codes only the cells have after theirs."""
    if isinstance(table.cells, Cube):
        return table.cells
    axes = [dict.fromkeys(dimension.codes) for dimension in table.dimensions]
    for codes in table.cells:
        for axis, code in zip(axes, codes, strict=True):
            axis[code] = None
    return Cube.of([tuple(axis) for axis in axes], table.cells)


def _cell(text: str, mark: str, word: str) -> Cell:
    """``word`` has a sign before it, so that an empty one is told from none."""
    return Cell(Decimal(text) if text else None, mark, word[1:] if word else None)
