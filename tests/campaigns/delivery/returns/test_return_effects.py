"""What a message that comes back does, and to whom: nothing to anybody without a token of ours (email.md §10)."""

import pytest
from sqlmodel import select

from campaigns.audit import AuditEvent
from campaigns.channels.mail_category import Category
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import DeliveryState
from campaigns.delivery.returns.effects import LET_GO
from campaigns.delivery.returns.intake import keep
from campaigns.delivery.returns.returned_mail import Effect, ReturnSource, ReturnState
from campaigns.inbound.inbound import Kind
from campaigns.subscribers.subscriber import SubscriberStatus
from tests.factories.returned_mail import abuse_report, delivery_report, failed, message
from tests.factories.returns import GONE, PostOffice, leaving_address, path_of


def test_an_address_that_does_not_exist_is_held_back_at_once(office_on_each: PostOffice) -> None:
    office = office_on_each
    delivery = office.send()

    effect = office.bounce(delivery)

    assert effect is Effect.HELD_BACK
    assert office.person().suppressed == "dead_address"
    assert (office.delivery(delivery).state, office.delivery(delivery).category) == (
        DeliveryState.BOUNCED,
        "dead-address",
    )
    (mail,) = office.mails()
    assert (mail.kind, mail.category, mail.status, mail.code, mail.state) == (
        Kind.BOUNCE, Category.DEAD_ADDRESS, "5.1.1", 550, ReturnState.DONE,
    )  # fmt: skip


def test_the_same_message_counts_once(office_on_each: PostOffice) -> None:
    office = office_on_each
    delivery = office.send()
    full = "552 5.2.2 mailbox full"

    effects = [office.bounce(delivery, full, message_id="<1@mx>") for _ in range(3)]

    assert effects == [Effect.COUNTED, Effect.REPEATED, Effect.REPEATED]
    assert len(office.failures()) == 1


def test_another_message_about_the_same_delivery_counts_no_second_time(office: PostOffice) -> None:
    delivery = office.send()

    office.bounce(delivery, "552 5.2.2 mailbox full", message_id="<1@mx>")
    office.bounce(delivery, "552 5.2.2 mailbox full", message_id="<2@mx>")

    assert len(office.failures()) == 1


@pytest.mark.parametrize(
    "diagnostic",
    [
        "554 5.7.1 Service unavailable; client [203.0.113.5] blocked using zen.spamhaus.org",
        "550 5.7.26 This mail is unauthenticated: SPF and DKIM did not pass",
        "550 5.7.515 Access denied, sending domain does not meet the required authentication level",
        "552 5.3.4 Message size exceeds fixed limit",
        "550 Virus detected; content rejected",
        "451 4.7.1 Greylisted, please try again later",
        "550 5.7.1 Relaying denied",
    ],
)
def test_what_is_about_us_never_holds_a_reader_back(office: PostOffice, clock: FixedClock, diagnostic: str) -> None:
    effects = set()
    for _ in range(8):
        effects.add(office.bounce(office.send(), diagnostic))
        clock.advance(days=10)

    assert effects == {Effect.NOTED}
    assert office.person().suppressed is None
    assert office.person().status is SubscriberStatus.CONFIRMED


@pytest.mark.parametrize(
    ("envelope", "token"),
    [(path_of(1, b"somebody else's key"), "invalid"), ("b+aaaa@bounce.example.no", "none"), (None, "none")],
)
def test_without_a_token_of_ours_it_only_waits_for_people(office: PostOffice, envelope: str | None, token: str) -> None:
    delivery = office.send()

    effect = office.bring(delivery_report(failed("kari@example.no", GONE)), envelope)

    assert effect is Effect.NOTHING
    assert (office.delivery(delivery).state, office.person().suppressed) == (DeliveryState.ACCEPTED, None)
    (mail,) = office.mails()
    assert (mail.state, mail.token) == (ReturnState.WAITING, token)
    assert mail.subscriber_id == office.person().id  # named, for people to see, and not proven


