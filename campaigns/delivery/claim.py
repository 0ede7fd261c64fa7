"""Taking mails that are due, so that nobody else takes the same ones (email contract E-50).

One short transaction claims a batch. That is safe although many rows are claimed before the first one is sent,
because a claim says nothing about sending: a row that is claimed but not begun stands at stage ``none``, and goes
back to the queue after a crash. What decides is the stage, which is written for each mail by itself.
"""

from collections.abc import Sequence
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
from campaigns.newsletter.frozen import why_not_as_approved
from campaigns.newsletter.issue import Issue, IssueStatus
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
    """The rows whose issue still has the bytes that were approved (S-02: checked before each batch)."""
    sound: set[int | None] = {None}
    for issue_id in {row.issue_id for row in rows if row.issue_id is not None}:
        issue = session.get_one(Issue, issue_id)
        fault = why_not_as_approved(session, issue, mailroom.letterhead.newsletter.address) or _unsendable(
            issue, mailroom
        )
        if fault is None:
            sound.add(issue_id)
            continue
        issue.status = IssueStatus.PAUSED
        session.add(issue)
        record(session, clock, Actor.service("delivery"), "issue.paused", ("issue", issue_id), reason=fault)
    return [row for row in rows if row.issue_id in sound]


def _unsendable(issue: Issue, mailroom: Mailroom) -> str | None:
    """Why no mail can be made of the issue; found here, it stops that issue and no other mail."""
    try:
        mailroom.issue_mail(issue)
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
    issues = {row.issue_id for row in rows if row.issue_id is not None}
    mails = {issue_id: mailroom.issue_mail(session.get_one(Issue, issue_id)) for issue_id in issues}
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
        if row.issue_id is not None:
            claim.mail = mails[row.issue_id]
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
