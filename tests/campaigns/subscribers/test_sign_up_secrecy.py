"""What becomes of a sign-up depends on the address; what a stranger can see of it does not."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.language import Language
from campaigns.subscribers import enrolment
from campaigns.subscribers.audience import may_receive, may_receive_account_mail
from campaigns.subscribers.subscriber import (
    SubscriberStatus,
    SuppressionReason,
)
from campaigns.subscribers.suppression import suppress
from service.database import Database
from tests.factories.enrolling import KEYS, ONE_CLICK, ORIGIN, ask, confirmed, grant_for, ruled, sign_up


def test_it_stays_silent_to_one_who_has_complained(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)
    suppress(session, clock, subscriber, ruled(SuppressionReason.COMPLAINED), KEYS)
    clock.advance(days=2)

    ask(session, clock)

    assert subscriber.mail_due is None
    assert not may_receive(session, subscriber.id)
    assert not may_receive_account_mail(session, subscriber.id)


def test_it_opens_a_dead_address_again_after_a_new_opt_in(session: Session, clock: FixedClock) -> None:
    subscriber = confirmed(session, clock)
    suppress(session, clock, subscriber, ruled(SuppressionReason.DEAD_ADDRESS), KEYS)
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)
    assert not may_receive(session, subscriber.id)
    clock.advance(days=2)

    subscriber = confirmed(session, clock)

    assert subscriber.suppressed is None
    assert may_receive(session, subscriber.id)


@pytest.mark.parametrize("state", ["new", "pending", "confirmed", "unsubscribed", "suppressed"])
def test_it_does_the_same_work_for_an_address_in_every_state(
    state: str, sqlite_database: Database, clock: FixedClock
) -> None:
    statements = _statements_of_ask(sqlite_database, state, clock)

    assert statements in range(15, 18)


def test_it_owes_at_most_one_mail_a_day_and_three_a_month_to_one_address(session: Session, clock: FixedClock) -> None:
    days_with_mail = []
    for day in range(12):
        subscriber = ask(session, clock)
        assert subscriber is not None
        days_with_mail += [day] if subscriber.mail_due else []
        subscriber.mail_due = None
        clock.advance(hours=12)

    assert days_with_mail == [0, 2, 4]


def test_who_answered_left_and_comes_back_the_same_day_is_owed_a_mail_and_only_one(
    session: Session, clock: FixedClock
) -> None:
    subscriber = confirmed(session, clock)
    clock.advance(hours=1)
    enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)
    owed = []
    for _ in range(4):
        clock.advance(hours=1)
        ask(session, clock)
        owed.append(subscriber.mail_due)
        subscriber.mail_due = None

    assert owed == ["confirm", None, None, None]


def test_coming_back_again_and_again_takes_three_mails_a_month(session: Session, clock: FixedClock) -> None:
    owed = []
    for _ in range(4):
        clock.advance(hours=1)
        subscriber = ask(session, clock)
        assert subscriber is not None
        owed.append(subscriber.mail_due)
        enrolment.confirm(session, clock, grant_for(subscriber, clock), keys=KEYS, origin=ORIGIN)
        enrolment.unsubscribe(session, clock, subscriber.id or 0, ONE_CLICK)

    assert owed == ["confirm", "confirm", "confirm", None]


def test_who_is_on_is_owed_one_settings_link_a_day_however_lately_they_confirmed(
    session: Session, clock: FixedClock
) -> None:
    subscriber = confirmed(session, clock)
    asked = []
    for _ in range(2):
        clock.advance(hours=1)
        ask(session, clock)
        asked.append(subscriber.mail_due)
        subscriber.mail_due = None

    assert asked == ["settings", None]


def test_it_owes_a_settings_link_to_one_who_is_on_already_and_changes_nothing(
    session: Session, clock: FixedClock
) -> None:
    subscriber = confirmed(session, clock, topics=("kreft",))
    clock.advance(days=2)

    ask(session, clock, language=Language.ENGLISH, topics=())

    assert (subscriber.status, subscriber.mail_due) == (SubscriberStatus.CONFIRMED, "settings")
    assert (subscriber.language, subscriber.topics) == (Language.BOKMAAL, ["kreft"])
    assert may_receive(session, subscriber.id)


def _statements_of_ask(database: Database, state: str, clock: FixedClock) -> int:
    arrange: dict[str, Callable[[Session], None]] = {
        "new": lambda _session: None,
        "pending": lambda session: void(ask(session, clock)),
        "confirmed": lambda session: void(confirmed(session, clock)),
        "unsubscribed": lambda session: void(
            enrolment.unsubscribe(session, clock, confirmed(session, clock).id or 0, ONE_CLICK)
        ),
        "suppressed": lambda session: suppress(
            session,
            clock,
            confirmed(session, clock),
            ruled(SuppressionReason.DEAD_ADDRESS),
            KEYS,
        ),
    }
    with database.session_scope() as session:
        arrange[state](session)
    clock.advance(days=2)
    seen: list[str] = []
    sa.event.listen(database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    with database.session_scope() as session:
        enrolment.ask(session, clock, sign_up(), keys=KEYS)
    return len(seen)


def void(_value: object) -> None:
    return None
