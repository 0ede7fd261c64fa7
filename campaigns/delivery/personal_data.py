"""What the ledger holds about one person: showing it, and cutting the tie when the person is erased (P-05, P-06).

Ledger rows stay, because they prove what was sent and how it went; who it went to does not. The append-only history
of a delivery names nobody: the ledger stores replies without addresses.
"""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select, update

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.ledger import move
from campaigns.delivery.outcomes import ERASED
from campaigns.delivery.returns.forgetting import forget_person, own_returns
from campaigns.errors import NotFound
from campaigns.newsletter.issue import Issue
from campaigns.subscribers import erasure, throttle
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Consent, ConsentAction, Subscriber, SubscriberStatus

UNCONFIRMED_KEPT = timedelta(days=7)
ORIGIN_KEPT = timedelta(days=365)
_NOT_BEGUN = (DeliveryState.PLANNED, DeliveryState.QUEUED, DeliveryState.DEFERRED)


def personal_data(session: Session, subscriber_id: int) -> dict[str, Any]:
    """Everything held about this person, as JSON for the person. Raises ``NotFound``."""
    sent = session.exec(
        select(Delivery, Issue.subject)
        .join(Issue, col(Issue.id) == col(Delivery.issue_id), isouter=True)
        .where(col(Delivery.subscriber_id) == subscriber_id)
        .order_by(col(Delivery.id))
    )
    return erasure.own_data(session, subscriber_id) | {
        "returned_mail": own_returns(session, subscriber_id),
        "mails": [
            {
                "kind": delivery.kind.value,
                "subject": subject,
                "state": delivery.state.value,
                "at": (delivery.finished_at or delivery.created_at).isoformat(),
            }
            for delivery, subject in sent
        ],
    }


def erase_person(session: Session, clock: Clock, subscriber_id: int, *, keys: Keyring, actor: Actor) -> None:
    """Remove the person from every table: nothing more is sent, and no row leads back to them.

    Raises ``NotFound``, also for the other of two who erase at once.
    """
    person = session.get(Subscriber, subscriber_id, with_for_update=True)
    if person is None:
        raise NotFound("Abonnent", subscriber_id)
    forget_person(session, person)
    _cut_ties(session, clock, subscriber_id)
    erasure.erase(session, clock, subscriber_id, keys=keys, actor=actor)


def tidy_subscribers(
    session: Session, clock: Clock, *, pending: timedelta = UNCONFIRMED_KEPT, origins: timedelta = ORIGIN_KEPT
) -> dict[str, int]:
    """Let go of sign-ups that nobody confirmed, of where consents came from, and of old counters; how much of each."""
    since = clock.now() - pending
    asked_lately = select(Consent.subscriber_id).where(
        col(Consent.at) >= since, col(Consent.action).in_((ConsentAction.ASKED, ConsentAction.IMPORTED))
    )
    waiting = session.exec(
        select(Subscriber).where(
            col(Subscriber.status) == SubscriberStatus.PENDING,
            col(Subscriber.created_at) < since,
            col(Subscriber.id).not_in(asked_lately),
        )
    ).all()
    for subscriber in waiting:
        assert subscriber.id is not None
        _cut_ties(session, clock, subscriber.id)
        erasure.remove_unconfirmed(session, clock, subscriber)
    old_networks = (
        update(Consent)
        .where(
            col(Consent.at) < clock.now() - origins,
            col(Consent.network).is_not(None) | col(Consent.user_agent).is_not(None),
        )
        .values(network=None, user_agent=None)
    )
    return {
        "unconfirmed": len(waiting),
        "networks": int(session.exec(old_networks).rowcount),
        "counters": throttle.forget_old_attempts(session, clock),
    }


def _cut_ties(session: Session, clock: Clock, subscriber_id: int) -> None:
    for delivery in session.exec(select(Delivery).where(col(Delivery.subscriber_id) == subscriber_id)).all():
        if delivery.state in _NOT_BEGUN:
            move(session, delivery, DeliveryState.CANCELLED, by="erasure", clock=clock, category=ERASED)
        delivery.subscriber_id = None
        session.add(delivery)
    session.flush()
