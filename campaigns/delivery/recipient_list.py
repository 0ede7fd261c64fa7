"""The readers of one issue with one outcome, page by page, and those among them somebody looks for. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.delivery.delivery import Delivery
from campaigns.delivery.outcomes import Breakdown, Outcome, outcome_of, with_outcome
from campaigns.paging import ENOUGH, Page
from campaigns.subscribers.address_search import in_address
from campaigns.subscribers.subscriber import Subscriber

PAGE_LENGTH = 50
MOST_FOUND = 200  # somebody who looks for a person writes more of the address
_FEW = 5_000


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
    told: Breakdown,
    outcome: Outcome | None = None,
    category: str | None = None,
    search: str = "",
    page: int = 1,
) -> RecipientPage:
    """The issue's readers, the first who came here first. ``search`` is looked for anywhere in the address.

    ``told`` is what came of the issue, so that nothing is counted twice.
    """
    where: list[Any] = [col(Delivery.issue_id) == issue_id]
    if outcome is not None:
        where.append(with_outcome(outcome))
    if category is not None:
        where.append(sa.func.coalesce(col(Delivery.category), "") == category)
    # The ids first, from an index and in its order: a page further down in a long list steps over entries, not rows.
    order = [col(Delivery.subscriber_id), col(Delivery.id)] if outcome is None else [col(Delivery.id)]
    wanted = select(Delivery.id).where(*where).order_by(*order)
    if search.strip():
        found = session.exec(wanted.where(_theirs(session, search)).limit(MOST_FOUND + 1)).all()
        shown = Page(asked=1, total=min(len(found), MOST_FOUND), length=MOST_FOUND)
        return RecipientPage(rows=_rows(session, shown.of(found)), page=shown, more_than_shown=len(found) > MOST_FOUND)
    shown = Page(asked=page, total=told.rows_with(outcome, category), length=PAGE_LENGTH, most=ENOUGH)
    return RecipientPage(rows=_rows(session, session.exec(shown.cut(wanted)).all()), page=shown)


def _theirs(session: Session, search: str) -> sa.ColumnElement[bool]:
    """The condition on a delivery that it is to one of those who are looked for.

    When they are few, they are found first. When they are many, rows are looked at until there are enough.
    """
    number, looked_for = col(Subscriber.id), in_address(search)
    few = session.exec(select(Subscriber.id).where(looked_for).limit(_FEW + 1)).all()
    if len(few) <= _FEW:
        return col(Delivery.subscriber_id).in_(few)
    return sa.exists().where(number == col(Delivery.subscriber_id), looked_for)


def _rows(session: Session, ids: Sequence[int | None]) -> list[RecipientRow]:
    found = session.exec(
        select(Delivery, Subscriber.normalized)
        .join(Subscriber, col(Subscriber.id) == col(Delivery.subscriber_id), isouter=True)
        .where(col(Delivery.id).in_(ids))
        .order_by(col(Delivery.id))
    ).all()
    return [
        RecipientRow(delivery=delivery, outcome=outcome_of(delivery.state, delivery.category), address=address)
        for delivery, address in found
    ]
