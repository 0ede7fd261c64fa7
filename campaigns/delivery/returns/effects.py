"""What one message does, once it is read (email contract §10). Without a token of ours, nothing to anybody (E-73).

Each branch changes at most one delivery and one subscriber, in the caller's transaction. What a person has to decide
becomes ``WAITING``.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.channels.mail_category import Category
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.delivery.ledger import move, without_addresses
from campaigns.delivery.returns.failures import ACTOR, Reported, note_failure
from campaigns.delivery.returns.returned_mail import Effect, ReturnedMail, ReturnState
from campaigns.delivery.stop_rule import stop_if_sent_back
from campaigns.inbound.inbound import Inbound, Kind, Recipient, TokenPurpose, TokenState
from campaigns.subscribers import suppression
from campaigns.subscribers.audience import subscriber_by_key
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import unsubscribe
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Subscriber, SuppressionReason

BY = "returned mail"
LET_GO = "E-posten den gjelder, er så gammel at det ikke lenger er tatt vare på hvem som fikk den."
_S = DeliveryState
_MAY_BOUNCE = frozenset({_S.ACCEPTED, _S.DELIVERED, _S.UNKNOWN})
_MAY_BE_COMPLAINED_OF = _MAY_BOUNCE | {_S.BOUNCED}
_MAY_ARRIVE = frozenset({_S.ACCEPTED, _S.UNKNOWN})


class NotYet(Exception):
    """The delivery is being handed over at this moment; the message is read again when that has ended."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What effects need."""

    session: Session
    clock: Clock
    keys: Keyring


def take_effect(desk: Desk, mail: ReturnedMail, read: Inbound) -> None:
    """Do what this message calls for, and write on ``mail`` what that was. Raises ``NotYet``."""
    delivery, person = _about(desk.session, read)
    if delivery is not None and delivery.state is DeliveryState.SENDING:
        raise NotYet
    told = _told(read, person)
    mail.kind, mail.token = read.kind, read.token.state
    mail.category, mail.status, mail.code = told.category, told.status, told.code
    mail.words = without_addresses(told.diagnostic)[:500]
    mail.problem = without_addresses(read.problem)[:300] if read.problem else None
    mail.delivery_id = delivery.id if delivery is not None else None
    mail.subscriber_id = person.id if person is not None else None
    mail.state = ReturnState.DONE
    key = _key(mail, read)
    if desk.session.exec(select(ReturnedMail.id).where(col(ReturnedMail.key) == key)).first() is not None:
        mail.effect = Effect.REPEATED
        return
    mail.key = key
    desk.session.add(mail)
    _BY_KIND[read.kind](desk, mail, delivery, person)


def complain(desk: Desk, mail: ReturnedMail, delivery: Delivery | None, person: Subscriber | None) -> None:
    """The reader wants no more of this: off the list and held back, at once."""
    if delivery is not None and delivery.state in _MAY_BE_COMPLAINED_OF:
        move(desk.session, delivery, DeliveryState.COMPLAINED, by=BY, clock=desk.clock, category="complaint")
    if person is None or person.id is None:
        return
    unsubscribe(desk.session, desk.clock, person.id, Origin(where="complaint"))
    ruling = suppression.Ruling(reason=SuppressionReason.COMPLAINED, by=ACTOR, because=mail.words or None)
    suppression.suppress(desk.session, desk.clock, person, ruling, desk.keys)
    mail.effect = Effect.COMPLAINED


def bounce(desk: Desk, mail: ReturnedMail, delivery: Delivery | None, person: Subscriber | None) -> None:
    """The delivery came back. What that means for the reader is for the rules to say."""
    if delivery is None or mail.category is None:
        mail.problem = LET_GO
        return
    if delivery.state in _MAY_BOUNCE:
        move(
            desk.session, delivery, DeliveryState.BOUNCED, by=BY, clock=desk.clock,
            reply=mail.words or None, category=mail.category.value,
        )  # fmt: skip
    reported = Reported(category=mail.category, words=mail.words, at=mail.received_at, returned_mail_id=mail.id)
    held_back = note_failure(desk.session, desk.clock, delivery, reported, keys=desk.keys)
    if person is not None:
        desk.session.refresh(person)
    mail.effect = {True: Effect.HELD_BACK, False: Effect.COUNTED, None: Effect.NOTED}[held_back]
    said = mail.words if (mail.status or "") in mail.words else f"{mail.status} {mail.words}"
    stop_if_sent_back(desk.session, delivery, mail.category, said, clock=desk.clock)


def leave(desk: Desk, mail: ReturnedMail, person: Subscriber | None) -> None:
    """Mail to the address in List-Unsubscribe: the same as the button (E-46). Nothing is answered."""
    if person is not None and person.id is not None:
        gone = unsubscribe(desk.session, desk.clock, person.id, Origin(where="mailto"))
        mail.effect = Effect.UNSUBSCRIBED if gone else Effect.NOTHING


