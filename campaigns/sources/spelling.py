"""How a source spelled its figures, beside their shortest spelling, which is what they are kept and compared as."""

from bisect import bisect_right
from collections.abc import Iterator

_STRIDE = 1024


class Spelling:
    """How figures were written where that is not their shortest spelling: ``4700.0``, ``4.7e3``."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._blocks: list[bytes] = []  # texts with commas between, for the cells from its start on
        self._single: dict[int, str] = {}

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
        text = _nth(self._blocks[number], place - self._starts[number])
        return shortest if text is None else text.decode("ascii")

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
