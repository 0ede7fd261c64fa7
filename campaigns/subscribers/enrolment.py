"""Coming and going: asking for the newsletter, confirming, leaving.

Double opt-in always (S-41). What a stranger can see of ``ask`` is the same for every address, whether it is new,
waiting, on, held back or gone (S-40); what differs is which mail becomes due, if any. Each step leaves a row in the
consent history and one in the audit trail, which names the subscriber by id alone (S-72).
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.errors import Refused
from campaigns.language import Language
from campaigns.subscribers import consent, proof_of_work, suppression, throttle
from campaigns.subscribers.addresses import Address
from campaigns.subscribers.audience import WELCOME, subscriber_by_id, subscriber_by_key
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import Grant, NobodyThere, same_epoch
from campaigns.subscribers.subscriber import ConsentAction, Frequency, Subscriber, SubscriberStatus, SuppressionReason
from campaigns.subscribers.topics import known_topics

CONFIRM = "confirm"
SETTINGS = "settings"
_UNDONE_WITHIN = timedelta(hours=1)


class LinkSpent(Refused):
    """A confirmation link works once; what it was for has been done, and perhaps undone, since."""

    def __init__(self) -> None:
        super().__init__("Lenken er brukt før. Meld deg på en gang til, så sender vi en ny.")


class TooLateToUndo(Refused):
    """Leaving can be undone for a while; what the link is worth otherwise is not told."""

    def __init__(self) -> None:
        super().__init__("Avmeldingen kan ikke angres lenger. Meld deg på på nytt, så sender vi deg en lenke.")


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """What somebody asks for, and from where."""

    address: Address
    language: Language = Language.BOKMAAL
    topics: tuple[str, ...] = ()  # empty = everything
    frequency: Frequency = Frequency.EACH
    proof: str = ""  # what the reader's machine worked out; looked at while the pressure is raised
    origin: consent.Origin


def ask(
    session: Session,
    clock: Clock,
    sign_up: SignUp,
    *,
    keys: Keyring,
    limits: throttle.Limits = throttle.DEFAULT_LIMITS,
) -> None:
    """Somebody asks for the newsletter. Says nothing about the address; raises ``TooManySignUps`` when it is busy.

    Raises ``InvalidInput`` on an unknown topic, before the address is looked at: a fault of the form's must not be
    found with some addresses and passed over with others. Raises ``ProofMissing`` when proof of work is asked for.
    """
    address, topics = sign_up.address, list(known_topics(sign_up.topics))
    throttle.take_turn(session)
    asker = throttle.Asker(domain=address.domain, network=sign_up.origin.network)
    pressure = throttle.admit(session, clock, asker, keys, limits)
    if pressure.hardness:
        proof_of_work.spend(session, clock, keys, sign_up.proof, hardness=pressure.hardness)
    held_back = suppression.suppression_of(session, address.canonical_key, keys)
    if held_back is not None and held_back.lasting:
        throttle.may_mail(session, clock, address.canonical_key, keys, limits)
        subscriber_by_key(session, address.canonical_key)  # as much work as for any other: the time it takes tells too
        record(session, clock, Actor.service("sign-up"), "subscriber.asked_while_held_back", ("sign_up", "-"))
        return
    subscriber = _row_of(session, address, held_back, clock)
    # Who is on, but held back for an address that failed, is asked anew: a confirmed opt-in lets mail through (E-81).
    on_already = subscriber.status is SubscriberStatus.CONFIRMED and subscriber.suppressed is None
    if not on_already:
        subscriber.language = sign_up.language
        subscriber.topics = topics
        subscriber.frequency = sign_up.frequency
        consent.note(session, clock, subscriber, ConsentAction.ASKED, sign_up.origin)
    kind = throttle.Kind.SETTINGS_LINK if on_already else throttle.Kind.CONFIRMATION
    answered_at = None if on_already else subscriber.confirmed_at
    if throttle.may_mail(session, clock, address.canonical_key, keys, limits, kind=kind, answered_at=answered_at):
        _owe(subscriber, SETTINGS if on_already else CONFIRM, clock)
    record(session, clock, Actor.service("sign-up"), "subscriber.asked", ("subscriber", subscriber.id))


def ask_for_settings(
    session: Session,
    clock: Clock,
    subscriber_id: int,
    *,
    keys: Keyring,
    limits: throttle.Limits = throttle.DEFAULT_LIMITS,
) -> bool:
    """Owe the subscriber a fresh settings link, at most one a day; whether one comes.

    The second of two clicks, before the mail of the first has left, is told that it comes.
    """
    throttle.take_turn(session)
    subscriber = subscriber_by_id(session, subscriber_id)
    if subscriber.mail_due == SETTINGS:
        return True
    kind = throttle.Kind.SETTINGS_LINK
    if not throttle.may_mail(session, clock, subscriber.canonical_key, keys, limits, kind=kind):
        return False
    _owe(subscriber, SETTINGS, clock)
    session.add(subscriber)
    _record(session, clock, subscriber, "subscriber.asked_for_settings")
    return True


def confirm(
    session: Session,
    clock: Clock,
    grant: Grant,
    *,
    keys: Keyring,
    origin: consent.Origin,
    welcome: bool = False,
) -> Subscriber:
    """The link in the confirmation mail was used. Doing it again while subscribed changes nothing.

    With ``welcome`` a first-time reader is owed a mail that says what to expect; who comes back knows it.

    Raises ``LinkSpent`` when the subscription was withdrawn after the link was made, ``NobodyThere`` when the
    address is no longer here.
    """
    subscriber = session.get(Subscriber, grant.subscriber_id, with_for_update=True)  # or a no a moment ago is lost
    if subscriber is None:
        raise NobodyThere
    if not same_epoch(grant, subscriber):
        if subscriber.status is SubscriberStatus.CONFIRMED:
            return subscriber
        raise LinkSpent
    held_back = suppression.suppression_of(session, subscriber.canonical_key, keys)
    if held_back is not None and held_back.lasting:
        raise LinkSpent
    subscriber.status = SubscriberStatus.CONFIRMED
    subscriber.confirmed_at = clock.now()
    subscriber.unsubscribed_at = None
    subscriber.paused_until = None
    subscriber.epoch += 1
    subscriber.mail_due = subscriber.mail_due_at = None
    if welcome and subscriber.welcomed_at is None:
        subscriber.welcomed_at = clock.now()
        _owe(subscriber, WELCOME, clock)
    session.add(subscriber)
    suppression.lift(session, clock, subscriber, keys=keys, actor=Actor.subscriber(grant.subscriber_id))
    consent.note(session, clock, subscriber, ConsentAction.CONFIRMED, origin)
    _record(session, clock, subscriber, "subscriber.confirmed")
    return subscriber


def unsubscribe(
    session: Session, clock: Clock, subscriber_id: int, origin: consent.Origin, *, by: Actor | None = None
) -> bool:
    """Take the subscriber off, at once. Whether anything changed; a second time, and an unknown id, change nothing.

    ``by`` is the member of staff who was asked to do it; without one it was the reader.
    """
    subscriber = session.get(Subscriber, subscriber_id, with_for_update=True)
    if subscriber is None or subscriber.status is SubscriberStatus.UNSUBSCRIBED:
        return False
    subscriber.status = SubscriberStatus.UNSUBSCRIBED
    subscriber.unsubscribed_at = clock.now()
    subscriber.epoch += 1
    subscriber.mail_due = subscriber.mail_due_at = None
    session.add(subscriber)
    consent.note(session, clock, subscriber, ConsentAction.WITHDREW, origin)
    actor = by or Actor.subscriber(subscriber_id)
    record(session, clock, actor, "subscriber.unsubscribed", ("subscriber", subscriber_id))
    return True


def undo_unsubscribe(
    session: Session, clock: Clock, subscriber_id: int, origin: consent.Origin, *, keys: Keyring
) -> Subscriber:
    """Who left a moment ago is on again as before; a second time changes nothing.

    Only for an hour, and only for somebody who had confirmed: later it takes a new sign-up, as for anybody.
    Raises ``TooLateToUndo``.
    """
    subscriber = session.get(Subscriber, subscriber_id, with_for_update=True)
    if subscriber is None:
        raise TooLateToUndo
    if subscriber.status is SubscriberStatus.CONFIRMED:
        return subscriber
    held_back = suppression.suppression_of(session, subscriber.canonical_key, keys)
    may_not_be_written_to = held_back is not None and held_back.lasting
    if not can_undo(subscriber, clock) or may_not_be_written_to:
        raise TooLateToUndo
    subscriber.status = SubscriberStatus.CONFIRMED
    subscriber.unsubscribed_at = None
    subscriber.epoch += 1
    session.add(subscriber)
    consent.note(session, clock, subscriber, ConsentAction.CONFIRMED, origin)
    _record(session, clock, subscriber, "subscriber.confirmed")
    return subscriber


def can_undo(subscriber: Subscriber, clock: Clock) -> bool:
    """Whether this reader left so lately that it may be a slip, had been on, and is not held back for good."""
    if subscriber.suppressed is not None and SuppressionReason(subscriber.suppressed).lasting:
        return False
    left_at = subscriber.unsubscribed_at
    gone = subscriber.status is SubscriberStatus.UNSUBSCRIBED and subscriber.confirmed_at is not None
    return gone and left_at is not None and clock.now() - left_at <= _UNDONE_WITHIN


def new_subscriber(address: Address, clock: Clock) -> Subscriber:
    """A row for an address that is not here yet; the caller stores it."""
    return Subscriber(
        raw=address.raw,
        normalized=address.normalized,
        ascii_email=address.ascii_email,
        canonical_key=address.canonical_key,
        created_at=clock.now(),
    )


def _row_of(session: Session, address: Address, held_back: SuppressionReason | None, clock: Clock) -> Subscriber:
    """The address's row, made when there is none: the same two statements whether it is known or not, and no fault
    when a list brings it in at the same moment.
    """
    new = new_subscriber(address, clock)
    new.suppressed = held_back.value if held_back else None
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Subscriber).values(new.model_dump(exclude={"id"}))
    session.execute(row.on_conflict_do_nothing(index_elements=["canonical_key"]))
    return session.exec(select(Subscriber).where(col(Subscriber.canonical_key) == address.canonical_key)).one()


def _owe(subscriber: Subscriber, mail: str, clock: Clock) -> None:
    subscriber.mail_due = mail
    subscriber.mail_due_at = clock.now()


def _record(session: Session, clock: Clock, subscriber: Subscriber, action: str) -> None:
    assert subscriber.id is not None
    record(session, clock, Actor.subscriber(subscriber.id), action, ("subscriber", subscriber.id))
