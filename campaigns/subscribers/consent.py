"""The words people said yes to, kept for ever: a consent names the version it was given to (P-03).

Never change a version that has been used; add a new one and point ``CURRENT`` at it.
"""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.language import Language, Texts, text_in
from campaigns.subscribers.subscriber import Consent, ConsentAction, Subscriber

CURRENT = "2026-11"
_LONGEST_AGENT = 200
IMPORTED_ELSEWHERE = "elsewhere"  # the consent was given somewhere else; the import's provenance says where

WORDINGS: dict[str, Texts] = {
    "2026-11": {
        "nb": "Ja, jeg vil ha nyhetsbrevet på e-post, og dere kan lagre adressen min for å sende det. "
        "Jeg kan melde meg av når som helst.",
        "nn": "Ja, eg vil ha nyheitsbrevet på e-post, og de kan lagre adressa mi for å sende det. "
        "Eg kan melde meg av når som helst.",
        "en": "Yes, I want the newsletter by e-mail, and you may store my address in order to send it. "
        "I can unsubscribe at any time.",
    },
}


def wording(language: Language, version: str = CURRENT) -> str:
    """The sentence a reader sees beside the button."""
    return text_in(WORDINGS[version], language)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a step was taken: the form's address or the import's provenance, from which network, with what."""

    where: str
    network: str | None = None  # truncated already (``throttle.network_of``)
    user_agent: str | None = None
    token_id: str | None = None  # a few signs of the used link's hash: enough to point at it, too few to open anything
    wording_version: str = CURRENT


def covered(subscriber: Subscriber) -> dict[str, Any]:
    """What the consent is to: which subjects (none = all), how often, and until when nothing."""
    paused = subscriber.paused_until
    return {
        "topics": list(subscriber.topics),
        "frequency": subscriber.frequency.value,
        "paused_until": paused.isoformat() if paused else None,
    }


def note(session: Session, clock: Clock, subscriber: Subscriber, action: ConsentAction, origin: Origin) -> None:
    """Add one step to the history of this person's consent, with what the consent covers from then on."""
    if subscriber.id is None:
        session.flush()
    assert subscriber.id is not None
    session.add(
        Consent(
            subscriber_id=subscriber.id,
            action=action,
            wording_version=origin.wording_version,
            language=subscriber.language,
            origin=origin.where[:200],
            network=origin.network,
            user_agent=origin.user_agent[:_LONGEST_AGENT] if origin.user_agent else None,
            token_id=origin.token_id,
            detail=covered(subscriber),
            at=clock.now(),
        )
    )
