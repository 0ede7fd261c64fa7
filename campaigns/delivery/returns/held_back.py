"""Addresses that are held back, as staff read them: since when, why, and on what grounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.delivery.delivery import Delivery
from campaigns.delivery.returns.returned_mail import Failure
from campaigns.errors import InvalidInput
from campaigns.newsletter.issue import Issue
from campaigns.paging import Page, newest
from campaigns.subscribers import suppression
from campaigns.subscribers.address_search import in_address
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Subscriber, Suppression, SuppressionReason

PAGE_LENGTH = 30
_EVIDENCE = 5


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One failure that led to holding an address back."""

    at: datetime
    words: str
    category: str
    subject: str | None
    returned_mail_id: int | None
    withdrawn: bool


@dataclass(frozen=True, kw_only=True)
class HeldBack:
    """One address that gets no mail, and the grounds."""

    person: Subscriber
    reason: SuppressionReason
    case: Suppression | None
    evidence: Sequence[Evidence]


@dataclass(frozen=True)
class HeldBackPage:
    """One page of addresses. ``forgotten`` counts those that belong to nobody here any more."""

    rows: Sequence[HeldBack]
    page: Page
    by_reason: Mapping[SuppressionReason, int]
    forgotten: int


def held_back_page(
    session: Session, keys: Keyring, *, search: str = "", reason: SuppressionReason | None = None, page: int = 1
) -> HeldBackPage:
    """Everybody who is held back. ``search`` is looked for anywhere in the address."""
    number = col(Subscriber.id)
    held = sa.select(number).where(col(Subscriber.suppressed).is_not(None))
    counted = select(Subscriber.suppressed, func.count()).where(col(Subscriber.suppressed).is_not(None))
    numbers = dict(session.exec(counted.group_by(col(Subscriber.suppressed))).all())
    if reason is not None:
        held = held.where(col(Subscriber.suppressed) == reason.value)
    if search.strip():
        held = held.where(in_address(search))
    total = None if search.strip() else numbers.get(reason.value, 0) if reason else sum(numbers.values())
    ids, shown = newest(session, held, number, asked=page, length=PAGE_LENGTH, total=total)
    people = session.exec(select(Subscriber).where(number.in_(ids)).order_by(number.desc())).all()
    hashes = session.exec(select(func.count()).select_from(Suppression)).one()
    return HeldBackPage(
        [held_back(session, keys, person) for person in people],
        shown,
        {SuppressionReason(key): number for key, number in numbers.items() if key},
        max(0, hashes - sum(numbers.values())),
    )


def held_back(session: Session, keys: Keyring, person: Subscriber) -> HeldBack:
    """The case of one address."""
    reason = SuppressionReason(person.suppressed or SuppressionReason.STAFF)
    case = suppression.case_of(session, person.canonical_key, keys)
    return HeldBack(person=person, reason=reason, case=case, evidence=_evidence(session, person))


def forgotten_case(session: Session, keys: Keyring, typed: str) -> Suppression | None:
    """Why an address that belongs to nobody here is held back; None when it is not, or is no address."""
    try:
        key = parse_address(typed).canonical_key
    except InvalidInput:
        return None
    known = session.exec(select(Subscriber.id).where(col(Subscriber.canonical_key) == key)).first()
    return None if known is not None else suppression.case_of(session, key, keys)


def _evidence(session: Session, person: Subscriber) -> list[Evidence]:
    found = session.exec(
        select(Failure, Issue.subject)
        .join(Delivery, col(Delivery.id) == col(Failure.delivery_id))
        .join(Issue, col(Issue.id) == col(Delivery.issue_id), isouter=True)
        .where(col(Failure.subscriber_id) == person.id)
        .order_by(col(Failure.at).desc())
        .limit(_EVIDENCE)
    ).all()
    return [
        Evidence(
            at=failure.at,
            words=failure.words,
            category=failure.category.value,
            subject=subject,
            returned_mail_id=failure.returned_mail_id,
            withdrawn=failure.withdrawn_at is not None,
        )
        for failure, subject in found
    ]
