"""What is kept of a reader: handed out whole, and gone without a trace when it is erased."""

import json

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryEvent, DeliveryKind, DeliveryState
from campaigns.delivery.ledger import move
from campaigns.delivery.personal_data import erase_person, personal_data, tidy_subscribers
from campaigns.errors import NotFound
from campaigns.subscribers import enrolment, throttle
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import SignUp
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.links import Grant, Purpose
from campaigns.subscribers.subscriber import Consent, SignUpAttempt, Subscriber, SubscriberStatus, Suppression
from campaigns.subscribers.suppression import suppression_of
from service.database import Database

KEYS = Keyring((b"a master secret for these tests.",))
ORIGIN = Origin(where="https://monitor.example.no/abonner", network="192.0.2.0/24")
NEEDLE = "ola.nordmann"


def subscriber_with_a_delivery(session: Session, clock: FixedClock, *, confirmed: bool = True) -> int:
    sign_up = SignUp(address=parse_address(f"{NEEDLE}@eksempel.no"), origin=ORIGIN)
    enrolment.ask(session, clock, sign_up, keys=KEYS)
    subscriber = session.exec(select(Subscriber).where(col(Subscriber.normalized).contains(NEEDLE))).one()
    assert subscriber.id is not None
    if confirmed:
        grant = Grant(subscriber_id=subscriber.id, purpose=Purpose.CONFIRM, issued_at=clock.now(), epoch=0)
        enrolment.confirm(session, clock, grant, keys=KEYS, origin=ORIGIN)
    for state, purpose in ((DeliveryState.ACCEPTED, "confirm:1"), (DeliveryState.QUEUED, "settings:2")):
        delivery = Delivery(
            kind=DeliveryKind.ACCOUNT_MAIL,
            state=DeliveryState.SENDING if state is DeliveryState.ACCEPTED else state,
            subscriber_id=subscriber.id,
            channel="email",
            purpose=purpose,
            content_sha256="0" * 64,
            created_at=clock.now(),
        )
        session.add(delivery)
        session.flush()
        if state is DeliveryState.ACCEPTED:
            said = f"250 2.1.5 <{NEEDLE}@eksempel.no>... Recipient ok; queued for {NEEDLE}@eksempel.no"
            move(session, delivery, state, by="lane", clock=clock, reply=said)
    session.flush()
    return subscriber.id


def everything_stored(session: Session) -> str:
    return json.dumps(
        [str(row) for table in SQLModel.metadata.sorted_tables for row in session.execute(sa.select(table)).mappings()]
    )


def test_it_leaves_no_trace_of_the_address_in_any_table(session: Session, clock: FixedClock) -> None:
    subscriber_id = subscriber_with_a_delivery(session, clock)
    assert NEEDLE in everything_stored(session)

    erase_person(session, clock, subscriber_id, keys=KEYS, actor=Actor.subscriber(subscriber_id))

    assert NEEDLE not in everything_stored(session)
    assert session.exec(select(Consent)).all() == []


def test_it_forgets_how_many_mails_an_address_was_sent(session: Session, clock: FixedClock) -> None:
    subscriber_id = subscriber_with_a_delivery(session, clock)
    enrolment.ask_for_settings(session, clock, subscriber_id, keys=KEYS)
    of_address = [throttle.mail_key(f"{NEEDLE}@eksempel.no", KEYS, kind) for kind in throttle.Kind]
    counted = select(SignUpAttempt).where(col(SignUpAttempt.key).in_(of_address))
    assert len(session.exec(counted).all()) == 2

    erase_person(session, clock, subscriber_id, keys=KEYS, actor=Actor.service("staff"))

    assert session.exec(counted).all() == []


def test_it_sends_nothing_more_to_one_who_was_erased_and_keeps_the_ledger(session: Session, clock: FixedClock) -> None:
    subscriber_id = subscriber_with_a_delivery(session, clock)

    erase_person(session, clock, subscriber_id, keys=KEYS, actor=Actor.subscriber(subscriber_id))

    deliveries = session.exec(select(Delivery).order_by(col(Delivery.id))).all()
    assert [delivery.state for delivery in deliveries] == [DeliveryState.ACCEPTED, DeliveryState.CANCELLED]
    assert {delivery.subscriber_id for delivery in deliveries} == {None}
    events = session.exec(select(DeliveryEvent).order_by(col(DeliveryEvent.id))).all()
    assert [event.to_state for event in events] == ["accepted", "cancelled"]
    assert events[0].reply == "250 2.1.5 <adresse>... Recipient ok; queued for <adresse>"


