"""The cells of a JSON-stat dataset: its values and marks, dense or sparse, as columns over its dimensions."""

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from campaigns.sources.coded_texts import CodedTexts
from campaigns.sources.cube import Cube, Spelling
from campaigns.sources.figure_column import FigureColumn
from campaigns.sources.json_parts import LongPart
from campaigns.sources.json_text import decimal_number, decimal_text, load_json, plain_text
from campaigns.sources.limits import MAX_FLAG
from campaigns.sources.number_blocks import NumberBlock, number_block
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Dimension

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_POSITION = re.compile(r"0|[1-9][0-9]{0,15}")
_KEYED = re.compile(rb'(?:"(?:0|[1-9][0-9]{0,15}+)":[^",:]++,)*+')
_KEYED_TEXT = re.compile(rb'(?:"(?:0|[1-9][0-9]{0,15}+)":"[^",:\\\x00-\x1f]*+",)*+')
_MISSING_SYMBOLS = frozenset({"", ".", "..", "...", ":", "-"})


class LeftToJson(Exception):
    """A long part is not made of plain elements only."""


def read_cells(values: Any, status: Any, dimensions: Sequence[Dimension], size: int, warnings: list[str]) -> Cube:
    """The cube. Raises ``PayloadRefused``, and ``LeftToJson`` for a ``LongPart`` that cannot be read as one."""
    cells = _Cells(size)
    cells.take_values(values)
    if size and not cells.given:
        warnings.append("EMPTY_VALUE: svaret har ingen tall; en kode i utvalget kan være feil.")
    return Cube(
        [dimension.codes for dimension in dimensions],
        cells.figures,
        marks=_marks(status, cells.symbols, size),
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
                self._append(_elements(block, b"[", b"]"))
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
                pairs = _pairs(block)
                places = [position(key, self._size, "SPARSE_KEY_OUT_OF_RANGE") for key, _ in pairs]
                self._put(places, [value for _, value in pairs])
            else:
                self._put_numbers(places, numbers)
            _mark_seen(seen, places)

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


def _marks(status: Any, symbols: Mapping[int, str], size: int) -> CodedTexts | None:
    marks = _status(status, size)
    if symbols and marks is None:
        marks = CodedTexts.none(size)
    if marks is not None and symbols:
        bare = [place for place in symbols if not marks.codes[place]]
        marks.fill(bare, [symbols[place] for place in bare])
    return marks


def _status(status: Any, size: int) -> CodedTexts | None:
    if status is None or status in ("", []):
        return None
    if isinstance(status, str) or (isinstance(status, list) and len(status) == 1):
        flag = _flag(status if isinstance(status, str) else status[0])
        return CodedTexts(("", flag), array("I", [1]) * size) if flag else None
    if isinstance(status, LongPart):
        return _keyed_status(status, size) if status.keyed else _listed_status(status, size)
    if isinstance(status, list):
        if len(status) != size:
            raise PayloadRefused("STATUS_LEN_MISMATCH", f"svaret har {len(status)} merker til {size} celler.")
        places: Iterable[int] = range(size)
        flags: Iterable[Any] = status
    elif isinstance(status, dict):
        places = [position(key, size, "STATUS_KEY_OUT_OF_RANGE") for key in status]
        flags = status.values()
    else:
        raise PayloadRefused("STATUS_INVALID", "status er verken liste, objekt eller tekst.")
    marks = CodedTexts.none(size)
    marks.fill(places, map(_flag, flags))
    return marks


def _listed_status(part: LongPart, size: int) -> CodedTexts:
    numbers: dict[bytes, int] = {}
    names = [""]
    codes = array("I")
    for block in part.blocks():
        texts = block[:-1].split(b",")
        for text in set(texts) - numbers.keys():
            (flag,) = _elements(text + b",", b"[", b"]")
            numbers[text] = len(names)
            names.append(_flag(flag))
        codes.extend(map(numbers.__getitem__, texts))
        if len(codes) > size:
            break
    if len(codes) == 1:  # one for all
        codes *= size
    if len(codes) != size:
        raise PayloadRefused("STATUS_LEN_MISMATCH", f"svaret har {len(codes)} merker til {size} celler.")
    return CodedTexts(names, codes).sorted()


def _keyed_status(part: LongPart, size: int) -> CodedTexts:
    marks = CodedTexts.none(size)
    seen = bytearray(size)
    for block in part.blocks():
        if _KEYED_TEXT.fullmatch(block):
            flat = block[:-1].replace(b'"', b"").replace(b":", b",").split(b",")
            places, texts = list(map(int, flat[0::2])), flat[1::2]
            if max(places) >= size:
                position(str(max(places)), size, "STATUS_KEY_OUT_OF_RANGE")
            flags = {text: _flag(_decoded(text)) for text in set(texts)}
            marks.fill(places, map(flags.__getitem__, texts))
        else:
            pairs = _pairs(block)
            places = [position(key, size, "STATUS_KEY_OUT_OF_RANGE") for key, _ in pairs]
            marks.fill(places, [_flag(flag) for _, flag in pairs])
        _mark_seen(seen, places)
    return marks


def position(key: str, size: int, reason: str) -> int:
    """The place a key of a sparse object names. Raises ``PayloadRefused``."""
    if not _POSITION.fullmatch(key) or int(key) >= size:
        raise PayloadRefused(reason, f"plassen «{key[:20]}» finnes ikke i en tabell med {size} celler.")
    return int(key)


def _mark_seen(seen: bytearray, places: Sequence[int]) -> None:
    for place in places:
        if seen[place]:
            raise PayloadRefused("DUPLICATE_KEY", f"nøkkelen «{place}» står to ganger i samme objekt.")
        seen[place] = 1


def _check_length(count: int, size: int) -> None:
    if count != size:
        raise PayloadRefused("VALUE_LEN_MISMATCH", f"svaret har {count} verdier til {size} celler.")


def _elements(block: bytes, opening: bytes, closing: bytes) -> Any:
    """What stands in a block, read as JSON."""
    if block == b",":
        raise LeftToJson
    try:
        return load_json(opening + block[:-1] + closing)
    except PayloadRefused as error:
        if error.reason in {"NOT_JSON", "NOT_UTF8"}:
            raise LeftToJson from error
        raise


def _pairs(block: bytes) -> list[tuple[str, Any]]:
    return list(_elements(block, b"{", b"}").items())


def _decoded(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise LeftToJson from error


def _flag(flag: Any) -> str:
    text = "" if flag is None else plain_text(flag if isinstance(flag, str) else str(flag), "et merke").strip()
    if len(text) > MAX_FLAG:
        raise PayloadRefused("FLAG_TOO_LONG", f"merket «{text[:MAX_FLAG]}…» er lengre enn {MAX_FLAG} tegn.")
    return text
