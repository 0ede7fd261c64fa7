"""Failed deliveries, and what they add up to for the one they were for. One failure per delivery, however often told.

Refusals at hand-over (E-38, "suppress after 1 SMTP-time") are looked up in the ledger after they are written there,
so that sending itself waits for nothing here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from campaigns.audit import Actor
from campaigns.channels.mail_category import Category
from campaigns.channels.refusals import classify
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.returns.returned_mail import Failure
from campaigns.delivery.returns.strikes import RULES, Strike, count
from campaigns.subscribers import suppression
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Subscriber
from campaigns.tables import SessionScope

ACTOR = Actor.service("returned mail")
_MAIL = (DeliveryKind.NEWSLETTER, DeliveryKind.ACCOUNT_MAIL)
_LOOKED_BACK = timedelta(days=7)  # the service was off no longer than that, or it does not matter any more
_AT_A_TIME = 500
_COUNTED = frozenset(category for rule in RULES for category in rule.categories)
_HIDDEN_ADDRESS = "<adresse>"  # how the ledger writes one in a reply


@dataclass(frozen=True, kw_only=True)
class Reported:
    """What is said of one failed delivery."""

    category: Category
    words: str
    at: datetime
    returned_mail_id: int | None = None  # None: told at hand-over


def note_failure(
    session: Session, clock: Clock, delivery: Delivery, reported: Reported, *, keys: Keyring
) -> bool | None:
    """Write the failure down and draw the conclusion: True when the address is held back because of it, False when it
    counts but is not enough, None when it says nothing about the reader.
    """
    _remember(session, delivery, reported)
    session.flush()
    person = session.get(Subscriber, delivery.subscriber_id) if delivery.subscriber_id is not None else None
    if person is None or reported.category not in _COUNTED:
        return None
    return _judge(session, clock, person, reported, keys)


def note_refusals(scope: SessionScope, clock: Clock, *, keys: Keyring) -> dict[str, int]:
    """Take note of mails that were refused at hand-over since last time; how many, and how many are held back now.

    The relay's own words are read with the table that is used for returned mail; what it called them in haste
    while sending does not decide over anybody.
    """
    noted = held_back = 0
    while True:
        with scope(read_only=True) as session:  # looked for without a writer's lock: mostly there is nothing
            ids = _refused(session, clock)
        if not ids:
            return {"refused": noted, "held_back": held_back}
        with scope() as session:
            found = select(Delivery).where(col(Delivery.id).in_(ids), col(Delivery.state) == DeliveryState.FAILED)
            for delivery in session.exec(found.order_by(col(Delivery.id))).all():
                reported = Reported(
                    category=_refusal(delivery.reply or ""),
                    words=delivery.reply or "",
                    at=delivery.finished_at or clock.now(),
                )
                held_back += note_failure(session, clock, delivery, reported, keys=keys) is True
        noted += len(ids)


def withdraw_failures(session: Session, clock: Clock, *, subscriber_id: int) -> None:
    """What was counted against this address counts no more."""
    found = session.exec(
        select(Failure).where(col(Failure.subscriber_id) == subscriber_id, col(Failure.withdrawn_at).is_(None))
    )
    for failure in found.all():
        failure.withdrawn_at = clock.now()
        session.add(failure)


def forget_failures(session: Session, delivery_ids: Sequence[int]) -> None:
    """These are sent again: what became of the first try says nothing any more."""
    session.exec(delete(Failure).where(col(Failure.delivery_id).in_(delivery_ids)))


def _refused(session: Session, clock: Clock) -> Sequence[int | None]:
    known = select(Failure.id).where(Failure.delivery_id == Delivery.id)
    return session.exec(
        select(Delivery.id)
        .where(
            col(Delivery.state) == DeliveryState.FAILED,
            col(Delivery.kind).in_(_MAIL),
            col(Delivery.subscriber_id).is_not(None),
            col(Delivery.finished_at) >= clock.now() - _LOOKED_BACK,
            ~known.exists(),
        )
        .order_by(col(Delivery.id))
        .limit(_AT_A_TIME)
    ).all()


def _refusal(reply: str) -> Category:
    """What the answer means. Without a reply code it is about the way to our own relay, or about the mail we made."""
    if not reply[:3].isdigit():
        return Category.TRANSIENT
    return classify(reply.replace(_HIDDEN_ADDRESS, " ")).category


def _remember(session: Session, delivery: Delivery, reported: Reported) -> None:
    """One row per delivery. A later report replaces an earlier one that said less of the reader."""
    assert delivery.id is not None
    row = session.exec(select(Failure).where(col(Failure.delivery_id) == delivery.id)).first()
    if row is not None and (row.category in _COUNTED or reported.category not in _COUNTED):
        return
    row = row or Failure(
        delivery_id=delivery.id, subscriber_id=delivery.subscriber_id, at=reported.at, category=reported.category
    )
    row.category, row.words, row.at = reported.category, reported.words[:500], reported.at
    row.returned_mail_id = reported.returned_mail_id
    session.add(row)


def _judge(session: Session, clock: Clock, person: Subscriber, reported: Reported, keys: Keyring) -> bool:
    since = person.confirmed_at  # what failed before the last confirmed opt-in is forgiven (E-81)
    rows = session.exec(
        select(Failure.at, Failure.category, Failure.delivery_id).where(
            col(Failure.subscriber_id) == person.id,
            col(Failure.withdrawn_at).is_(None),
            *([col(Failure.at) >= since] if since else []),
        )
    ).all()
    strikes = [Strike(at, Category(category)) for at, category, _ in rows]
    arrived = _arrived(session, person, but=[delivery_id for *_, delivery_id in rows])
    counted = count(strikes, arrived, reported.category, clock.now())
    if counted is None or not counted.is_full:
        return False
    ruling = suppression.Ruling(reason=counted.rule.reason, by=ACTOR, because=reported.words)
    suppression.suppress(session, clock, person, ruling, keys)
    return True


def _arrived(session: Session, person: Subscriber, *, but: Sequence[int]) -> list[datetime]:
    """When mails to this person were taken and, as far as we know, stayed where they were sent."""
    taken = select(Delivery.finished_at).where(
        col(Delivery.subscriber_id) == person.id,
        col(Delivery.state).in_((DeliveryState.ACCEPTED, DeliveryState.DELIVERED)),
        col(Delivery.id).not_in(but),
    )
    return [at for at in session.exec(taken) if at is not None]
