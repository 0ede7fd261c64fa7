"""A column of texts that repeat, as marks beside figures do: each different one is kept once."""

from array import array
from collections.abc import Iterable, Mapping, Sequence


class CodedTexts:
    """The text of every cell by its number among ``names``. The first name is the empty one: nothing there."""

    __slots__ = ("codes", "names")

    def __init__(self, names: Sequence[str], codes: "array[int]") -> None:
        self.names, self.codes = tuple(names), codes

    @classmethod
    def none(cls, size: int) -> "CodedTexts":
        return cls(("",), array("I", bytes(4 * size)))

    @classmethod
    def of(cls, texts: Mapping[int, str], size: int) -> "CodedTexts":
        """The texts at these places, and nothing anywhere else."""
        found = cls.none(size)
        found.fill(texts, texts.values())
        return found

    def text(self, place: int) -> str:
        return self.names[self.codes[place]]

    def fill(self, places: Iterable[int], texts: Iterable[str]) -> None:
        """Write each text at its place."""
        known = {name: code for code, name in enumerate(self.names)}
        codes = self.codes
        for place, text in zip(places, texts, strict=True):
            codes[place] = known.setdefault(text, len(known))
        self.names = tuple(known)

    def sorted(self) -> "CodedTexts":
        """The same with the names that are used, in order: the form that two equal columns share."""
        used = sorted({self.names[code] for code in set(self.codes)} - {""})
        if ["", *used] == list(self.names):
            return self
        number = {name: code for code, name in enumerate(["", *used])}
        renamed = [number.get(name, 0) for name in self.names]
        return CodedTexts(["", *used], array("I", map(renamed.__getitem__, self.codes)))
