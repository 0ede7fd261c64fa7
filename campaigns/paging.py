"""A long list in pages: which page is shown, how many there are, and what lies on it.

Whoever asks for a page that is not there, with an old address or a number typed by hand, gets the nearest one.

Of a million things a page must not cost a million rows: ``newest`` finds what lies on it by numbers, and a list that
is only leafed through from its beginning has no more than ``ENOUGH`` pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlmodel import Session

Thing = TypeVar("Thing")
Query = TypeVar("Query", bound=GenerativeSelect)
ENOUGH = 200
"""Nobody turns more pages than this to find something; they search."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a list of ``total`` things, ``length`` to a page; ``asked`` is the number somebody gave.

    ``most`` pages are shown of it, all when that is None.
    """

    asked: int
    total: int
    length: int
    most: int | None = None

    @property
    def pages(self) -> int:
        """How many are shown; an empty list is one page too."""
        there = max(1, -(-self.total // self.length))
        return there if self.most is None else min(there, self.most)

    @property
    def cut_short(self) -> bool:
        """Whether there is more than is shown."""
        return self.pages * self.length < self.total

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


def newest(
    session: Session,
    found: sa.Select[int | None],
    number: Mapped[int | None],
    *,
    asked: int,
    length: int,
    total: int | None = None,
) -> tuple[Sequence[int], Page]:
    """The numbers on one page of what is found in a table, the highest first, and the page.

    ``total`` is how many are found, when that is known already. Otherwise as many are asked for as are ever shown, in
    no order: mostly that is all, and they are put in order here.
    """
    if total is None:
        few = _numbers(session, found.limit(ENOUGH * length + 1))
        if len(few) <= ENOUGH * length:
            page = Page(asked=asked, total=len(few), length=length, most=ENOUGH)
            return page.of(sorted(few, reverse=True)), page
        total = session.scalars(found.with_only_columns(sa.func.count(), maintain_column_froms=True)).one()
    page = Page(asked=asked, total=total, length=length, most=ENOUGH)
    if _are_near_the_end(session, number, page):
        asked_of_each = sa.true() if found.whereclause is None else sa.func.coalesce(found.whereclause, sa.false())
        return _numbers(session, page.cut(sa.select(number).where(asked_of_each).order_by(number.desc()))), page
    put_in_order = found.order_by((number + 0).desc())  # a sum is in no index: read are only those that are found
    return _numbers(session, page.cut(put_in_order)), page


def _are_near_the_end(session: Session, number: Mapped[int | None], page: Page) -> bool:
    """Whether the table is better read from its end than what is found put in order: when many are found.

    One row in so many is found, so that many times the page and what lies before it are read.
    """
    last = session.scalars(sa.select(sa.func.max(number))).one() or 0
    return (page.offset + page.length) * last < page.total * page.total


def _numbers(session: Session, found: sa.Select[int | None]) -> list[int]:
    return [number for number in session.scalars(found) if number is not None]
