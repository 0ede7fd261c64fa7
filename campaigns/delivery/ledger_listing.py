"""The ledger for programs: rows in the order they were written, a page at a time after a cursor. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryState
from campaigns.editorial.draft import ChannelName


@dataclass(frozen=True)
class Listed:
    """One row with its version: the number of the latest step in its history."""

    delivery: Delivery
    version: int


@dataclass(frozen=True)
class ListedPage:
    """Some rows. ``after`` is the cursor for the next page, None on the last."""

    rows: Sequence[Listed]
    after: int | None


def list_deliveries(
    session: Session,
    *,
    issue_id: int | None = None,
    state: DeliveryState | None = None,
    channel: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> ListedPage:
    """The rows that fit, from the first one after the cursor."""
    where: list[Any] = [col(Delivery.id) > after]
    if issue_id is not None:
        where.append(col(Delivery.issue_id) == issue_id)
    if state is not None:
        where.append(col(Delivery.state) == state)
    if channel is not None:
        where.append(col(Delivery.channel) == channel)
        if channel != ChannelName.NEWSLETTER:  # what is no newsletter is of no issue, which an index has
            where.append(col(Delivery.issue_id).is_(None))
    found = session.exec(select(Delivery).where(*where).order_by(col(Delivery.id)).limit(limit + 1)).all()
    rows = found[:limit]
    latest = select(DeliveryEvent.delivery_id, sa.func.max(DeliveryEvent.id)).where(
        col(DeliveryEvent.delivery_id).in_([row.id for row in rows])
    )
    versions = dict(session.exec(latest.group_by(col(DeliveryEvent.delivery_id))).all())
    return ListedPage(
        [Listed(row, int(versions.get(row.id or 0) or 0)) for row in rows],
        rows[-1].id if len(found) > limit else None,
    )
