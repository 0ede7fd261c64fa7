"""What we hold about one person: handing it over, and letting it go (P-06).

Erasure removes the rows. The keyed hash of the address stays and nothing else, so that a later import cannot bring
back somebody who said no; a new sign-up by the person lifts it.
"""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.subscribers import suppression, throttle
from campaigns.subscribers.audience import subscriber_by_id
from campaigns.subscribers.consent import WORDINGS, wording
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.list_import import ListLine
from campaigns.subscribers.subscriber import Consent, SignUpAttempt, Subscriber, SuppressionReason


def own_data(session: Session, subscriber_id: int) -> dict[str, Any]:
    """Everything this package knows about the person, as JSON for the person."""
    subscriber = subscriber_by_id(session, subscriber_id)
    history = session.exec(select(Consent).where(col(Consent.subscriber_id) == subscriber_id).order_by(col(Consent.id)))
    return {
        "address": subscriber.normalized,
        "address_as_typed": subscriber.raw,
        "status": subscriber.status.value,
        "held_back_because": subscriber.suppressed,
        "language": subscriber.language.value,
        "topics": subscriber.topics,
        "frequency": subscriber.frequency.value,
        "paused_until": _iso(subscriber.paused_until),
        "asked_at": subscriber.created_at.isoformat(),
        "confirmed_at": _iso(subscriber.confirmed_at),
        "unsubscribed_at": _iso(subscriber.unsubscribed_at),
        "welcomed_at": _iso(subscriber.welcomed_at),
        "last_account_mail_at": _iso(subscriber.last_account_mail_at),
        "consent_history": [_step(consent) for consent in history],
    }


def erase(session: Session, clock: Clock, subscriber_id: int, *, keys: Keyring, actor: Actor) -> None:
    """Remove the person from these tables. Raises ``NotFound``.

    What the ledger holds goes first: ``campaigns.delivery.personal_data.erase_person`` does both.
    """
    subscriber = subscriber_by_id(session, subscriber_id)
    reason = suppression.suppression_of(session, subscriber.canonical_key, keys)
    reason = reason or SuppressionReason.UNSUBSCRIBED
    suppression.keep(session, clock, subscriber.canonical_key, reason, keys=keys)
    counted_as = [throttle.mail_key(subscriber.canonical_key, keys, kind) for kind in throttle.Kind]
    session.exec(delete(SignUpAttempt).where(col(SignUpAttempt.key).in_(counted_as)))
    _remove(session, subscriber)
    record(session, clock, actor, "subscriber.erased", ("subscriber", subscriber_id), reason=reason.value)


def remove_unconfirmed(session: Session, clock: Clock, subscriber: Subscriber) -> None:
    """Remove a sign-up that nobody confirmed: it was never a subscription, so nothing is kept."""
    subscriber_id = subscriber.id
    _remove(session, subscriber)
    record(session, clock, Actor.service("tidying"), "subscriber.never_confirmed", ("subscriber", subscriber_id))


def _remove(session: Session, subscriber: Subscriber) -> None:
    session.exec(delete(Consent).where(col(Consent.subscriber_id) == subscriber.id))
    session.exec(delete(ListLine).where(col(ListLine.canonical_key) == subscriber.canonical_key))
    session.delete(subscriber)
    session.flush()


def _step(consent: Consent) -> dict[str, Any]:
    return {
        "at": consent.at.isoformat(),
        "what": consent.action.value,
        "wording": wording(consent.language, consent.wording_version)
        if consent.wording_version in WORDINGS
        else consent.wording_version,
        "where": consent.origin,
        "language": consent.language.value,
        "network": consent.network,
        "user_agent": consent.user_agent,
        "link": consent.token_id,
        "covers": consent.detail,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
