"""What is kept of returned mail and for how long, how much may wait, and the rates it adds up to."""

import base64
from pathlib import Path

import pytest
import sqlalchemy as sa

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState
from campaigns.delivery.personal_data import erase_person, personal_data
from campaigns.delivery.returns import intake
from campaigns.delivery.returns.forgetting import forget_old_returns
from campaigns.delivery.returns.rates import BOUNCES, COMPLAINTS, Level, latest, measure
from campaigns.delivery.returns.returned_mail import ReturnSource, ReturnState
from tests.factories.mailroom import mailing, plan_issue
from tests.factories.returned_mail import delivery_report, failed, message
from tests.factories.returns import GONE, KEYS, PostOffice


def test_a_message_is_kept_byte_for_byte_until_a_month_has_passed(office: PostOffice, clock: FixedClock) -> None:
    raw = message("æøå\r\n" * 100)
    office.bring(raw)
    assert office.mails()[0].message == raw

    clock.advance(days=29)
    _forget(office)
    assert office.mails()[0].message == raw
    clock.advance(days=2)
    _forget(office)

    (mail,) = office.mails()
    assert (mail.raw, mail.state) == (None, ReturnState.SETTLED)
    clock.advance(days=60)
    _forget(office)
    assert office.mails() == []


def test_what_is_not_read_yet_is_kept_however_old_it_is(office: PostOffice, clock: FixedClock) -> None:
    with office.database.session_scope() as session:
        intake.keep(session, clock, b"x", source=ReturnSource.FOLDER)
    clock.advance(days=200)

    _forget(office)

    assert office.mails()[0].message == b"x"


def test_a_flood_is_put_off(office: PostOffice, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_UNREAD", 3)

    with pytest.raises(intake.TooMuchMail), office.database.session_scope() as session:
        for _ in range(4):
            intake.keep(session, clock, b"x", source=ReturnSource.LMTP)


def test_no_trace_of_an_erased_reader_is_left_in_what_came_back(office: PostOffice) -> None:
    office.bounce(office.send(), "550 5.1.1 <kari@example.no>: user unknown")
    office.bring(delivery_report(failed("kari@example.no", GONE)))  # without our mark
    hidden = base64.b64encode(b"Jeg er Kari@Example.no").decode()
    office.bring(message(hidden, content_transfer_encoding="base64"))
    office.bring(message("Noe helt annet."))
    person = office.person()

    with office.database.session_scope() as session:
        assert [one["what"] for one in personal_data(session, person.id or 0)["returned_mail"]] == ["dead-address"]
        erase_person(session, office.clock, person.id or 0, keys=KEYS, actor=Actor.service("test"))

    assert [mail.raw is None for mail in office.mails()] == [True, True, True, False]
    assert {mail.subscriber_id for mail in office.mails()} == {None}
    assert {failure.subscriber_id for failure in office.failures()} == {None}


@pytest.mark.parametrize(
    ("number", "of", "level"),
    [(1, 99, Level.WELL), (19, 1000, Level.WELL), (20, 1000, Level.WARNING), (49, 1000, Level.WARNING),
     (50, 1000, Level.ALARM), (0, 1000, Level.WELL)],
)  # fmt: skip
def test_bounces_warn_at_two_percent_and_alarm_at_five(number: int, of: int, level: Level) -> None:
    assert BOUNCES.level(number, of) is level


@pytest.mark.parametrize(
    ("number", "level"), [(0, Level.WELL), (1, Level.WARNING), (2, Level.WARNING), (3, Level.ALARM)]
)
def test_complaints_warn_at_a_tenth_of_a_percent_and_alarm_at_three(number: int, level: Level) -> None:
    assert COMPLAINTS.level(number, 1000) is level


def test_the_months_newsletters_are_counted_and_kept_for_the_pages(
    office_on_each: PostOffice, clock: FixedClock, tmp_path: Path
) -> None:
    office = office_on_each
    plan_issue(office.database, clock, mailing(office.database, clock, tmp_path), 5)
    office.send(state=DeliveryState.FAILED)  # no newsletter
    states = (DeliveryState.ACCEPTED, DeliveryState.BOUNCED, DeliveryState.COMPLAINED, DeliveryState.FAILED)
    with office.database.session_scope() as session:
        assert latest(session) is None
        ids = session.scalars(sa.select(Delivery.id).where(Delivery.kind == DeliveryKind.NEWSLETTER)).all()  # type: ignore[call-overload]
        for delivery_id, state in zip(ids, states, strict=False):
            session.get_one(Delivery, delivery_id).state = state
    measure(office.database.session_scope, clock)

    with office.database.session_scope() as session:
        rates = latest(session)
        assert rates is not None
        assert (rates.handed, rates.bounced, rates.complained, rates.well) == (4, 2, 1, True)
    clock.advance(days=31)
    assert measure(office.database.session_scope, clock).handed == 0


def _forget(office: PostOffice) -> None:
    with office.database.session_scope() as session:
        forget_old_returns(session, office.clock)


def test_the_row_outlives_its_delivery(office: PostOffice) -> None:
    office.bounce(office.send())
    with office.database.session_scope() as session:
        session.execute(sa.text("DROP TRIGGER IF EXISTS delivery_event_refuse_delete"))
        session.execute(sa.text("DELETE FROM delivery_event"))
        session.execute(sa.text("DELETE FROM delivery"))

    assert (office.mails()[0].delivery_id, office.failures()) == (None, [])
