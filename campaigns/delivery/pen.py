"""What is written in the ledger for every mail: that it begins, that its dot is to leave, that it was taken.

Each line is one conditional statement that keeps the rules of ``ledger.move`` and ``ledger.enter_stage``, and says
afterwards whether it was written: it is not when the claim is somebody else's by then. Whoever wrote it finds out
why by the longer way (``logbook``), which decides as for everything that is rare.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlmodel import col

from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState, Stage
from campaigns.delivery.kept_connection import KeptConnection, MadeReady, Prepared, Step
from campaigns.newsletter.issue import Issue, IssueStatus
from campaigns.subscribers.audience import is_on
from campaigns.subscribers.subscriber import Subscriber
from campaigns.tables import UtcDateTime

FLOWING = (IssueStatus.SENDING, IssueStatus.SENT)
"""Mails of such an issue may leave; of one that was paused or cancelled they may not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Begins:
    """A newsletter's ``mail`` is to be entered for the first time in this claim.

    Written only when the claim is ours, the reader may have it (E-45) and the issue flows: all in one statement.
    """

    id: int
    subscriber_id: int
    holder: str
    until: datetime
    at: datetime

    @property
    def values(self) -> Mapping[str, Any]:
        return {
            "row": self.id, "reader": self.subscriber_id, "holder": self.holder, "until": self.until, "now": self.at,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class EntersDot:
    """The final dot is to leave. From here on the mail may have been taken."""

    id: int
    holder: str
    until: datetime

    @property
    def values(self) -> Mapping[str, Any]:
        return {"row": self.id, "holder": self.holder, "until": self.until}


@dataclass(frozen=True, kw_only=True, slots=True)
class NewsletterEntersDot(EntersDot):
    """The same; written only when the reader still may have it and the issue still flows."""

    subscriber_id: int

    @property
    def values(self) -> Mapping[str, Any]:
        return {"row": self.id, "reader": self.subscriber_id, "holder": self.holder, "until": self.until}


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The relay's whole 2yz reply to the dot was read."""

    id: int
    holder: str
    began: datetime | None
    at: datetime
    by: str
    reply: str | None

    @property
    def values(self) -> Mapping[str, Any]:
        return {
            "row": self.id, "holder": self.holder, "began": self.began, "now": self.at, "by": self.by,
            "words": self.reply,
        }  # fmt: skip


Line: TypeAlias = Begins | EntersDot | NewsletterEntersDot | Taken

_ROW: sa.Table = Delivery.__table__  # type: ignore[attr-defined]
_EVENT: sa.Table = DeliveryEvent.__table__  # type: ignore[attr-defined]
_NOW = sa.bindparam("now", type_=UtcDateTime())
_OURS = (
    _ROW.c.id == sa.bindparam("row"),
    _ROW.c.state == DeliveryState.SENDING,
    _ROW.c.claimed_by == sa.bindparam("holder"),
)
_FLOWS = sa.or_(*(col(Issue.status) == status for status in FLOWING))
_MAY_GO = (
    sa.exists().where(col(Subscriber.id) == sa.bindparam("reader"), *is_on()),
    sa.exists().where(col(Issue.id) == _ROW.c.issue_id, _FLOWS),
)
_BEGINS = (
    sa.update(_ROW)
    .where(*_OURS, *_MAY_GO)
    .values(
        stage=Stage.MAIL,
        claimed_until=sa.bindparam("until"),
        attempts=_ROW.c.attempts + 1,
        first_attempt_at=sa.func.coalesce(_ROW.c.first_attempt_at, _NOW),
    )
)
_ENTERS_DOT = sa.update(_ROW).where(*_OURS).values(stage=Stage.DOT, claimed_until=sa.bindparam("until"))
_NEWSLETTER_ENTERS_DOT = _ENTERS_DOT.where(*_MAY_GO)
_TAKEN = (
    sa.update(_ROW)
    .where(*_OURS)
    .values(
        state=DeliveryState.ACCEPTED,
        stage=Stage.DOT,
        reply=sa.bindparam("words"),
        category=sa.null(),
        next_attempt_at=sa.null(),
        first_attempt_at=sa.bindparam("began"),
        claimed_by=sa.null(),
        claimed_until=sa.null(),
        finished_at=_NOW,
    )
)
_EVENT_COLUMNS = ("delivery_id", "at", "from_state", "to_state", "stage", "by", "reply")
_EVENT_VALUES = (
    _NOW,
    sa.literal(DeliveryState.SENDING.value),
    sa.literal(DeliveryState.ACCEPTED.value),
    sa.literal(Stage.DOT.value),
    sa.bindparam("by", type_=sa.String()),
    sa.bindparam("words", type_=sa.String()),
)


class Pen:
    """Writes lines over one kept connection."""

    def __init__(self, connection: KeptConnection) -> None:
        self._connection = connection
        dialect = connection.dialect
        made: MadeReady = {}
        taken = _noted_after_the_row() if dialect.name == "sqlite" else _noted_with_the_row()
        self._statements: Mapping[type, tuple[Prepared, ...]] = {
            line: tuple(Prepared(statement, dialect, made) for statement in statements)
            for line, statements in {
                Begins: (_BEGINS,),
                EntersDot: (_ENTERS_DOT,),
                NewsletterEntersDot: (_NEWSLETTER_ENTERS_DOT,),
                Taken: taken,
            }.items()
        }

    def write(self, lines: Sequence[Line], *, durable: bool) -> list[bool]:
        """Write these in one commit; which of them were written."""
        steps: list[Step] = []
        ends: list[int] = []
        for line in lines:
            steps += [(statement, line.values) for statement in self._statements[type(line)]]
            ends.append(len(steps) - 1)
        touched = self._connection.unit(steps, durable=durable)
        return [touched[end] == 1 for end in ends]


def _noted_with_the_row() -> tuple[sa.Executable, ...]:
    """The row and its history in one statement, so that one trip to the server does both."""
    moved = _TAKEN.returning(_ROW.c.id).cte("moved")
    return (sa.insert(_EVENT).from_select(_EVENT_COLUMNS, sa.select(moved.c.id, *_EVENT_VALUES)),)


def _noted_after_the_row() -> tuple[sa.Executable, ...]:
    """SQLite has no such statement, but knows how many rows the one before has changed."""
    noted = sa.select(sa.bindparam("row", type_=sa.Integer()), *_EVENT_VALUES).where(sa.func.changes() == 1)
    return _TAKEN, sa.insert(_EVENT).from_select(_EVENT_COLUMNS, noted)
