"""Taking mails that are due, so that nobody else takes the same ones (email contract E-50).

One short transaction claims a batch. That is safe although many rows are claimed before the first one is sent,
because a claim says nothing about sending: a row that is claimed but not begun stands at stage ``none``, and goes
back to the queue after a crash. What decides is the stage, which is written for each mail by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.channels.mail_headers import HeaderRefused
from campaigns.channels.mail_message import CompiledMail
from campaigns.channels.mail_relay import Envelope
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.holder import LEASE
from campaigns.delivery.ledger import WAITING, move_all
from campaigns.delivery.mailroom import Mailroom, recipient_of
from campaigns.newsletter.frozen import why_not_as_approved, why_not_as_closed
from campaigns.newsletter.issue import Edition, Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber

_KINDS = (DeliveryKind.NEWSLETTER, DeliveryKind.ACCOUNT_MAIL)


@dataclass(kw_only=True)
class Claim:
    """One mail that is this holder's to send. ``prepared`` is set for mails that are nobody else's copy."""

    id: int
    kind: DeliveryKind
    subscriber_id: int | None
    message_id: str
    planned_at: datetime
    first_attempt_at: datetime | None
    attempts: int
    to: str | None
    mail: CompiledMail | None = None
    prepared: Envelope | None = None
    refusal: HeaderRefused | None = None  # why there is no mail to hand over
    begun: bool = False
    state: DeliveryState = DeliveryState.SENDING
    stage: Stage = Stage.NONE


def claim_due(session: Session, clock: Clock, mailroom: Mailroom, *, holder: str, limit: int) -> list[Claim]:
    """Claim up to ``limit`` mails that are due, account mails first. Issues that are not as approved are paused."""
    rows = _as_approved(session, clock, mailroom, _due(session, clock, limit))
    claimed = set(
        move_all(
            session,
            rows,
            DeliveryState.SENDING,
            by=holder,
            clock=clock,
            stage=Stage.NONE,
            claimed_by=holder,
            claimed_until=clock.now() + LEASE,
        )
    )
    return _claims(session, mailroom, [row for row in rows if row.id in claimed])


def _due(session: Session, clock: Clock, limit: int) -> Sequence[Delivery]:
    deferred_until_now = sa.and_(
        col(Delivery.state) == DeliveryState.DEFERRED, col(Delivery.next_attempt_at) <= clock.now()
    )
    flowing = sa.or_(
        col(Delivery.issue_id).is_(None),
        col(Delivery.issue_id).in_(
            select(Issue.id).where(col(Issue.status).in_((IssueStatus.SENDING, IssueStatus.SENT)))
        ),
    )
    query = (
        select(Delivery)
        .where(
            col(Delivery.kind).in_(_KINDS),
            col(Delivery.state).in_(WAITING),
            sa.or_(col(Delivery.state) == DeliveryState.QUEUED, deferred_until_now),
            flowing,
        )
        .order_by(col(Delivery.kind), col(Delivery.id))  # "account_mail" comes before "newsletter"
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.exec(query).all()


def _as_approved(session: Session, clock: Clock, mailroom: Mailroom, rows: Sequence[Delivery]) -> list[Delivery]:
    """The rows whose edition still has the bytes that were approved (S-02: checked before each batch)."""
    sound: set[tuple[int | None, int | None]] = {(None, None)}
    mailed = {row.issue_id: set[int]() for row in rows if row.issue_id is not None}
    for row in rows:
        if row.issue_id is not None and row.edition_id is not None:
            mailed[row.issue_id].add(row.edition_id)
    for issue_id, editions in mailed.items():
        issue = session.get_one(Issue, issue_id)
        fault = _fault(session, mailroom, issue, editions)
        if fault is None:
            sound.update((issue_id, edition_id) for edition_id in editions)
            continue
        issue.status, issue.note = IssueStatus.PAUSED, fault
        session.add(issue)
        record(session, clock, Actor.service("delivery"), "issue.paused", ("issue", issue_id), reason=fault)
    return [row for row in rows if (row.issue_id, row.edition_id) in sound]


def _fault(session: Session, mailroom: Mailroom, issue: Issue, editions: Collection[int]) -> str | None:
    """Why nothing of the issue may go: it is not what was approved, or no mail can be made of it.

    Found here, it stops that issue and no other mail.
    """
    if fault := why_not_as_approved(session, issue, mailroom.letterhead.newsletter.address):
        return fault
    for edition_id in sorted(editions):
        edition = session.get_one(Edition, edition_id)
        if fault := why_not_as_closed(issue, edition):
            return fault
        try:
            mailroom.edition_mail(issue, edition)
        except HeaderRefused as refusal:
            return str(refusal)
    return None


def _claims(session: Session, mailroom: Mailroom, rows: Sequence[Delivery]) -> list[Claim]:
    people = {
        person.id: person
        for person in session.exec(
            select(Subscriber).where(col(Subscriber.id).in_([row.subscriber_id for row in rows]))
        )
    }
    editions = {row.edition_id: row.issue_id for row in rows if row.edition_id is not None}
    mails = {
        edition_id: mailroom.edition_mail(session.get_one(Issue, issue_id), session.get_one(Edition, edition_id))
        for edition_id, issue_id in editions.items()
    }
    claims = []
    for row in rows:
        person = people.get(row.subscriber_id)
        assert row.id is not None
        assert row.message_id is not None, "planning gives every mail its Message-ID"
        claim = Claim(
            id=row.id,
            kind=row.kind,
            subscriber_id=row.subscriber_id,
            message_id=row.message_id,
            planned_at=row.created_at,
            first_attempt_at=row.first_attempt_at,
            attempts=row.attempts,
            to=recipient_of(person) if person else None,
        )
        if row.edition_id is not None:
            claim.mail = mails[row.edition_id]
        elif person is not None:
            try:
                claim.prepared = mailroom.account_mail(
                    person, delivery_id=row.id, purpose=row.purpose or "", message_id=row.message_id,
                    planned_at=row.created_at,
                )  # fmt: skip
            except HeaderRefused as refusal:
                claim.refusal = refusal
        claims.append(claim)
    return claims