def _on_bounce(desk: Desk, mail: ReturnedMail, delivery: Delivery | None, person: Subscriber | None) -> None:
    if mail.proven and mail.category is not Category.UNKNOWN:
        bounce(desk, mail, delivery, person)
    else:
        mail.state = ReturnState.WAITING


def _on_complaint(desk: Desk, mail: ReturnedMail, delivery: Delivery | None, person: Subscriber | None) -> None:
    if mail.proven and (delivery is not None or person is not None):
        complain(desk, mail, delivery, person)
        return
    mail.state = ReturnState.WAITING
    if mail.proven:
        mail.problem = LET_GO


def _on_unsubscribe(desk: Desk, mail: ReturnedMail, _delivery: Delivery | None, person: Subscriber | None) -> None:
    if mail.proven:
        leave(desk, mail, person)
    else:
        mail.state = ReturnState.WAITING


def _on_arrival(desk: Desk, mail: ReturnedMail, delivery: Delivery | None, _person: Subscriber | None) -> None:
    """A receipt, a delay, an automatic answer: none says anything against the reader, each shows that it was taken."""
    if mail.category is Category.CHALLENGE:
        mail.state = ReturnState.WAITING  # never answered by a program
    if not mail.proven or delivery is None or delivery.state not in _MAY_ARRIVE:
        return
    if mail.kind is Kind.DELIVERED:
        move(desk.session, delivery, DeliveryState.DELIVERED, by=BY, clock=desk.clock)
    elif delivery.state is DeliveryState.UNKNOWN:
        move(desk.session, delivery, DeliveryState.ACCEPTED, by=BY, clock=desk.clock)
    else:
        return
    mail.effect = Effect.ARRIVED


def _on_unknown(_desk: Desk, mail: ReturnedMail, _delivery: Delivery | None, _person: Subscriber | None) -> None:
    if mail.category is not Category.NOT_SPAM:  # that one is only noted (RFC 6430)
        mail.state = ReturnState.WAITING


_BY_KIND: dict[Kind, Callable[[Desk, ReturnedMail, Delivery | None, Subscriber | None], None]] = {
    Kind.BOUNCE: _on_bounce,
    Kind.COMPLAINT: _on_complaint,
    Kind.UNSUBSCRIBE: _on_unsubscribe,
    Kind.AUTO_REPLY: _on_arrival,
    Kind.DELAYED: _on_arrival,
    Kind.DELIVERED: _on_arrival,
    Kind.UNKNOWN: _on_unknown,
}


def _about(session: Session, read: Inbound) -> tuple[Delivery | None, Subscriber | None]:
    """The delivery and the person that the token proves; without one, whom the message names, for staff to see."""
    token = read.token
    if token.state is TokenState.VALID and token.purpose is TokenPurpose.UNSUBSCRIBE:
        return None, session.get(Subscriber, token.number, with_for_update=True)
    if token.state is TokenState.VALID:
        # The delivery before the person, as erasing takes them: so nobody waits for us while we wait for them.
        delivery = session.get(Delivery, token.number, with_for_update=True)
        if delivery is None and read.reader.state is TokenState.VALID:
            return None, session.get(Subscriber, read.reader.number, with_for_update=True)
        if delivery is None or delivery.subscriber_id is None:
            return delivery, None
        return delivery, session.get(Subscriber, delivery.subscriber_id, with_for_update=True)
    named = {one.address.strip().casefold() for one in read.recipients if one.address}
    known = [found for key in sorted(named)[:20] if (found := subscriber_by_key(session, key)) is not None]
    return None, known[0] if len(known) == 1 else None


def _told(read: Inbound, person: Subscriber | None) -> Recipient:
    """What is said about our reader, of all the message says.

    A list behind the address may report on several of its own: then only what all of them agree on is said of ours.
    """
    nobody = Recipient(address="", category=Category.UNKNOWN)
    if read.kind is Kind.UNSUBSCRIBE or not read.recipients:
        return nobody
    own = [one for one in read.recipients if person is not None and one.address.casefold() == person.canonical_key]
    candidates = own or list(read.recipients)
    agreed = {one.category for one in candidates}
    return candidates[0] if len(agreed) == 1 else nobody


def _key(mail: ReturnedMail, read: Inbound) -> str:
    """One and the same message about one and the same thing: (Message-ID, token, kind)."""
    token = read.token
    named = f"{token.purpose}:{token.number}" if token.state is TokenState.VALID else token.state.value
    parts = (read.message_id or mail.raw_sha256, named, read.kind.value)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
