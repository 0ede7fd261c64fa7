"""A long list in pages: which page is shown, how many there are, and what lies on it.

Whoever asks for a page that is not there, with an old address or a number typed by hand, gets the nearest one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.sql.selectable import GenerativeSelect

Thing = TypeVar("Thing")
Query = TypeVar("Query", bound=GenerativeSelect)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a list of ``total`` things, ``length`` to a page; ``asked`` is the number somebody gave."""

    asked: int
    total: int
    length: int

    @property
    def pages(self) -> int:
        """How many there are; an empty list is one page too."""
        return max(1, -(-self.total // self.length))

    @property
    def number(self) -> int:
        """Which one is shown, counted from 1."""
        return min(max(self.asked, 1), self.pages)

    @property
    def offset(self) -> int:
        """How many things lie before it."""
        return (self.number - 1) * self.length

    def of(self, things: Sequence[Thing]) -> Sequence[Thing]:
        """Those of all the things that lie on it."""
        return things[self.offset : self.offset + self.length]

    def cut(self, query: Query) -> Query:
        """The query for the rows that lie on it; their order is the query's own."""
        return query.offset(self.offset).limit(self.length)
