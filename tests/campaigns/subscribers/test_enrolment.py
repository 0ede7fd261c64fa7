"""Asking, confirming, changing and leaving; each step leaves its proof of consent."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent
from campaigns.clock import FixedClock
from campaigns.language import Language
from campaigns.subscribers import enrolment
from campaigns.subscribers.audience import may_receive, owed_account_mail
from campaigns.subscribers.enrolment import LinkSpent
from campaigns.subscribers.links import Grant, NobodyThere, Purpose
from campaigns.subscribers.subscriber import (
    Consent,
    ConsentAction,
    Subscriber,
    SubscriberStatus,
    SuppressionReason,
)
from campaigns.subscribers.suppression import suppress
from tests.factories.enrolling import KEYS, ONE_CLICK, ORIGIN, ask, audience, confirmed, grant_for, ruled


def test_it_owes_a_new_address_a_confirmation_and_sends_it_nothing_else(session: Session, clock: FixedClock) -> None:
    subscriber = ask(session, clock, language=Language.NYNORSK, topics=("kreft",))

    assert subscriber is not None
    assert (subscriber.status, subscriber.mail_due) == (SubscriberStatus.PENDING, "confirm")
    assert (subscriber.language, subscriber.topics) == (Language.NYNORSK, ["kreft"])
    assert owed_account_mail(session) == [subscriber]
    assert audience(session) == []
    assert not may_receive(session, subscriber.id)


def test_it_subscribes_when_the_link_in_the_mail_is_used(session: Session, clock: FixedClock) -> None:
    ask(session, clock, "stranger@eksempel.no")

    subscriber = confirmed(session, clock)

    assert subscriber.status is SubscriberStatus.CONFIRMED
    assert audience(session) == [subscriber.id]
    assert may_receive(session, subscriber.id)


def test_it_keeps_the_proof_of_each_step(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)

    steps = session.exec(select(Consent).order_by(col(Consent.id))).all()

    assert [step.action for step in steps] == [ConsentAction.ASKED, ConsentAction.CONFIRMED]
    assert {(step.subscriber_id, step.wording_version, step.origin) for step in steps} == {
        (subscriber.id, "2026-11", ORIGIN.where)
    }
    assert steps[0].network == "192.0.2.0/24"


def test_the_second_of_two_clicks_is_told_that_the_link_comes(session: Session, clock: FixedClock) -> None:
    subscriber_id = confirmed(session, clock).id or 0

    comes = [enrolment.ask_for_settings(session, clock, subscriber_id, keys=KEYS) for _ in range(2)]
    session.get_one(Subscriber, subscriber_id).mail_due = None  # it has left
    later = enrolment.ask_for_settings(session, clock, subscriber_id, keys=KEYS)

    assert (comes, later) == ([True, True], False)


def test_leaving_by_a_slip_is_undone_and_both_are_proved(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)

    enrolment.undo_unsubscribe(session, clock, subscriber.id or 0, ORIGIN, keys=KEYS)

    steps = session.exec(select(Consent.action).order_by(col(Consent.id))).all()
    assert steps[-2:] == [ConsentAction.WITHDREW, ConsentAction.CONFIRMED]
    assert audience(session) == [subscriber.id]


def test_who_never_confirmed_does_not_get_on_by_undoing(session: Session, clock: FixedClock) -> None:
    subscriber = ask(session, clock)
    assert subscriber is not None
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)

    with pytest.raises(enrolment.TooLateToUndo):
        enrolment.undo_unsubscribe(session, clock, subscriber.id or 0, ORIGIN, keys=KEYS)


def test_who_complained_is_not_put_back_by_undoing(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)
    assert enrolment.can_undo(subscriber, clock)
    suppress(session, clock, subscriber, ruled(SuppressionReason.COMPLAINED), KEYS)

    assert not enrolment.can_undo(subscriber, clock)
    with pytest.raises(enrolment.TooLateToUndo):
        enrolment.undo_unsubscribe(session, clock, subscriber.id or 0, ORIGIN, keys=KEYS)


def test_it_writes_no_address_into_the_audit_trail(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)

    events = session.exec(select(AuditEvent).order_by(col(AuditEvent.id))).all()

    assert [event.action for event in events] == [
        "subscriber.asked",
        "subscriber.confirmed",
        "subscriber.unsubscribed",
    ]
    assert {event.object_id for event in events} == {str(subscriber.id)}
    assert not any("ola" in f"{event.actor} {event.detail}" for event in events)


def test_it_changes_nothing_when_the_same_link_is_used_twice(session: Session, clock: FixedClock) -> None:
    subscriber = ask(session, clock)
    assert subscriber is not None
    grant = grant_for(subscriber, clock)
    enrolment.confirm(session, clock, grant, keys=KEYS, origin=ORIGIN)

    clock.advance(hours=1)
    again = enrolment.confirm(session, clock, grant, keys=KEYS, origin=ORIGIN)

    assert again.confirmed_at == clock.now() - timedelta(hours=1)
    assert len(session.exec(select(Consent)).all()) == 2


def test_it_does_not_bring_back_someone_who_left_by_their_old_link(session: Session, clock: FixedClock) -> None:
    subscriber = ask(session, clock)
    assert subscriber is not None
    grant = grant_for(subscriber, clock)
    enrolment.confirm(session, clock, grant, keys=KEYS, origin=ORIGIN)
    enrolment.unsubscribe(session, clock, grant.subscriber_id, ONE_CLICK)

    with pytest.raises(LinkSpent):
        enrolment.confirm(session, clock, grant, keys=KEYS, origin=ORIGIN)

    assert subscriber.status is SubscriberStatus.UNSUBSCRIBED


def test_it_refuses_the_link_of_somebody_who_is_not_here(session: Session, clock: FixedClock) -> None:
    grant = Grant(subscriber_id=4711, purpose=Purpose.CONFIRM, issued_at=clock.now(), epoch=0)

    with pytest.raises(NobodyThere):
        enrolment.confirm(session, clock, grant, keys=KEYS, origin=ORIGIN)


def test_it_takes_a_subscriber_off_at_once_and_once(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)

    first = enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)
    second = enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)

    assert (first, second) == (True, False)
    assert not may_receive(session, subscriber.id)
    assert audience(session) == []
    assert [step.action for step in session.exec(select(Consent))][-1] is ConsentAction.WITHDREW


def test_it_does_nothing_for_an_unknown_id(session: Session, clock: FixedClock) -> None:
    assert enrolment.unsubscribe(session, clock, 4711, ONE_CLICK) is False


def test_it_lets_someone_who_left_ask_and_confirm_anew(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)
    clock.advance(days=2)

    subscriber = confirmed(session, clock)

    assert subscriber.status is SubscriberStatus.CONFIRMED
    assert subscriber.unsubscribed_at is None
