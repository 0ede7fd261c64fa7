"""An audience too large for one transaction, while its rows are being written: who was meant, and how far it has come.

A row is here from the moment an issue is closed until the last of its recipients has one in the ledger. It goes in the
transaction that writes the last of them, so a process that is killed in between leaves what the next one goes on from.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.tables import instant


class Freezing(SQLModel, table=True):
    """The part of one issue's audience that has no rows yet: readers from ``after`` up to ``up_to``, by id.

    ``groups`` names, by the edition's id, those who get it: language, frequency and topics as their row says them.
    """

    __tablename__ = "freezing"

    issue_id: int = Field(primary_key=True, foreign_key="issue.id", sa_column_kwargs={"autoincrement": False})
    groups: dict[str, list[tuple[str, str, str]]] = Field(sa_type=sa.JSON, nullable=False)
    begun_at: datetime = instant()  # who joined after this is in no part of it
    after: int = 0
    up_to: int
    planned: int = 0  # rows there are


def is_freezing() -> sa.ColumnElement[bool]:
    """The condition on an ``Issue`` that some of its recipients still have no row."""
    issue = SQLModel.metadata.tables["issue"]
    return sa.exists().where(col(Freezing.issue_id) == issue.c.id)


def frozen_so_far(session: Session, issue_id: int | None) -> int:
    """How many recipients of an issue that is not all frozen have a row; 0 for any other."""
    return session.exec(select(Freezing.planned).where(Freezing.issue_id == issue_id)).first() or 0
