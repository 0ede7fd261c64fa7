"""What of a cube says anything: which categories, and how many figures of each are zero."""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from campaigns.sources.cube import Cube
from campaigns.sources.figure_column import ZERO

_FEW = 1_024


class Count(NamedTuple):
    """Figures of one category, and how many of them are 0."""

    figures: int
    zeros: int

    @property
    def others(self) -> int:
        return self.figures - self.zeros


def reached(cube: Cube, axis: int, *, marks: bool = False, words: bool = True) -> tuple[str, ...]:
    """The categories of an axis that have a figure or a word, or with ``marks`` anything at all, in order."""
    columns = [cube.figures.planes[0]]
    if words and cube.words is not None:
        columns.append(cube.words.codes)
    if marks and cube.marks is not None:
        columns.append(cube.marks.codes)
    return tuple(
        code
        for number, code in enumerate(cube.axes[axis])
        if any(any(column[part]) for part in _parts(cube, axis, number) for column in columns)
    )


def counted(cube: Cube, axis: int, code: str) -> Count:
    """How many figures one category of an axis has."""
    if code not in cube.axes[axis]:
        return Count(0, 0)
    plane = cube.figures.planes[0]
    parts = [plane[part] for part in _parts(cube, axis, cube.axes[axis].index(code))]
    return Count(sum(len(part) - part.count(0) for part in parts), sum(part.count(ZERO) for part in parts))


def _parts(cube: Cube, axis: int, number: int) -> Iterator[slice]:
    """Where the cells of one category are."""
    step = prod(len(each) for each in cube.axes[axis + 1 :])
    whole = step * len(cube.axes[axis])
    if step == 1:  # a few at a time: mostly the first has what is looked for
        for start in range(number, cube.size, whole * _FEW):
            yield slice(start, start + whole * _FEW, whole)
        return
    for start in range(number * step, cube.size, max(whole, 1)):
        yield slice(start, start + step)
