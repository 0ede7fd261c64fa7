"""Readers, as they come to be: by asking, and by confirming."""

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.subscribers import enrolment
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import SignUp
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import Grant, Purpose
from campaigns.subscribers.reader_groups import Audience, in_groups, reader_groups
from campaigns.subscribers.subscriber import Frequency, Subscriber, SuppressionReason
from campaigns.subscribers.suppression import Ruling

KEYS = Keyring((b"a master secret for these tests.",))
ORIGIN = Origin(where="https://monitor.example.no/abonner", network="192.0.2.0/24")
ONE_CLICK = Origin(where="one-click")


def sign_up(typed: str = "ola@eksempel.no", **changes: object) -> SignUp:
    given = {"address": parse_address(typed), "origin": ORIGIN} | changes
    return SignUp(**given)  # type: ignore[arg-type]


def ask(session: Session, clock: FixedClock, typed: str = "ola@eksempel.no", **changes: object) -> Subscriber | None:
    enrolment.ask(session, clock, sign_up(typed, **changes), keys=KEYS)
    session.flush()
    key = parse_address(typed).canonical_key
    return session.exec(select(Subscriber).where(col(Subscriber.canonical_key) == key)).first()


def grant_for(subscriber: Subscriber, clock: FixedClock) -> Grant:
    assert subscriber.id is not None
    return Grant(subscriber_id=subscriber.id, purpose=Purpose.CONFIRM, issued_at=clock.now(), epoch=subscriber.epoch)


def confirmed(session: Session, clock: FixedClock, typed: str = "ola@eksempel.no", **changes: object) -> Subscriber:
    subscriber = ask(session, clock, typed, **changes)
    assert subscriber is not None
    return enrolment.confirm(session, clock, grant_for(subscriber, clock), keys=KEYS, origin=ORIGIN)


def audience(session: Session, frequency: Frequency = Frequency.EACH) -> list[int]:
    """Whom an issue for everybody goes to, in the order they came."""
    groups = reader_groups(session, Audience(frequencies=(frequency,)))
    found = session.exec(select(Subscriber.id).where(in_groups(groups)).order_by(col(Subscriber.id)))
    return [number for number in found if number is not None]


def ruled(reason: SuppressionReason) -> Ruling:
    return Ruling(reason=reason, by=Actor.service("bounces"))
