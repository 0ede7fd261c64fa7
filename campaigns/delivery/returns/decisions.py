"""What staff do about returned mail: decide what no program may, and take back what a program did (E-73, E-81)."""

from enum import StrEnum

from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.channels.mail_category import Category
from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery
from campaigns.delivery.ledger import without_addresses
from campaigns.delivery.returns.effects import Desk, bounce, complain, leave
from campaigns.delivery.returns.failures import withdraw_failures
from campaigns.delivery.returns.returned_mail import Effect, Failure, ReturnedMail, ReturnState
from campaigns.editorial.editor import Editor, Role
from campaigns.errors import InvalidInput, NotFound, NotPermitted, TransitionNotAllowed
from campaigns.subscribers import suppression
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.audience import subscriber_by_id, subscriber_by_key
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Subscriber, SuppressionReason

MAY_DECIDE = (Role.APPROVER, Role.ADMIN)
_LONGEST = 500


class Decision(StrEnum):
    """What a person makes of a message that no program may act on."""

    NOTHING = "nothing"
    DEAD_ADDRESS = "dead_address"  # the address is gone: hold it back
    COMPLAINT = "complaint"  # take the reader off and hold the address back
    LEAVE = "leave"  # take the reader off


def settle(desk: Desk, mail_id: int, editor: Editor, decision: Decision, *, address: str = "") -> ReturnedMail:
    """Do as the editor says. ``address`` says who it is about, where the message does not.

    Raises ``TransitionNotAllowed`` when somebody has decided already, ``InvalidInput`` when nobody has that address.
    """
    actor = _permitted(editor)
    mail = _mail(desk.session, mail_id)
    if mail.state is not ReturnState.WAITING:
        raise TransitionNotAllowed(
            "Noen har alt tatt stilling til denne meldingen. Last siden på nytt.",
            state=mail.state.value,
            wanted="settled",
        )
    if decision is not Decision.NOTHING:
        _carry_out(desk, mail, decision, address, actor)
    mail.state, mail.settled_at, mail.settled_by = ReturnState.SETTLED, desk.clock.now(), actor.name
    desk.session.add(mail)
    audit.record(
        desk.session, desk.clock, actor, "returned_mail.settled", ("returned_mail", mail_id), decision=decision.value
    )
    return mail


def undo(session: Session, clock: Clock, mail_id: int, editor: Editor, *, because: str, keys: Keyring) -> ReturnedMail:
    """Take back what the message did to the reader's address. The delivery still came back, and says so.

    Who was taken off by a complaint is not put on again: that takes their own word. Raises ``InvalidInput`` without a
    reason and ``TransitionNotAllowed`` when there is nothing to take back.
    """
    actor, why = _permitted(editor), reason_given(because)
    mail = _mail(session, mail_id)
    if not mail.can_be_undone:
        raise TransitionNotAllowed(
            "Det er ingenting å angre her. Last siden på nytt.", state=mail.effect.value, wanted="undone"
        )
    person = session.get(Subscriber, mail.subscriber_id) if mail.subscriber_id is not None else None
    failure = session.exec(select(Failure).where(col(Failure.returned_mail_id) == mail_id)).first()
    if failure is not None:
        failure.withdrawn_at = clock.now()
        session.add(failure)
    if person is not None and mail.effect in {Effect.HELD_BACK, Effect.COMPLAINED} and _is_why(mail, person):
        assert person.id is not None
        withdraw_failures(session, clock, subscriber_id=person.id)
        suppression.lift(session, clock, person, keys=keys, actor=actor, because=why)
    mail.undone_at, mail.undone_by, mail.undone_because = clock.now(), actor.name, why
    session.add(mail)
    audit.record(session, clock, actor, "returned_mail.undone", ("returned_mail", mail_id), because=why)
    return mail


def lift_by_hand(
    session: Session, clock: Clock, subscriber_id: int, editor: Editor, *, because: str, keys: Keyring
) -> Subscriber:
    """Let mail through to this subscriber again, whatever held it back. Raises ``InvalidInput`` without a reason."""
    actor, why = _permitted(editor), reason_given(because)
    person = subscriber_by_id(session, subscriber_id)
    if person.suppressed is None:
        raise TransitionNotAllowed(
            "Adressen er ikke sperret lenger. Last siden på nytt.", state="not suppressed", wanted="lifted"
        )
    withdraw_failures(session, clock, subscriber_id=subscriber_id)
    suppression.lift(session, clock, person, keys=keys, actor=actor, because=why)
    return person


