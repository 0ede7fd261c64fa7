"""Where a cell stands: row-major, the last axis fastest, and how cells move from one order of axes to another."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

Axis = tuple[str, ...]


@dataclass(frozen=True)
class _Move:
    """One axis: for each category that is moved, how far into the source and into the target it lies."""

    source: Sequence[int]
    target: Sequence[int]

    def runs(self) -> list[tuple[slice, slice]]:
        """The same as slices, as few as can be."""
        found: list[tuple[slice, slice]] = []
        start, count = 0, len(self.source)
        while start < count:
            stop = start + 1
            steps = self._steps(start) if stop < count else (1, 1)
            while stop < count and min(steps) > 0 and self._steps(stop - 1) == steps:
                stop += 1
            found.append((_slice(self.source[start], stop - start, steps[0]),
                          _slice(self.target[start], stop - start, steps[1])))  # fmt: skip
            start = stop
        return found

    def _steps(self, place: int) -> tuple[int, int]:
        return self.source[place + 1] - self.source[place], self.target[place + 1] - self.target[place]


def strides(axes: Sequence[Axis]) -> list[int]:
    """How many cells one step along each axis is."""
    return [prod(len(axis) for axis in axes[place + 1 :]) for place in range(len(axes))]


def moved(
    planes: Sequence["array[int]"], source: Sequence[Axis], target: Sequence[Axis], places: Sequence[int]
) -> tuple["array[int]", ...]:
    """The planes with their cells in the order of ``target``, whose axis n is axis ``places[n]`` of ``source``.

    Categories only the source has are left out; cells only the target has are zero.
    """
    if [source[place] for place in places] == list(target) and list(places) == sorted(places):
        return tuple(planes)
    size = prod(len(axis) for axis in target)
    found = tuple(array(plane.typecode, bytes(plane.itemsize * size)) for plane in planes)
    moves = _moves(source, target, places)
    if not all(move.source for move in moves):
        return found
    if not moves:  # a cube without axes is a single cell
        return tuple(planes)
    costs = [size // len(move.source) * len(move.runs()) for move in moves]
    along = costs.index(min(costs))
    runs = moves[along].runs()
    others = [move for place, move in enumerate(moves) if place != along]
    if len(runs) * 4 > len(moves[along].source):
        _one_by_one(planes, found, moves[along], others)
        return found
    for begin, end in _offsets(others):
        for taken, given in runs:
            read = slice(taken.start + begin, taken.stop + begin, taken.step)
            write = slice(given.start + end, given.stop + end, given.step)
            for plane, into in zip(planes, found, strict=True):
                into[write] = plane[read]
    return found


def _moves(source: Sequence[Axis], target: Sequence[Axis], places: Sequence[int]) -> list[_Move]:
    found = []
    source_steps, target_steps = strides(source), strides(target)
    for number, place in enumerate(places):
        known = {code: at for at, code in enumerate(source[place])}
        shared = [(known[code], at) for at, code in enumerate(target[number]) if code in known]
        found.append(
            _Move(
                [at * source_steps[place] for at, _ in shared],
                [at * target_steps[number] for _, at in shared],
            )
        )
    return found


def _one_by_one(
    planes: Sequence["array[int]"], found: Sequence["array[int]"], along: _Move, others: list[_Move]
) -> None:
    """Categories in no order at all: each cell is picked, a row at a time."""
    for begin, end in _offsets(others):
        for plane, into in zip(planes, found, strict=True):
            for source, target in zip(along.source, along.target, strict=True):
                into[end + target] = plane[begin + source]


def _offsets(moves: list[_Move]) -> Iterator[tuple[int, int]]:
    sources, targets = array("q", [0]), array("q", [0])
    for move in moves:
        sources = array("q", [begin + step for begin in sources for step in move.source])
        targets = array("q", [begin + step for begin in targets for step in move.target])
    return zip(sources, targets, strict=True)


def _slice(start: int, count: int, step: int) -> slice:
    return slice(start, start + (count - 1) * step + 1, step)