@pytest.mark.parametrize(
    "raw",
    [
        abuse_report("Feedback-Type: abuse\nOriginal-Rcpt-To: kari@example.no\n"),
        message("Meld meg av", **{"from": "kari@example.no"}, to="u+" + "kjqx" * 15 + "a@bounce.example.no"),
    ],
    ids=["complaint", "unsubscribe"],
)
def test_a_forged_complaint_or_farewell_takes_nobody_off(office: PostOffice, raw: bytes) -> None:
    office.send()

    office.bring(raw)

    assert (office.person().status, office.person().suppressed) == (SubscriberStatus.CONFIRMED, None)
    assert office.mails()[0].state is ReturnState.WAITING


@pytest.mark.parametrize("how", ["return path", "message id", "list-unsubscribe"])
def test_a_complaint_takes_the_reader_off_and_holds_the_address_back(
    office_on_each: PostOffice, clock: FixedClock, how: str
) -> None:
    office = office_on_each
    delivery = office.send()
    link = leaving_address(office.person().id or 0, clock)
    returned = {
        "return path": f"Return-Path: <{path_of(delivery)}>\n",
        "message id": f"Message-ID: {office.delivery(delivery).message_id}\n",
        "list-unsubscribe": f"List-Unsubscribe: <https://a.no/u/x>, <mailto:{link}?subject=unsubscribe>\n",
    }[how]

    effect = office.bring(abuse_report("Feedback-Type: abuse\nUser-Agent: x\n", returned))

    assert effect is Effect.COMPLAINED
    assert (office.person().status, office.person().suppressed) == (SubscriberStatus.UNSUBSCRIBED, "complained")
    assert office.delivery(delivery).state is (
        DeliveryState.ACCEPTED if how == "list-unsubscribe" else DeliveryState.COMPLAINED
    )


def test_a_report_that_it_is_no_spam_is_only_noted(office: PostOffice) -> None:
    delivery = office.send()

    effect = office.bring(abuse_report("Feedback-Type: not-spam\n"), path_of(delivery))

    assert (effect, office.mails()[0].state, office.person().suppressed) == (Effect.NOTHING, ReturnState.DONE, None)


def test_mail_to_the_address_in_the_header_unsubscribes_whatever_it_says(
    office_on_each: PostOffice, clock: FixedClock
) -> None:
    office = office_on_each
    office.send()
    address = leaving_address(office.person().id or 0, clock)

    effects = [office.bring(message("", subject="hva som helst", to=address, message_id=f"<{n}@x>")) for n in (1, 2)]

    assert effects == [Effect.UNSUBSCRIBED, Effect.NOTHING]
    assert (office.person().status, office.person().suppressed) == (SubscriberStatus.UNSUBSCRIBED, None)


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (message("Jeg er på ferie.", subject="Ute av kontoret", auto_submitted="auto-replied"), ReturnState.DONE),
        (message("Delayed", subject="Delayed Mail (still being retried)"), ReturnState.DONE),
    ],
    ids=["vacation", "delay"],
)
def test_answers_and_delays_do_nothing(office: PostOffice, raw: bytes, state: ReturnState) -> None:
    delivery = office.send()

    assert office.bring(raw, path_of(delivery)) is Effect.NOTHING
    assert (office.mails()[0].state, office.delivery(delivery).state) == (state, DeliveryState.ACCEPTED)
    assert office.person().suppressed is None


def test_a_program_that_wants_its_question_answered_waits_for_people(office: PostOffice) -> None:
    delivery = office.send()
    raw = message(
        "Please confirm that you are human by clicking here.",
        subject="Please confirm your message",
        **{"from": "tmda@x.no"},
    )

    office.bring(raw, path_of(delivery))

    assert office.mails()[0].category is Category.CHALLENGE
    assert office.mails()[0].state is ReturnState.WAITING


def test_a_receipt_settles_what_was_uncertain(office: PostOffice) -> None:
    delivery = office.send(state=DeliveryState.UNKNOWN)
    report = "Final-Recipient: rfc822; kari@example.no\nAction: delivered\nStatus: 2.0.0"

    effect = office.bring(delivery_report(report), path_of(delivery))

    assert (effect, office.delivery(delivery).state) == (Effect.ARRIVED, DeliveryState.DELIVERED)


