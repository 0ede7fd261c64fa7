"""What a reader gets, and how often: changing it, resting from it, and leaving one subject without leaving it all.

Each change is a step in the history of the consent, because it changes what the consent covers (P-03).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dateutil.relativedelta import relativedelta
from sqlmodel import Session

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, Refused
from campaigns.language import Language
from campaigns.subscribers import consent
from campaigns.subscribers.audience import subscriber_by_id
from campaigns.subscribers.subscriber import ConsentAction, Frequency, Subscriber, SubscriberStatus
from campaigns.subscribers.topics import known_topics


class Pause(StrEnum):
    """How long a reader may rest; then the newsletter comes again by itself."""

    MONTH = "1"
    QUARTER = "3"
    HALF_YEAR = "6"

    def end(self, now: datetime, clock: Clock) -> datetime:
        """The first moment after it: the morning of the same day of a later month, on the office's clock."""
        day = now.astimezone(clock.zone) + relativedelta(months=int(self.value))
        return day.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """Everything the reader may choose."""

    language: Language
    topics: tuple[str, ...] = ()  # empty = everything
    frequency: Frequency = Frequency.EACH


def change_preferences(
    session: Session, clock: Clock, subscriber_id: int, wanted: Preferences, *, origin: consent.Origin
) -> Subscriber:
    """Change language, topics and how often. Raises ``InvalidInput`` on an unknown topic."""
    subscriber = subscriber_by_id(session, subscriber_id)
    chosen = list(known_topics(wanted.topics))
    before = (subscriber.language, subscriber.topics, subscriber.frequency)
    if before != (wanted.language, chosen, wanted.frequency):
        subscriber.language, subscriber.topics = wanted.language, chosen
        subscriber.frequency = wanted.frequency
        _changed(session, clock, subscriber, "subscriber.preferences_changed", origin)
    return subscriber


def leave_topic(
    session: Session, clock: Clock, subscriber_id: int, topic: str, *, origin: consent.Origin
) -> Subscriber:
    """Stop one of the chosen subjects. The last one cannot go this way: choosing none means getting everything.

    Raises ``Refused`` then, and nothing at all when it was left already.
    """
    subscriber = subscriber_by_id(session, subscriber_id)
    left = [key for key in subscriber.topics if key != topic]
    if left == subscriber.topics:
        return subscriber
    if not left:
        raise Refused("Dette er det eneste temaet du følger. Meld deg av nyhetsbrevet hvis du ikke vil ha mer.")
    subscriber.topics = left
    _changed(session, clock, subscriber, "subscriber.topic_left", origin)
    return subscriber


def pause(session: Session, clock: Clock, subscriber_id: int, length: Pause, *, origin: consent.Origin) -> Subscriber:
    """Send nothing until then; pressing again begins anew from now. Raises ``InvalidInput`` for one who is not on."""
    subscriber = _on(session, subscriber_id)
    until = length.end(clock.now(), clock)
    if subscriber.paused_until != until:
        subscriber.paused_until = until
        _changed(session, clock, subscriber, "subscriber.paused", origin)
    return subscriber


def resume(session: Session, clock: Clock, subscriber_id: int, *, origin: consent.Origin) -> Subscriber:
    """End the pause now. Doing it twice changes nothing."""
    subscriber = _on(session, subscriber_id)
    if subscriber.paused_until is not None:
        subscriber.paused_until = None
        _changed(session, clock, subscriber, "subscriber.resumed", origin)
    return subscriber


def _on(session: Session, subscriber_id: int) -> Subscriber:
    subscriber = subscriber_by_id(session, subscriber_id)
    if subscriber.status is not SubscriberStatus.CONFIRMED:
        raise InvalidInput("Du abonnerer ikke, så det er ingenting å ta pause fra. Meld deg på igjen først.")
    return subscriber


def _changed(session: Session, clock: Clock, subscriber: Subscriber, action: str, origin: consent.Origin) -> None:
    assert subscriber.id is not None
    session.add(subscriber)
    consent.note(session, clock, subscriber, ConsentAction.CHANGED, origin)
    record(session, clock, Actor.subscriber(subscriber.id), action, ("subscriber", subscriber.id))
