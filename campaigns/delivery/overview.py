"""The ledger as people read it: how many in each state, and a page of rows with who and what they are for."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.channels.account import ChannelAccount
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.editorial.draft import Draft
from campaigns.newsletter.issue import Issue, IssueItem
from campaigns.paging import Page, newest
from campaigns.subscribers.addresses import masked
from campaigns.subscribers.subscriber import Subscriber

PAGE_LENGTH = 50


class DeliveryGroup(StrEnum):
    """The states of the ledger in the words of somebody who waits for them."""

    UNKNOWN = "usikre"
    WAITING = "venter"
    SENT = "sendt"
    FAILED = "feilet"
    STOPPED = "stoppet"


GROUPS: Mapping[DeliveryGroup, frozenset[DeliveryState]] = {
    DeliveryGroup.UNKNOWN: frozenset({DeliveryState.UNKNOWN}),
    DeliveryGroup.WAITING: frozenset(
        {DeliveryState.PLANNED, DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED}
    ),
    DeliveryGroup.SENT: frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED}),
    DeliveryGroup.FAILED: frozenset({DeliveryState.FAILED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED}),
    DeliveryGroup.STOPPED: frozenset({DeliveryState.SUPPRESSED, DeliveryState.CANCELLED}),
}


@dataclass(frozen=True, kw_only=True)
class DeliveryRow:
    """One delivery, with what it carries and to whom (an address is masked)."""

    delivery: Delivery
    what: str | None  # the issue's subject or the draft's title; None for account mail
    to: str
    draft_id: int | None


@dataclass(frozen=True)
class DeliveryPage:
    """One page of rows, and how many there are in each group."""

    rows: Sequence[DeliveryRow]
    page: Page
    counts: Mapping[DeliveryGroup, int]


def counts(session: Session, *, draft_id: int | None = None) -> dict[DeliveryGroup, int]:
    """How many deliveries are in each group."""
    found: Counter[DeliveryState] = Counter()
    wanted = select(Delivery.state, func.count()).group_by(col(Delivery.state))
    for part in _parts_of(session, draft_id):  # each counted from an index of its own
        for state, number in session.exec(wanted.where(part)):
            found[DeliveryState(state)] += number
    return {group: sum(found[state] for state in states) for group, states in GROUPS.items()}


def uncertain(session: Session) -> int:
    """How many nobody knows the fate of, until a person says so."""
    unknown = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.UNKNOWN)
    return session.exec(unknown).one()


def delivery_page(
    session: Session, *, group: DeliveryGroup | None = None, draft_id: int | None = None, page: int = 1
) -> DeliveryPage:
    """The newest first."""
    numbers = counts(session, draft_id=draft_id)
    total = sum(numbers.values()) if group is None else numbers[group]
    number = col(Delivery.id)
    found = sa.select(number).where(sa.or_(*_parts_of(session, draft_id)))
    if group is not None:
        found = found.where(col(Delivery.state).in_(GROUPS[group]))
    ids, shown = newest(session, found, number, asked=page, length=PAGE_LENGTH, total=total)
    rows = session.exec(select(Delivery).where(number.in_(ids)).order_by(number.desc())).all()
    return DeliveryPage(_described(session, rows), shown, numbers)


def _parts_of(session: Session, draft_id: int | None) -> list[sa.ColumnElement[bool]]:
    """The posts of a draft and the mails of its issues; all there is when none is named."""
    if draft_id is None:
        return [sa.true()]
    issues = session.exec(select(IssueItem.issue_id).where(IssueItem.draft_id == draft_id)).all()
    return [col(Delivery.draft_id) == draft_id, col(Delivery.issue_id).in_(issues)]


def _described(session: Session, deliveries: Sequence[Delivery]) -> list[DeliveryRow]:
    issues = _texts(session, Issue.id, Issue.subject, {row.issue_id for row in deliveries})
    drafts = _texts(session, Draft.id, Draft.title, {row.draft_id for row in deliveries})
    addresses = _texts(session, Subscriber.id, Subscriber.normalized, {row.subscriber_id for row in deliveries})
    accounts = _texts(session, ChannelAccount.id, ChannelAccount.name, {row.account_id for row in deliveries})
    return [
        DeliveryRow(
            delivery=row,
            what=issues.get(row.issue_id) or drafts.get(row.draft_id),
            to=masked(addresses[row.subscriber_id])
            if row.subscriber_id in addresses
            else accounts.get(row.account_id, "–"),
            draft_id=row.draft_id,
        )
        for row in deliveries
    ]


def _texts(session: Session, key: Any, text: Any, wanted: Collection[Any]) -> dict[Any, str]:
    return dict(session.exec(select(key, text).where(col(key).in_([one for one in wanted if one is not None]))).all())
