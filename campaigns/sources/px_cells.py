"""The figures of a px file as columns: every cell in order, or rows that begin with codes of the stub (``KEYS``)."""

import re
from collections.abc import Sequence
from itertools import islice, product

from campaigns.sources.coded_texts import CodedTexts
from campaigns.sources.cube import Cube
from campaigns.sources.figure_column import FigureColumn
from campaigns.sources.json_text import decimal_number, decimal_text, plain_text
from campaigns.sources.limits import MAX_FLAG
from campaigns.sources.number_blocks import number_block
from campaigns.sources.px_text import USUAL_SYMBOLS, PxText
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.spelling import Spelling
from campaigns.sources.table import Dimension

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?|-?\.[0-9]+")
_DIGITS = frozenset("0123456789")

Datum = tuple[str, bool]  # a word and whether it stood in quotes


def read_figures(px: PxText, dimensions: Sequence[Dimension], size: int) -> Cube:
    """The cube. Raises ``PayloadRefused`` unless there is one datum to a cell."""
    figures = _Figures(px)
    if px.keyed:
        figures.take_rows(dimensions, size)
    else:
        for block in px.blocks():
            figures.take(block)
            if len(figures.column) > size:
                break
    count = len(figures.column)
    if count != size:
        more = "minst " if count > size else ""
        raise PayloadRefused("VALUE_LEN_MISMATCH", f"filen har {more}{count} verdier til {size} celler.")
    return Cube(
        [dimension.codes for dimension in dimensions],
        figures.column,
        marks=CodedTexts.of(figures.marks, size) if figures.marks else None,
        spelling=figures.spelling,
    )


class _Figures:
    """The data so far."""

    def __init__(self, px: PxText) -> None:
        self._px = px
        self._told = {symbol: _symbol(px, symbol) for symbol in USUAL_SYMBOLS}
        self._nil = (
            b"0" if px.value("DATASYMBOLNIL") else b""
        )  # a dash is zero where the file says what stands for zero
        self.column = FigureColumn.missing(0)
        self.marks: dict[int, str] = {}
        self.spelling = Spelling()

    def take(self, data: list[str] | list[Datum]) -> None:
        """Add a block of data: words that may all be read without quotes, or each with the word on its quotes."""
        plain = [datum for datum in data if isinstance(datum, str)]
        if len(plain) == len(data) and self._take_plain(plain):
            return
        start = len(self.column)
        texts = []
        for place, datum in enumerate(data, start):
            word, quoted = datum if isinstance(datum, tuple) else (datum, False)
            texts.append(self._text(place, word, quoted=quoted))
        self.column.append(texts, max(map(len, texts), default=0))

    def _take_plain(self, words: list[str]) -> bool:
        """Numbers as JSON spells them and the usual symbols, all at once. False when there is anything else."""
        words = list(words)
        if not words:
            return True
        start = len(self.column)
        symbols = [(place, word) for place, word in enumerate(words) if word[-1] not in _DIGITS]
        if any(word not in USUAL_SYMBOLS for _, word in symbols):
            return False
        for place, _ in symbols:
            words[place] = "null"
        numbers = number_block(",".join(words).encode("ascii", "replace") + b",")
        if numbers is None:
            return False
        texts = numbers.texts
        for place, word in symbols:
            self.marks[start + place] = self._told[word]
            if word == "-":
                texts[place] = self._nil
        if numbers.shortest != numbers.written:
            self.spelling.add_block(start, numbers.written[:-1])
        self.column.append(texts, numbers.longest)
        return True

    def _text(self, place: int, word: str, *, quoted: bool) -> bytes:
        if not quoted and _NUMBER.fullmatch(word):
            number = decimal_number(word)
            shortest = decimal_text(number)
            if shortest != word:
                self.spelling.add(place, str(number))
            return shortest.encode("ascii")
        symbol = word.strip()
        if len(symbol) > MAX_FLAG or not (quoted or symbol in USUAL_SYMBOLS):
            raise PayloadRefused("NUMBER_UNREADABLE", f"«{word[:20]}» i tallene er verken tall eller symbol.")
        mark = self._told.get(symbol) or plain_text(symbol, "et symbol")
        if mark:
            self.marks[place] = mark
        return self._nil if symbol == "-" else b""

    def take_rows(self, dimensions: Sequence[Dimension], size: int) -> None:
        """Rows that name their place. A row that is not there holds nothing but zeros; that is why it is not."""
        keys = len(self._px.values("STUB"))
        width = size // max(1, _count(dimensions[:keys]))
        known = [self._keys(dimension, place) for place, dimension in enumerate(dimensions[:keys])]
        rows: dict[tuple[str, ...], list[Datum]] = {}
        data = iter(self._px.figures())
        while row := list(islice(data, keys + width)):
            names = tuple(word for word, _ in row[:keys])
            codes = tuple(names_of.get(name, "") for names_of, name in zip(known, names, strict=False))
            if len(row) != keys + width or not all(quoted for _, quoted in row[:keys]) or not all(codes):
                raise PayloadRefused("KEYS_MISMATCH", f"raden «{', '.join(names)[:100]}» passer ikke med KEYS.")
            if codes in rows:
                raise PayloadRefused("ROW_TWICE", f"raden «{', '.join(names)[:100]}» står to ganger.")
            rows[codes] = row[keys:]
        nothing: list[Datum] = [("0", False)] * width
        for codes in product(*(dimension.codes for dimension in dimensions[:keys])):
            self.take(rows.get(codes, nothing))

    def _keys(self, dimension: Dimension, place: int) -> dict[str, str]:
        """What a row calls each category, and its code."""
        own = self._px.values("STUB")[place]
        told = self._px.value("KEYS", own).upper() == "VALUES"
        names = self._px.values("VALUES", own) if told else self._px.values("CODES", own)
        return dict(zip(names or dimension.codes, dimension.codes, strict=False))


def _count(dimensions: Sequence[Dimension]) -> int:
    count = 1
    for dimension in dimensions:
        count *= len(dimension.categories)
    return count


def _symbol(px: PxText, symbol: str) -> str:
    """What the file shows for one of its symbols: one dot is its first, a dash nothing, seven dots a broken sum."""
    keyword = "NIL" if symbol == "-" else "SUM" if len(symbol) == 7 else str(len(symbol))
    return plain_text(px.value(f"DATASYMBOL{keyword}") or symbol, "et symbol")[:MAX_FLAG]