def test_it_keeps_the_hash_of_one_who_had_left_so_that_no_import_brings_them_back(
    session: Session, clock: FixedClock
) -> None:
    subscriber_id = subscriber_with_a_delivery(session, clock)
    enrolment.unsubscribe(session, clock, subscriber_id, Origin(where="one-click"))

    erase_person(session, clock, subscriber_id, keys=KEYS, actor=Actor.service("staff"))

    assert suppression_of(session, f"{NEEDLE}@eksempel.no", KEYS) == "unsubscribed"


def test_it_keeps_the_hash_and_nothing_else_of_one_who_was_still_on(session: Session, clock: FixedClock) -> None:
    subscriber_id = subscriber_with_a_delivery(session, clock)

    erase_person(session, clock, subscriber_id, keys=KEYS, actor=Actor.service("staff"))

    (kept,) = session.exec(select(Suppression)).all()
    assert (kept.reason, len(kept.address_hash)) == ("unsubscribed", 64)


def test_one_who_was_erased_may_come_back_by_asking_again(session: Session, clock: FixedClock) -> None:
    subscriber_id = subscriber_with_a_delivery(session, clock)
    erase_person(session, clock, subscriber_id, keys=KEYS, actor=Actor.service("staff"))
    clock.advance(days=2)

    again = session.get_one(Subscriber, subscriber_with_a_delivery(session, clock))

    assert (again.status, again.suppressed) == (SubscriberStatus.CONFIRMED, None)
    assert session.exec(select(Suppression)).all() == []


def test_it_never_gives_the_id_of_one_who_was_erased_to_somebody_else(session: Session, clock: FixedClock) -> None:
    subscriber_id = subscriber_with_a_delivery(session, clock)
    erase_person(session, clock, subscriber_id, keys=KEYS, actor=Actor.service("staff"))

    assert subscriber_with_a_delivery(session, clock) > subscriber_id


def test_it_says_so_when_there_is_nobody_to_erase(session: Session, clock: FixedClock) -> None:
    with pytest.raises(NotFound):
        erase_person(session, clock, 4711, keys=KEYS, actor=Actor.service("staff"))


def test_of_two_who_erase_at_once_one_finds_nobody(postgres_database: Database, clock: FixedClock) -> None:
    """On SQLite the other waits before it has seen anybody."""
    with postgres_database.session_scope() as session:
        subscriber_id = subscriber_with_a_delivery(session, clock)

    with postgres_database.session_scope() as late:
        seen = late.get(Subscriber, subscriber_id)
        with postgres_database.session_scope() as session:
            erase_person(session, clock, subscriber_id, keys=KEYS, actor=Actor.service("test"))
        with pytest.raises(NotFound):
            erase_person(late, clock, subscriber_id, keys=KEYS, actor=Actor.service("test"))
        assert seen is not None


def test_it_hands_over_everything_it_holds(session: Session, clock: FixedClock) -> None:
    subscriber_id = subscriber_with_a_delivery(session, clock)

    held = personal_data(session, subscriber_id)

    assert held["address"] == f"{NEEDLE}@eksempel.no"
    assert [step["what"] for step in held["consent_history"]] == ["asked", "confirmed"]
    assert held["consent_history"][0]["wording"].startswith("Ja, jeg vil ha nyhetsbrevet")
    assert [mail["state"] for mail in held["mails"]] == ["accepted", "queued"]


def test_it_lets_go_of_sign_ups_that_nobody_confirmed_after_a_week(session: Session, clock: FixedClock) -> None:
    subscriber_with_a_delivery(session, clock, confirmed=False)
    clock.advance(days=6)
    assert tidy_subscribers(session, clock)["unconfirmed"] == 0

    clock.advance(days=2)

    assert tidy_subscribers(session, clock)["unconfirmed"] == 1
    assert session.exec(select(Subscriber)).all() == []


def test_it_keeps_confirmed_subscribers_and_drops_only_their_old_networks(session: Session, clock: FixedClock) -> None:
    subscriber_with_a_delivery(session, clock)
    clock.advance(days=366)

    tidied = tidy_subscribers(session, clock)

    assert (tidied["unconfirmed"], tidied["networks"]) == (0, 2)
    assert session.exec(select(Subscriber.status)).all() == [SubscriberStatus.CONFIRMED]
    assert set(session.exec(select(Consent.network))) == {None}
