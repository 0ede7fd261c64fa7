"""The cells of a JSON-stat dataset: its values and marks, dense or sparse, as columns over its dimensions."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from campaigns.sources.coded_texts import CodedTexts
from campaigns.sources.cube import Cube
from campaigns.sources.figure_column import FigureColumn
from campaigns.sources.json_parts import LongPart, elements, pairs
from campaigns.sources.json_text import decimal_number, decimal_text, plain_text
from campaigns.sources.jsonstat_marks import read_marks
from campaigns.sources.jsonstat_places import mark_seen, position
from campaigns.sources.number_blocks import NumberBlock, number_block
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.spelling import Spelling
from campaigns.sources.table import Dimension

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_KEYED = re.compile(rb'(?:"(?:0|[1-9][0-9]{0,15}+)":[^",:]++,)*+')
_MISSING_SYMBOLS = frozenset({"", ".", "..", "...", ":", "-"})


def read_cells(values: Any, status: Any, dimensions: Sequence[Dimension], size: int, warnings: list[str]) -> Cube:
    """The cube. Raises ``PayloadRefused``, and ``LeftToJson`` for a ``LongPart`` that cannot be read as one."""
    cells = _Cells(size)
    cells.take_values(values)
    if size and not cells.given:
        warnings.append("EMPTY_VALUE: svaret har ingen tall; en kode i utvalget kan være feil.")
    return Cube(
        [dimension.codes for dimension in dimensions],
        cells.figures,
        marks=read_marks(status, cells.symbols, size),
        words=CodedTexts.of(cells.words, size) if cells.words else None,
        spelling=cells.spelling,
    )


class _Cells:
    """The values so far. ``given`` tells whether any cell had one at all, be it a symbol."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.figures = FigureColumn.missing(0)
        self.spelling = Spelling()
        self.symbols: dict[int, str] = {}
        self.words: dict[int, str] = {}
        self.given = False

    def take_values(self, values: Any) -> None:
        if isinstance(values, LongPart):
            self._keyed_blocks(values) if values.keyed else self._blocks(values)
        elif isinstance(values, list):
            _check_length(len(values), self._size)
            self._append(values)
        elif isinstance(values, dict):
            self.figures = FigureColumn.missing(self._size)
            self._put([position(key, self._size, "SPARSE_KEY_OUT_OF_RANGE") for key in values], list(values.values()))
        else:
            raise PayloadRefused("VALUE_MISSING", "datasettet har ingen verdier.")

    def _blocks(self, part: LongPart) -> None:
        for block in part.blocks():
            numbers = number_block(block)
            if numbers is None:
                self._append(elements(block, b"[", b"]"))
            else:
                if numbers.shortest != numbers.written:
                    self.spelling.add_block(len(self.figures), numbers.written[:-1])
                self.figures.append(numbers.texts, numbers.longest)
            if len(self.figures) > self._size:
                break
        _check_length(len(self.figures), self._size)
        self.given = self.given or any(self.figures.planes[0])

    def _keyed_blocks(self, part: LongPart) -> None:
        self.figures = FigureColumn.missing(self._size)
        seen = bytearray(self._size)
        for block in part.blocks():
            numbers = None
            if _KEYED.fullmatch(block):
                flat = block[:-1].replace(b'"', b"").replace(b":", b",").split(b",")
                places = list(map(int, flat[0::2]))
                numbers = number_block(b",".join(flat[1::2]) + b",")
            if numbers is None:
                found = pairs(block)
                places = [position(key, self._size, "SPARSE_KEY_OUT_OF_RANGE") for key, _ in found]
                self._put(places, [value for _, value in found])
            else:
                self._put_numbers(places, numbers)
            mark_seen(seen, places)

    def _put_numbers(self, places: list[int], numbers: NumberBlock) -> None:
        if max(places) >= self._size:
            position(str(max(places)), self._size, "SPARSE_KEY_OUT_OF_RANGE")
        texts = numbers.texts
        if numbers.shortest != numbers.written:
            for place, was, text in zip(places, numbers.written[:-1].split(b","), texts, strict=True):
                if was != text:
                    self.spelling.add(place, was.decode("ascii"))
        self.figures.scatter(places, texts, numbers.longest)
        self.given = self.given or any(texts)

    def _append(self, values: Sequence[Any]) -> None:
        start = len(self.figures)
        texts = self._texts(range(start, start + len(values)), values)
        for begin in range(0, len(texts), 4096):
            block = texts[begin : begin + 4096]
            self.figures.append(block, max(map(len, block)))

    def _put(self, places: Sequence[int], values: Sequence[Any]) -> None:
        texts = self._texts(places, values)
        self.figures.scatter(places, texts, max(map(len, texts), default=0))

    def _texts(self, places: Iterable[int], values: Iterable[Any]) -> list[bytes]:
        """The shortest text of each value; what is no number is remembered beside it."""
        texts = []
        for place, value in zip(places, values, strict=True):
            number = self._number(place, value)
            if number is None:
                texts.append(b"")
                continue
            shortest = decimal_text(number)
            if shortest != str(number):
                self.spelling.add(place, str(number))
            texts.append(shortest.encode("ascii"))
        return texts

    def _number(self, place: int, value: Any) -> Decimal | None:
        if value is None:
            return None
        self.given = True
        if isinstance(value, Decimal):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        text = plain_text(value, "en verdi").strip()
        if _NUMBER.fullmatch(text):
            return decimal_number(text)
        if text in _MISSING_SYMBOLS:
            self.symbols[place] = text
        else:
            self.words[place] = f"={text}"
        return None


def _check_length(count: int, size: int) -> None:
    if count != size:
        raise PayloadRefused("VALUE_LEN_MISMATCH", f"svaret har {count} verdier til {size} celler.")
