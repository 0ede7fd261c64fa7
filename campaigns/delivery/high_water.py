"""How far sending has come, as a number: so that a ledger that was put back can be told from the one it was (D4).

Every claim raises the number in the ledger, in its own transaction, and has it written down outside the database
before a mail or post of that claim leaves (``NoteClaims``). A ledger that stands lower than what was written down has
been put back, or has lost what was committed; what waits in it may have gone (``service.sent_since``).
"""

from collections.abc import Callable
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

_THE_ONE = 1
NoteClaims: TypeAlias = Callable[[int], None]
"""Write down outside the database how far sending has come, and come back when the disk has it."""


class HighWater(SQLModel, table=True):
    """The one row there is, from the first claim on."""

    __tablename__ = "high_water"

    id: int = Field(default=_THE_ONE, primary_key=True)
    claims: int = 0


def not_noted(_claims: int) -> None:
    """For a database that nothing is kept beside."""


def raise_water(session: Session) -> int:
    """One claim more; how many there have been. Whoever else claims meanwhile waits for this transaction's end."""
    raised = sa.update(HighWater).values(claims=col(HighWater.claims) + 1).returning(col(HighWater.claims))
    found = session.execute(raised).scalar_one_or_none()
    if found is None:
        _begin(session)
        found = session.execute(raised).scalar_one()
    return int(found)


def water(session: Session, *, held: bool = False) -> int:
    """How many claims this ledger knows of; ``held``: nobody raises it before this transaction ends."""
    found = select(HighWater.claims)
    return session.exec(found.with_for_update() if held else found).first() or 0


def lift_water(session: Session, claims: int) -> None:
    """After a ledger was put back: at least as high as what was written down."""
    if claims and not session.get(HighWater, _THE_ONE):
        _begin(session)
    session.execute(sa.update(HighWater).where(col(HighWater.claims) < claims).values(claims=claims))


def _begin(session: Session) -> None:
    try:
        with session.begin_nested():
            session.add(HighWater())
    except IntegrityError:
        return  # another process that claims for the first time was first
