"""Addresses that must not get mail, whatever any list says.

The table holds keyed hashes and outlives erasure; ``Subscriber.suppressed`` repeats the reason on the row of an
address that is here, and is what delivery looks at. Only this module writes either.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Subscriber, Suppression, SuppressionReason

_LABEL = "suppressed address"


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """Why an address is held back, and who says so. ``because`` is what it rests on, without addresses."""

    reason: SuppressionReason
    by: Actor
    because: str | None = None


def hashes_of(canonical_key: str, keys: Keyring) -> tuple[str, ...]:
    """What the table may know this address as: under the present secret, and under the one before."""
    return keys.keyed_hashes(_LABEL, canonical_key)


def suppression_of(session: Session, canonical_key: str, keys: Keyring) -> SuppressionReason | None:
    """Why this address is held back, or None."""
    hashes = keys.keyed_hashes(_LABEL, canonical_key)
    found = session.exec(select(Suppression.reason).where(col(Suppression.address_hash).in_(hashes))).all()
    reasons = sorted((SuppressionReason(reason) for reason in found), key=lambda reason: not reason.lasting)
    return reasons[0] if reasons else None


def case_of(session: Session, canonical_key: str, keys: Keyring) -> Suppression | None:
    """Since when this address is held back, by whom and on what grounds; None when it is not."""
    hashes = keys.keyed_hashes(_LABEL, canonical_key)
    found = session.exec(select(Suppression).where(col(Suppression.address_hash).in_(hashes))).all()
    return min(found, key=lambda row: not SuppressionReason(row.reason).lasting, default=None)


def suppress(
    session: Session,
    clock: Clock,
    subscriber: Subscriber,
    ruling: Ruling,
    keys: Keyring,
) -> None:
    """Hold this subscriber's address back. Doing it twice changes nothing; a lasting reason is never weakened."""
    present = suppression_of(session, subscriber.canonical_key, keys)
    if subscriber.suppressed is not None and (present is ruling.reason or (present is not None and present.lasting)):
        return
    keep(session, clock, subscriber.canonical_key, ruling.reason, keys=keys, ruling=ruling)
    subscriber.suppressed = ruling.reason.value
    subscriber.mail_due = subscriber.mail_due_at = None
    session.add(subscriber)
    record(
        session,
        clock,
        ruling.by,
        "subscriber.suppressed",
        ("subscriber", subscriber.id),
        reason=ruling.reason.value,
    )


def lift(
    session: Session, clock: Clock, subscriber: Subscriber, *, keys: Keyring, actor: Actor, because: str | None = None
) -> None:
    """Let mail through again: after a new confirmed opt-in, or because a member of staff says so, and why."""
    if subscriber.suppressed is None:
        return
    _let_go(session, subscriber.canonical_key, keys)
    was, subscriber.suppressed = subscriber.suppressed, None
    session.add(subscriber)
    detail = {"reason": was} | ({"because": because} if because else {})
    record(session, clock, actor, "subscriber.suppression_lifted", ("subscriber", subscriber.id), **detail)


def lift_unknown(
    session: Session, clock: Clock, canonical_key: str, *, keys: Keyring, actor: Actor, because: str
) -> None:
    """Let go of an address that is held back and belongs to nobody here any more, such as after an erasure."""
    case = case_of(session, canonical_key, keys)
    if case is None:
        return
    _let_go(session, canonical_key, keys)
    subject = ("suppression", case.address_hash[:16])
    record(session, clock, actor, "suppression.lifted", subject, reason=case.reason, because=because)


def keep(
    session: Session,
    clock: Clock,
    canonical_key: str,
    reason: SuppressionReason,
    *,
    keys: Keyring,
    ruling: Ruling | None = None,
) -> None:
    """Put the address's hash in the table, or change the reason there. ``ruling`` says on what grounds."""
    row = session.get(Suppression, keys.keyed_hash(_LABEL, canonical_key))
    if row is None:
        row = Suppression(address_hash=keys.keyed_hash(_LABEL, canonical_key), reason=reason.value, at=clock.now())
    row.reason = reason.value
    if ruling is not None:
        row.at, row.because, row.by = clock.now(), (ruling.because or "")[:500] or None, ruling.by.name
    session.add(row)


def _let_go(session: Session, canonical_key: str, keys: Keyring) -> None:
    hashes = keys.keyed_hashes(_LABEL, canonical_key)
    session.exec(delete(Suppression).where(col(Suppression.address_hash).in_(hashes)))
