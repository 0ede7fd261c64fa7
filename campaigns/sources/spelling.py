"""How a source spelled its figures, beside their shortest spelling, which is what they are kept and compared as."""

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate

_STRIDE = 1024
_FEW = 16


class Spelling:
    """How figures were written where that is not their shortest spelling: ``4700.0``, ``4.7e3``."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._blocks: list[bytes] = []  # texts with commas between, for the cells from its start on
        self._single: dict[int, str] = {}
        self._asked: Counter[int] = Counter()
        self._ends: dict[int, array[int]] = {}  # where the texts of a block end, when many of them are asked for

    def __bool__(self) -> bool:
        return bool(self._blocks or self._single)

    def add_block(self, start: int, joined: bytes) -> None:
        """Blocks are added in order."""
        self._starts.append(start)
        self._blocks.append(joined)

    def add(self, place: int, text: str) -> None:
        self._single[place] = text

    def text(self, place: int, shortest: str) -> str:
        """The cell's figure as it was written."""
        if place in self._single:
            return self._single[place]
        number = bisect_right(self._starts, place) - 1
        if number < 0:
            return shortest
        text = self._in_block(number, place - self._starts[number])
        return shortest if text is None else text.decode("ascii")

    def _in_block(self, number: int, nth: int) -> bytes | None:
        joined = self._blocks[number]
        if number not in self._ends:
            self._asked[number] += 1
            if self._asked[number] <= _FEW:
                return _nth(joined, nth)
            self._ends[number] = array("I", accumulate(len(text) + 1 for text in joined.split(b",")))
        ends = self._ends[number]
        return joined[ends[nth - 1] if nth else 0 : ends[nth] - 1] if nth < len(ends) else None

    def texts(self, shortest: Iterator[str]) -> Iterator[str]:
        """All figures as they were written."""
        place = 0
        for start, joined in zip(self._starts, self._blocks, strict=True):
            while place < start:
                yield self._single.get(place, next(shortest))
                place += 1
            for written in joined.split(b","):
                next(shortest)
                yield written.decode("ascii")
                place += 1
        for text in shortest:
            yield self._single.get(place, text)
            place += 1


def _nth(joined: bytes, number: int) -> bytes | None:
    """One of many texts with commas between, without making the others."""
    start = 0
    while start < len(joined) and (commas := joined.count(b",", start, start + _STRIDE)) <= number:
        start, number = start + _STRIDE, number - commas
    # The number of whole texts before ``start`` is taken off; the one it cuts through begins before it.
    begin = joined.rfind(b",", 0, start) + 1
    found = joined[begin : start + 2 * _STRIDE].split(b",", number + 1)
    return found[number] if number < len(found) else None