def hold_back_by_hand(
    session: Session, clock: Clock, subscriber_id: int, editor: Editor, *, because: str, keys: Keyring
) -> Subscriber:
    """Send nothing more to this subscriber, whatever the list says, until somebody here lifts it.

    For who asked us outside the system, and for putting back what was lifted by mistake. Holding back twice changes
    nothing. Raises ``InvalidInput`` without a reason.
    """
    actor, why = _permitted(editor), reason_given(because)
    person = subscriber_by_id(session, subscriber_id)
    ruling = suppression.Ruling(reason=SuppressionReason.STAFF, by=actor, because=why)
    suppression.suppress(session, clock, person, ruling, keys)
    return person


def lift_forgotten(session: Session, clock: Clock, typed: str, editor: Editor, *, because: str, keys: Keyring) -> None:
    """The same for an address that belongs to nobody here any more. Raises ``InvalidInput``."""
    actor, why = _permitted(editor), reason_given(because)
    key = parse_address(typed).canonical_key
    if suppression.case_of(session, key, keys) is None:
        raise InvalidInput("Denne adressen er ikke sperret.", field="address")
    suppression.lift_unknown(session, clock, key, keys=keys, actor=actor, because=why)


def reason_given(because: str) -> str:
    """The reason as it is kept for ever: without addresses (S-72). Raises ``InvalidInput`` when there is none."""
    why = " ".join(because.split())
    if len(why) < 3:
        raise InvalidInput("Skriv hvorfor, så den neste som ser på saken, forstår det.", field="because")
    if len(why) > _LONGEST:
        raise InvalidInput(f"Begrunnelsen er for lang. Den kan ha høyst {_LONGEST} tegn.", field="because")
    return without_addresses(why)


def _carry_out(desk: Desk, mail: ReturnedMail, decision: Decision, address: str, actor: Actor) -> None:
    delivery = desk.session.get(Delivery, mail.delivery_id) if mail.delivery_id is not None else None
    person = _whom(desk.session, mail, address)
    mail.subscriber_id = person.id
    match decision:
        case Decision.COMPLAINT:
            complain(desk, mail, delivery, person)
        case Decision.LEAVE:
            leave(desk, mail, person)
        case _ if delivery is not None:
            mail.category = Category.DEAD_ADDRESS
            bounce(desk, mail, delivery, person)
        case _:
            ruling = suppression.Ruling(reason=SuppressionReason.DEAD_ADDRESS, by=actor, because=mail.words or None)
            suppression.suppress(desk.session, desk.clock, person, ruling, desk.keys)
            mail.effect = Effect.HELD_BACK


def _whom(session: Session, mail: ReturnedMail, address: str) -> Subscriber:
    if address.strip():
        found = subscriber_by_key(session, parse_address(address).canonical_key)
        if found is None:
            raise InvalidInput("Ingen abonnent har denne adressen. Se etter skrivefeil.", field="address")
        return found
    if mail.subscriber_id is None:
        raise InvalidInput("Skriv adressen meldingen gjelder.", field="address")
    return subscriber_by_id(session, mail.subscriber_id)


def _is_why(mail: ReturnedMail, person: Subscriber) -> bool:
    """Whether the address still is held back for what this message said, and not for something graver since."""
    if person.suppressed is None:
        return False
    complained = person.suppressed == SuppressionReason.COMPLAINED.value
    return complained == (mail.effect is Effect.COMPLAINED)


def _mail(session: Session, mail_id: int) -> ReturnedMail:
    mail = session.get(ReturnedMail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound("Returpost", mail_id)
    return mail


def _permitted(editor: Editor) -> Actor:
    if not any(editor.may(role) for role in MAY_DECIDE) or editor.id is None:
        raise NotPermitted("Bare en godkjenner eller en administrator kan avgjøre dette.")
    return Actor.editor(editor.id)
