"""What the marks beside figures mean (data-sources.md §1.2). The source's own mark is always kept beside the meaning.

No two sources use quite the same letters, and none is bound to: a catalogue may say what a mark means in one source
or for one figure, and its word goes before the common one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Mark(StrEnum):
    """One meaning. A figure may carry several."""

    PROVISIONAL = "provisional"  # may be changed when the final figures come
    ESTIMATED = "estimated"
    FORECAST = "forecast"  # not observed: a projection, never the latest figure
    BREAK = "break"  # not comparable with what came before
    DEFINITION_DIFFERS = "definition_differs"
    REVISED = "revised"
    UNRELIABLE = "unreliable"
    CONFIDENTIAL = "confidential"  # there is a figure; it may not be shown
    LACKING = "lacking"  # not received, or too uncertain to show
    NOT_YET = "not_yet"
    NOT_APPLICABLE = "not_applicable"  # no figure can be given: the category is not in use
    NOT_SIGNIFICANT = "not_significant"
    NONE = "none"  # says nothing of the figure


_LETTERS: Mapping[str, Mark] = {
    "a": Mark.NONE,  # SDMX: a normal value
    "p": Mark.PROVISIONAL,
    "e": Mark.ESTIMATED,
    "s": Mark.ESTIMATED,  # by Eurostat itself
    "f": Mark.FORECAST,
    "b": Mark.BREAK,
    "d": Mark.DEFINITION_DIFFERS,
    "r": Mark.REVISED,
    "u": Mark.UNRELIABLE,
    "c": Mark.CONFIDENTIAL,
    "m": Mark.LACKING,
    "n": Mark.NOT_SIGNIFICANT,
    "z": Mark.NOT_APPLICABLE,
}
_SYMBOLS: Mapping[str, Mark] = {
    ".": Mark.NOT_APPLICABLE,
    "..": Mark.LACKING,
    "...": Mark.NOT_YET,
    ":": Mark.CONFIDENTIAL,
    "*": Mark.PROVISIONAL,
}


@dataclass(frozen=True)
class Legend:
    """How marks are read. ``own`` is what a catalogue says of them: ``{"e": (Mark.FORECAST,)}``."""

    own: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, *described: Mapping[str, Iterable[str]] | None) -> "Legend":
        """From catalogue texts; what is said last (of a figure) goes before what was said first (of its source)."""
        own: dict[str, tuple[Mark, ...]] = {}
        for said in described:
            own |= {flag: tuple(Mark(name) for name in names) for flag, names in (said or {}).items()}
        return cls(own)

    def marks(self, flag: str) -> frozenset[Mark]:
        """The meanings of a mark; none for what nobody knows."""
        known = self._read.get(flag)
        if known is None:
            known = self._read[flag] = frozenset(self._meanings(flag)) - {Mark.NONE}
        return known

    @cached_property
    def _read(self) -> dict[str, frozenset[Mark]]:
        """A table has a handful of marks and many cells."""
        return {"": frozenset()}

    def _meanings(self, flag: str) -> tuple[Mark, ...]:
        whole = self.own.get(flag)
        if whole is not None:
            return whole
        if flag in _SYMBOLS:
            return (_SYMBOLS[flag],)
        letters = [letter for letter in flag if letter not in ", "]
        found = [self._letter(letter) for letter in letters]
        # Letters are combined («ep»); one unknown letter makes it a word or a code of the source's own.
        return () if None in found else tuple(mark for marks in found for mark in marks or ())

    def _letter(self, letter: str) -> tuple[Mark, ...] | None:
        if letter in self.own:
            return self.own[letter]
        common = _LETTERS.get(letter.lower()) or _SYMBOLS.get(letter)
        return None if common is None else (common,)


COMMON = Legend()
