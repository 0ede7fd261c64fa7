"""What may not be seen before its time, kept out of every query that is asked on somebody's behalf.

A session looks at the database ``as_seen_at`` an instant: what is under embargo then is not there for it, however it
is asked for. Who is asked on behalf of decides the caller: the pages for all but authors and approvers, and drafting
when it writes what will go out at a slot. Each table says by ``withhold`` which of its rows may be seen.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session, SQLModel

Visible = Callable[[datetime], sa.ColumnElement[bool]]

_SEEN_AT = "embargo.seen_at"
_RULES: dict[type[SQLModel], Visible] = {}


def withhold(table: type[SQLModel], visible: Visible) -> None:
    """Show only those rows of the table that ``visible`` lets through at the instant it is given.

    The rule must name other tables by their ``__table__``, for what is asked of a model is itself withheld.
    """
    _RULES[table] = visible


def has_passed(embargo_until: Any, at: datetime) -> sa.ColumnElement[bool]:
    """There is no embargo, or it is over."""
    return sa.or_(embargo_until.is_(None), embargo_until <= at)


def see_at(session: Session, at: datetime | None) -> None:
    """From now on the session sees what may be seen at this instant; everything when it is None."""
    session.info[_SEEN_AT] = at


@contextmanager
def as_seen_at(session: Session, at: datetime) -> Iterator[None]:
    """Within the block the session sees what may be seen at this instant."""
    before = session.info.get(_SEEN_AT)
    see_at(session, at)
    try:
        yield
    finally:
        see_at(session, before)


@sa.event.listens_for(Session, "do_orm_execute")
def _withheld(asked: ORMExecuteState) -> None:
    at = asked.session.info.get(_SEEN_AT)
    if at is None or not asked.is_select or asked.is_column_load:
        return
    rules = (with_loader_criteria(table, visible(at), include_aliases=True) for table, visible in _RULES.items())
    asked.statement = asked.statement.options(*rules)
