"""What a reader may change, and the proof each change leaves."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.errors import InvalidInput, Refused
from campaigns.language import Language
from campaigns.subscribers import enrolment
from campaigns.subscribers.audience import end_pauses, may_receive, may_receive_account_mail
from campaigns.subscribers.preferences import Pause, Preferences, change_preferences, leave_topic, pause, resume
from campaigns.subscribers.subscriber import Consent, ConsentAction, Frequency, Subscriber
from tests.factories.enrolling import KEYS, ONE_CLICK, ORIGIN, ask, audience, confirmed, grant_for


def wanted(**changes: object) -> Preferences:
    return Preferences(**({"language": Language.BOKMAAL} | changes))  # type: ignore[arg-type]


def steps(session: Session) -> list[Consent]:
    return list(session.exec(select(Consent).order_by(col(Consent.id))))


def test_it_changes_language_topics_and_how_often(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)

    change = wanted(language=Language.NYNORSK, topics=("kreft", "forskning", "kreft"), frequency=Frequency.WEEKLY)
    change_preferences(session, clock, subscriber.id or 0, change, origin=ORIGIN)

    assert (subscriber.language, subscriber.topics) == (Language.NYNORSK, ["forskning", "kreft"])
    assert subscriber.frequency is Frequency.WEEKLY


def test_it_keeps_what_each_consent_covers_and_how_it_was_given(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock, topics=("kreft",))

    change_preferences(session, clock, subscriber.id or 0, wanted(frequency=Frequency.MONTHLY), origin=ORIGIN)

    last = steps(session)[-1]
    assert last.action is ConsentAction.CHANGED
    assert last.wording_version == "2026-11"
    assert last.detail == {"topics": [], "frequency": "monthly", "paused_until": None}
    assert [step.detail["topics"] for step in steps(session)] == [["kreft"], ["kreft"], []]


def test_it_notes_nothing_when_nothing_changes(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)

    change_preferences(session, clock, subscriber.id or 0, wanted(), origin=ORIGIN)

    assert [step.action for step in steps(session)] == [ConsentAction.ASKED, ConsentAction.CONFIRMED]


def test_it_refuses_a_topic_that_is_not_offered(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)

    with pytest.raises(InvalidInput, match="temaene"):
        change_preferences(session, clock, subscriber.id or 0, wanted(topics=("fotball",)), origin=ORIGIN)


@pytest.mark.parametrize("frequency", [Frequency.WEEKLY, Frequency.MONTHLY])
def test_one_who_wants_it_gathered_is_in_no_single_issues_audience(
    session: Session, clock: FixedClock, frequency: Frequency
) -> None:
    each = confirmed(session, clock, "hver@eksempel.no")
    gathered = confirmed(session, clock, "samlet@eksempel.no", frequency=frequency)

    assert audience(session) == [each.id]
    assert audience(session, frequency) == [gathered.id]
    assert may_receive(session, gathered.id)


def test_one_who_rests_gets_nothing_until_the_pause_is_over(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)

    pause(session, clock, subscriber.id or 0, Pause.MONTH, origin=ORIGIN)

    assert subscriber.paused_until == datetime(2027, 6, 9, 22, 0, tzinfo=UTC)
    assert audience(session) == []
    assert not may_receive(session, subscriber.id)
    assert may_receive_account_mail(session, subscriber.id)
    assert end_pauses(session, subscriber.paused_until - timedelta(seconds=1)) == 0
    assert end_pauses(session, subscriber.paused_until) == 1
    assert audience(session) == [subscriber.id]


def test_a_pause_can_be_ended_at_once_and_only_once(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)
    pause(session, clock, subscriber.id or 0, Pause.HALF_YEAR, origin=ORIGIN)

    resume(session, clock, subscriber.id or 0, origin=ORIGIN)
    resume(session, clock, subscriber.id or 0, origin=ORIGIN)

    assert may_receive(session, subscriber.id)
    assert [step.action for step in steps(session)].count(ConsentAction.CHANGED) == 2


def test_one_who_has_left_has_nothing_to_rest_from(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)

    with pytest.raises(InvalidInput, match="Meld deg på igjen"):
        pause(session, clock, subscriber.id or 0, Pause.MONTH, origin=ORIGIN)


def test_it_leaves_one_topic_and_keeps_the_others(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock, topics=("kreft", "forskning"))

    leave_topic(session, clock, subscriber.id or 0, "kreft", origin=ORIGIN)
    leave_topic(session, clock, subscriber.id or 0, "kreft", origin=ORIGIN)

    assert subscriber.topics == ["forskning"]


def test_it_does_not_turn_the_last_topic_into_everything(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock, topics=("kreft",))

    with pytest.raises(Refused, match="eneste temaet"):
        leave_topic(session, clock, subscriber.id or 0, "kreft", origin=ORIGIN)

    assert subscriber.topics == ["kreft"]


def test_a_welcome_is_owed_once_to_one_who_confirms(session: Session, clock: FixedClock) -> None:
    subscriber = welcomed(session, clock)
    assert subscriber.mail_due == "welcome"

    subscriber.mail_due = None
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)
    clock.advance(days=2)

    assert welcomed(session, clock).mail_due is None


def test_a_welcome_does_not_reach_one_who_has_left_meanwhile(session: Session, clock: FixedClock) -> None:
    subscriber = welcomed(session, clock)
    assert may_receive_account_mail(session, subscriber.id, "welcome")

    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)

    assert subscriber.mail_due is None
    assert not may_receive_account_mail(session, subscriber.id, "welcome")
    assert may_receive_account_mail(session, subscriber.id, "settings")


def welcomed(session: Session, clock: FixedClock) -> Subscriber:
    subscriber = ask(session, clock)
    assert subscriber is not None
    return enrolment.confirm(session, clock, grant_for(subscriber, clock), keys=KEYS, origin=ORIGIN, welcome=True)
