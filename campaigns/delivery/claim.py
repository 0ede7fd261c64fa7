"""Taking mails that are due, so that nobody else takes the same ones (email contract E-50).

One short transaction claims a batch. That is safe although many rows are claimed before the first one is sent,
because a claim says nothing about sending: a row that is claimed but not begun stands at stage ``none``, and goes
back to the queue after a crash. What decides is the stage, which is written for each mail by itself.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_headers import HeaderRefused
from campaigns.channels.mail_message import CompiledMail
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.domain_groups import DomainGroup
from campaigns.delivery.holder import LEASE
from campaigns.delivery.ledger import move_all
from campaigns.delivery.mailroom import Mailroom, wire_form
from campaigns.delivery.pen import FLOWING
from campaigns.newsletter.frozen import why_not_as_approved, why_not_as_closed
from campaigns.newsletter.issue import Edition, Issue, IssueStatus
from campaigns.subscribers.subscriber import Subscriber


@dataclass(kw_only=True, slots=True)
class Claim:
    """One mail that is this holder's to send. ``prepared`` is its envelope, when that has been made already."""

    id: int
    holder: str
    kind: DeliveryKind
    issue_id: int | None = None
    edition_id: int | None = None
    subscriber_id: int | None
    purpose: str | None = None
    message_id: str
    planned_at: datetime
    first_attempt_at: datetime | None
    attempts: int
    to: str | None
    group: DomainGroup | None = None  # the big receiver that a newsletter goes to, and is paced by
    mail: CompiledMail | None = None
    prepared: Envelope | None = None
    refusal: HeaderRefused | None = None  # why there is no mail to hand over
    begun: bool = False
    state: DeliveryState = DeliveryState.SENDING
    stage: Stage = Stage.NONE

    @property
    def may_begin_quickly(self) -> bool:
        """Whether one line can begin it: a newsletter, for the first time in this claim (``pen.Begins``)."""
        return self.kind is DeliveryKind.NEWSLETTER and self.subscriber_id is not None and not self.begun


def claim_due(
    session: Session,
    clock: Clock,
    mailroom: Mailroom,
    *,
    holder: str,
    limit: int,
    rooms: Mapping[DomainGroup, int] | None = None,
) -> list[Claim]:
    """Claim up to ``limit`` mails that are due, account mails first. Issues that are not as approved are paused.

    ``rooms`` names the receivers that are paced, and how many newsletters each has room for now.
    """
    due = _as_approved(
        session, clock, mailroom, _due(session, clock, holder=holder, limit=limit, rooms=dict(rooms or {}))
    )
    claimed = set(
        move_all(
            session,
            due,
            DeliveryState.SENDING,
            by=holder,
            clock=clock,
            stage=Stage.NONE,
            claimed_by=holder,
            claimed_until=clock.now() + LEASE,
        )
    )
    claims = [claim for claim in due if claim.id in claimed]
    for claim in claims:
        claim.state, claim.stage = DeliveryState.SENDING, Stage.NONE
    _with_mails(session, mailroom, claims)
    return claims


def _due(session: Session, clock: Clock, *, holder: str, limit: int, rooms: dict[DomainGroup, int]) -> list[Claim]:
    """What is due, each part found by an index and in its own order: nothing here grows with the audience."""
    due: list[Claim] = []
    for part in _parts(session, clock, paced=bool(rooms)):
        for narrowed, group in _by_receiver(part, rooms):
            most = limit - len(due) if group is None else min(limit - len(due), rooms[group])
            if most > 0:
                found = [_claim(row, holder) for row in session.connection().execute(narrowed.limit(most))]
                due += found
                if group is not None:
                    rooms[group] -= len(found)
    return due


def _by_receiver(
    part: sa.Select[*tuple[Any, ...]], rooms: Mapping[DomainGroup, int]
) -> Iterator[tuple[sa.Select[*tuple[Any, ...]], DomainGroup | None]]:
    """The part as it is while nobody is paced; else the paced receivers one by one, and then all the others."""
    if not rooms:
        yield part, None
        return
    receiver = col(Delivery.domain_group)
    yield from ((part.where(receiver == group.value), group) for group in rooms)
    yield part.where(receiver.is_(None)), None
    yield from ((part.where(receiver == group.value), None) for group in DomainGroup if group not in rooms)


