"""The readers of one issue with one outcome, page by page, and those among them somebody looks for. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.delivery.delivery import Delivery
from campaigns.delivery.outcomes import Outcome, outcome_of, with_outcome
from campaigns.paging import Page
from campaigns.subscribers.address_search import in_address
from campaigns.subscribers.subscriber import Subscriber

PAGE_LENGTH = 50
MOST_FOUND = 200  # somebody who looks for a person writes more of the address


@dataclass(frozen=True, kw_only=True)
class RecipientRow:
    """One reader's delivery. ``address`` is None when the reader has been erased."""

    delivery: Delivery
    outcome: Outcome
    address: str | None


@dataclass(frozen=True, kw_only=True)
class RecipientPage:
    """One page. A search is one page, however many it finds: ``more_than_shown`` says that they are too many."""

    rows: Sequence[RecipientRow]
    page: Page
    more_than_shown: bool = False


def recipient_page(
    session: Session,
    issue_id: int,
    *,
    outcome: Outcome | None = None,
    category: str | None = None,
    search: str = "",
    page: int = 1,
) -> RecipientPage:
    """The issue's readers, the first who came here first. ``search`` is looked for anywhere in the address."""
    where: list[Any] = [col(Delivery.issue_id) == issue_id]
    if outcome is not None:
        where.append(with_outcome(outcome))
    if category is not None:
        where.append(sa.func.coalesce(col(Delivery.category), "") == category)
    if search.strip():
        return _found(session, where, search.strip())
    total = session.exec(select(sa.func.count()).select_from(Delivery).where(*where)).one()
    shown = Page(asked=page, total=total, length=PAGE_LENGTH)
    # The ids first, from an index and in its order: a page far down in a long list steps over entries, not over rows.
    order = [col(Delivery.subscriber_id), col(Delivery.id)] if outcome is None else [col(Delivery.id)]
    wanted = select(Delivery.id).where(*where).order_by(*order)
    ids = session.exec(shown.cut(wanted)).all()
    return RecipientPage(rows=_rows(session, [col(Delivery.id).in_(ids)]), page=shown)


def _found(session: Session, where: list[Any], search: str) -> RecipientPage:
    people = select(Subscriber.id).where(in_address(search))
    rows = _rows(session, [*where, col(Delivery.subscriber_id).in_(people)], limit=MOST_FOUND + 1)
    page = Page(asked=1, total=min(len(rows), MOST_FOUND), length=MOST_FOUND)
    return RecipientPage(rows=rows[:MOST_FOUND], page=page, more_than_shown=len(rows) > MOST_FOUND)


def _rows(session: Session, where: list[Any], *, limit: int = PAGE_LENGTH) -> list[RecipientRow]:
    found = session.exec(
        select(Delivery, Subscriber.normalized)
        .join(Subscriber, col(Subscriber.id) == col(Delivery.subscriber_id), isouter=True)
        .where(*where)
        .order_by(col(Delivery.id))
        .limit(limit)
    ).all()
    return [
        RecipientRow(delivery=delivery, outcome=outcome_of(delivery.state, delivery.category), address=address)
        for delivery, address in found
    ]
