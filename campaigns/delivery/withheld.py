"""Why a mail whose turn had come was not handed over, as it was at that moment (email contract E-45)."""

from sqlmodel import Session

from campaigns.delivery.outcomes import Withheld
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus


def withheld_because(session: Session, subscriber_id: int | None) -> Withheld:
    """The reason that weighs most: who has left or was erased has left, whatever else there was."""
    person = session.get(Subscriber, subscriber_id, populate_existing=True) if subscriber_id is not None else None
    if person is None or person.status is SubscriberStatus.UNSUBSCRIBED:
        return Withheld.LEFT
    if person.suppressed is not None:
        return Withheld.HELD_BACK
    if person.status is not SubscriberStatus.CONFIRMED:
        return Withheld.LEFT  # has left, and asked to come back since
    return Withheld.PAUSED if person.paused_until is not None else Withheld.CONSENT