def _parts(session: Session, clock: Clock, *, paced: bool) -> Iterator[sa.Select[*tuple[Any, ...]]]:
    """Account mails, then newsletters that were put off, then those that wait for their first turn."""
    put_off = sa.and_(col(Delivery.state) == DeliveryState.DEFERRED, col(Delivery.next_attempt_at) <= clock.now())
    queued = col(Delivery.state) == DeliveryState.QUEUED
    account = sa.and_(col(Delivery.issue_id).is_(None), col(Delivery.kind) == DeliveryKind.ACCOUNT_MAIL)
    yield _ROWS.where(account, queued).order_by(col(Delivery.id))
    yield _ROWS.where(account, put_off).order_by(col(Delivery.next_attempt_at))
    waiting = sa.exists().where(col(Delivery.issue_id) == col(Issue.id), queued)
    flowing = col(Issue.status).in_(FLOWING)
    yield _NEWSLETTERS.where(
        put_off, col(Delivery.issue_id).in_(select(Issue.id).where(flowing))
    ).order_by(col(Delivery.next_attempt_at))  # fmt: skip
    for issue_id in session.exec(select(Issue.id).where(flowing, waiting).order_by(col(Issue.id))).all():
        first_turn = _NEWSLETTERS.where(col(Delivery.issue_id) == issue_id, _QUEUED if paced else queued)
        yield first_turn.order_by(col(Delivery.id))


_ROWS: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        col(Delivery.id),
        col(Delivery.kind),
        col(Delivery.state),
        col(Delivery.stage),
        col(Delivery.issue_id),
        col(Delivery.edition_id),
        col(Delivery.subscriber_id),
        col(Delivery.purpose),
        col(Delivery.domain_group),
        col(Delivery.message_id),
        col(Delivery.created_at),
        col(Delivery.first_attempt_at),
        col(Delivery.attempts),
        col(Subscriber.ascii_email),
        col(Subscriber.normalized),
    )
    .outerjoin(Subscriber, col(Subscriber.id) == col(Delivery.subscriber_id))
    .with_for_update(skip_locked=True, of=Delivery)
)
_QUEUED = sa.text("delivery.state = 'queued'")  # spelled out: the index of what waits for a receiver has it so
_NEWSLETTERS = _ROWS.where(col(Delivery.kind) == DeliveryKind.NEWSLETTER)


def _claim(row: sa.Row[*tuple[Any, ...]], holder: str) -> Claim:
    (id_, kind, state, stage, issue_id, edition_id, subscriber_id, purpose, group, message_id, created_at,
     first_attempt_at, attempts, ascii_email, normalized) = row  # fmt: skip
    assert message_id is not None, "planning gives every mail its Message-ID"
    return Claim(
        id=id_,
        holder=holder,
        kind=kind,
        state=state,
        stage=stage,
        issue_id=issue_id,
        edition_id=edition_id,
        subscriber_id=subscriber_id,
        purpose=purpose,
        message_id=message_id,
        planned_at=created_at,
        first_attempt_at=first_attempt_at,
        attempts=attempts,
        to=wire_form(ascii_email, normalized) if normalized else None,
        group=DomainGroup(group) if group else None,
    )


def _as_approved(session: Session, clock: Clock, mailroom: Mailroom, rows: Sequence[Claim]) -> list[Claim]:
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


def _with_mails(session: Session, mailroom: Mailroom, claims: Sequence[Claim]) -> None:
    """Put into each claim the mail it is a copy of, or the one that is its own."""
    editions = {claim.edition_id: claim.issue_id for claim in claims if claim.edition_id is not None}
    mails = {
        edition_id: mailroom.edition_mail(session.get_one(Issue, issue_id), session.get_one(Edition, edition_id))
        for edition_id, issue_id in editions.items()
    }
    for claim in claims:
        if claim.edition_id is not None:
            claim.mail = mails[claim.edition_id]
        elif claim.subscriber_id is not None and (person := session.get(Subscriber, claim.subscriber_id)) is not None:
            try:
                claim.prepared = mailroom.account_mail(
                    person, delivery_id=claim.id, purpose=claim.purpose or "", message_id=claim.message_id,
                    planned_at=claim.planned_at,
                )  # fmt: skip
            except HeaderRefused as refusal:
                claim.refusal = refusal