def test_a_bounce_while_the_mail_is_being_handed_over_waits_for_its_end(office: PostOffice) -> None:
    delivery = office.send(state=DeliveryState.SENDING)

    early = office.bounce(delivery)
    assert (early, office.mails()[0].state) == (None, ReturnState.RECEIVED)
    with office.database.session_scope() as session:
        session.merge(office.delivery(delivery)).state = DeliveryState.ACCEPTED

    assert office.read_all() == {"held_back": 1}


def test_several_recipients_who_fare_differently_are_left_to_people(office: PostOffice) -> None:
    delivery = office.send()
    groups = (failed("a@liste.no", GONE), failed("b@liste.no", "552 5.2.2 mailbox full"))

    office.bring(delivery_report(*groups), path_of(delivery))

    assert (office.mails()[0].state, office.person().suppressed) == (ReturnState.WAITING, None)


def test_our_own_reader_is_found_among_several(office: PostOffice) -> None:
    delivery = office.send()
    groups = (failed("a@liste.no", "552 5.2.2 mailbox full"), failed("Kari@Example.no", GONE))

    assert office.bring(delivery_report(*groups), path_of(delivery)) is Effect.HELD_BACK


def test_a_failure_nobody_understands_is_left_to_people(office: PostOffice) -> None:
    delivery = office.send()

    office.bounce(delivery, "550 no")

    assert (office.mails()[0].state, office.delivery(delivery).state) == (ReturnState.WAITING, DeliveryState.ACCEPTED)


def test_no_address_stands_in_what_is_kept_for_ever(office: PostOffice) -> None:
    office.bounce(office.send(), "550 5.1.1 <kari@example.no>: user unknown")

    with office.database.session_scope(read_only=True) as session:
        trail = " ".join(str(event.detail) for event in session.exec(select(AuditEvent)))
    assert "kari@example.no" not in trail + office.mails()[0].words + office.failures()[0].words


def test_a_bounce_of_a_delivery_that_was_let_go_does_nothing_and_says_why(office: PostOffice) -> None:
    assert office.bring(delivery_report(failed("kari@example.no", GONE)), path_of(987)) is Effect.NOTHING
    assert (office.mails()[0].state, office.mails()[0].problem) == (ReturnState.DONE, LET_GO)


def test_a_complaint_about_an_old_mail_is_still_heard(office: PostOffice, clock: FixedClock) -> None:
    office.send()
    link = leaving_address(office.person().id or 0, clock)
    returned = f"Return-Path: <{path_of(987)}>\nList-Unsubscribe: <https://a.no/u/x>, <mailto:{link}>\n"

    effect = office.bring(abuse_report("Feedback-Type: abuse\n", returned))

    assert effect is Effect.COMPLAINED
    assert (office.person().status, office.person().suppressed) == (SubscriberStatus.UNSUBSCRIBED, "complained")


def test_a_complaint_about_an_old_mail_takes_nobody_off_by_name_alone(office: PostOffice) -> None:
    office.send()
    report = abuse_report(
        "Feedback-Type: abuse\nOriginal-Rcpt-To: kari@example.no\n", f"Return-Path: <{path_of(987)}>\n"
    )

    assert office.bring(report) is Effect.NOTHING
    assert (office.person().suppressed, office.mails()[0].state) == (None, ReturnState.WAITING)
    assert office.mails()[0].problem == LET_GO


def test_a_message_that_cannot_be_processed_stops_no_other_and_ends_with_people(office: PostOffice) -> None:
    with office.database.session_scope() as session:
        broken = keep(session, office.clock, b"x", source=ReturnSource.FOLDER)
        broken.raw = b"not compressed"
    delivery = office.send()
    with office.database.session_scope() as session:
        keep(
            session, office.clock, delivery_report(failed("kari@example.no", GONE)),
            source=ReturnSource.LMTP, envelope_recipient=path_of(delivery),
        )  # fmt: skip

    for _ in range(3):
        with pytest.raises(ExceptionGroup, match="could not be processed"):
            office.read_all()

    assert office.person().suppressed == "dead_address"
    assert office.mails()[0].state is ReturnState.WAITING
    assert office.read_all() == {}
