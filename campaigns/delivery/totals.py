"""How many deliveries of an issue ended how, whether their rows are still here or only counted (P-05).

Rows say who got what, so they are let go after a while; the sums stay, and stay right.
"""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryKind, DeliveryState, DeliveryTotal, LetGo
from campaigns.delivery.ledger import UNFINISHED
from campaigns.newsletter.issue import Issue, IssueStatus

_MAILS = (DeliveryKind.NEWSLETTER, DeliveryKind.ACCOUNT_MAIL)
_OPEN = (*UNFINISHED, DeliveryState.UNKNOWN)  # a person still has to say what became of it
_AT_A_TIME = 1_000
_ROW: sa.Table = Delivery.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it


class _Outcome(NamedTuple):
    issue_id: int | None
    kind: DeliveryKind
    state: DeliveryState
    category: str


def issue_totals(session: Session, issue_id: int) -> Counter[DeliveryState]:
    """How many of the issue's mails are in each state: the rows that are here and those that were counted."""
    totals: Counter[DeliveryState] = Counter()
    here = select(col(Delivery.state), func.count()).where(
        col(Delivery.issue_id) == issue_id, col(Delivery.kind) == DeliveryKind.NEWSLETTER
    )
    counted = select(col(DeliveryTotal.state), func.sum(DeliveryTotal.number)).where(
        col(DeliveryTotal.issue_id) == issue_id
    )
    for state, number in session.exec(here.group_by(col(Delivery.state))):
        totals[state] += number
    for state, number in session.exec(counted.group_by(col(DeliveryTotal.state))):
        totals[state] += int(number)
    return totals


def count_and_let_go(session: Session, before: datetime) -> int:
    """Count some of the mails that ended before this instant, and remove their rows and history; how many.

    Posts stay: they went to nobody. So does what is uncertain, until somebody has decided; and the newest row of
    all, because a number that was given once must never be given again: returned mail names deliveries by it.
    """
    rows = _due(session, before)
    if not rows:
        return 0
    ids = [row_id for row_id, _ in rows]
    _add(session, Counter(outcome for _, outcome in rows))
    session.connection().execute(sa.insert(LetGo.__table__), [{"key": _key(row_id)} for row_id in ids])  # type: ignore[attr-defined]  # SQLModel does not declare __table__
    session.exec(delete(DeliveryEvent).where(col(DeliveryEvent.delivery_id).in_(ids)))
    session.exec(delete(Delivery).where(col(Delivery.id).in_(ids)))
    session.exec(delete(LetGo).where(col(LetGo.key).in_([_key(row_id) for row_id in ids])))
    session.expire_all()
    return len(ids)


def _due(session: Session, before: datetime) -> list[tuple[int, _Outcome]]:
    closed = select(Issue.id).where(col(Issue.status).in_((IssueStatus.SENT, IssueStatus.CANCELLED)))
    query = (
        sa.select(_ROW.c.id, _ROW.c.issue_id, _ROW.c.kind, _ROW.c.state, sa.func.coalesce(_ROW.c.category, ""))
        .where(
            _ROW.c.finished_at < before,
            _ROW.c.kind.in_(_MAILS),
            _ROW.c.state.not_in(_OPEN),
            _ROW.c.issue_id.is_(None) | _ROW.c.issue_id.in_(closed),
            _ROW.c.id < sa.select(sa.func.max(_ROW.c.id)).scalar_subquery(),
        )
        .order_by(_ROW.c.id)
        .limit(_AT_A_TIME)
        .with_for_update(skip_locked=True)
    )
    session.flush()
    return [(row_id, _Outcome(*outcome)) for row_id, *outcome in session.connection().execute(query)]


def _add(session: Session, counted: Counter[_Outcome]) -> None:
    for (issue_id, kind, state, category), number in counted.items():
        same_issue = (
            col(DeliveryTotal.issue_id).is_(None) if issue_id is None else col(DeliveryTotal.issue_id) == issue_id
        )
        row = session.exec(
            select(DeliveryTotal).where(
                same_issue,
                col(DeliveryTotal.kind) == kind,
                col(DeliveryTotal.state) == state,
                col(DeliveryTotal.category) == category,
            )
        ).first() or DeliveryTotal(issue_id=issue_id, kind=kind, state=state, category=category, number=0)
        row.number += number
        session.add(row)
    session.flush()


def _key(delivery_id: int) -> str:
    return f"delivery:{delivery_id}"
