"""Refusals at hand-over feed the same rules, read by the relay's own words and after the ledger has them."""

import pytest

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import DeliveryState
from campaigns.delivery.returns.failures import note_refusals
from campaigns.delivery.returns.returned_mail import Effect
from campaigns.subscribers.addresses import parse_address
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import LinkSpent, SignUp, ask, confirm
from campaigns.subscribers.links import Grant, Purpose
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from tests.factories.returned_mail import abuse_report
from tests.factories.returns import KEYS, PostOffice, path_of

ORIGIN = Origin(where="test")


def _note(office: PostOffice) -> dict[str, int]:
    return note_refusals(office.database.session_scope, office.clock, keys=KEYS)


def test_an_address_the_relay_does_not_know_is_held_back_once(office_on_each: PostOffice) -> None:
    office = office_on_each
    office.send(state=DeliveryState.FAILED, reply="550 5.1.1 <adresse>: Recipient address rejected: User unknown")

    first, second = _note(office), _note(office)

    assert (first, second) == ({"refused": 1, "held_back": 1}, {"refused": 0, "held_back": 0})
    assert office.person().suppressed == "dead_address"


@pytest.mark.parametrize(
    "reply",
    [
        "554 5.7.1 <adresse>: blocked using zen.spamhaus.org",
        "553 5.1.8 <adresse>: Sender address rejected: Domain not found",
        "550 5.7.26 unauthenticated mail",
        "552 5.3.4 Message too big",
        "451 4.7.1 try again later",
        "Connection unexpectedly closed",
        "To: mottakeren finnes ikke lenger.",
    ],
)
def test_what_is_about_us_or_our_way_holds_nobody_back(office: PostOffice, clock: FixedClock, reply: str) -> None:
    for _ in range(6):
        office.send(state=DeliveryState.FAILED, reply=reply)
        assert _note(office) == {"refused": 1, "held_back": 0}
        clock.advance(days=8)

    assert office.person().suppressed is None


def test_a_full_mailbox_is_held_back_after_five_in_a_row(office: PostOffice, clock: FixedClock) -> None:
    standing = []
    for _ in range(5):
        office.send(state=DeliveryState.FAILED, reply="452 4.2.2 mailbox full")
        _note(office)
        standing.append(office.person().suppressed)
        clock.advance(days=8)

    assert standing == [None] * 4 + ["mailbox_full"]


def test_refusals_and_returned_mail_count_together(office: PostOffice, clock: FixedClock) -> None:
    effects = []
    for turn in range(3):
        if turn == 1:
            office.send(state=DeliveryState.FAILED, reply="550 5.2.1 mailbox disabled")
            _note(office)
        else:
            effects.append(office.bounce(office.send(), "550 5.2.1 mailbox disabled"))
        clock.advance(days=7)

    assert effects == [Effect.COUNTED, Effect.HELD_BACK]
    assert office.person().suppressed == "inactive"


def _sign_up_again(office: PostOffice) -> Subscriber:
    with office.database.session_scope() as session:
        ask(session, office.clock, SignUp(address=parse_address("kari@example.no"), origin=ORIGIN), keys=KEYS)
    person = office.person()
    assert person.mail_due == "confirm"
    grant = Grant(
        subscriber_id=person.id or 0, purpose=Purpose.CONFIRM, issued_at=office.clock.now(), epoch=person.epoch
    )
    with office.database.session_scope() as session:
        confirm(session, office.clock, grant, keys=KEYS, origin=ORIGIN)
    return office.person()


def test_a_new_confirmed_opt_in_clears_a_dead_address_and_what_was_counted(
    office: PostOffice, clock: FixedClock
) -> None:
    office.bounce(office.send(), "550 5.2.1 mailbox disabled")
    office.bounce(office.send())
    assert office.person().suppressed == "dead_address"

    clock.advance(days=20)
    assert _sign_up_again(office).suppressed is None
    for _ in range(2):
        office.bounce(office.send(), "550 5.2.1 mailbox disabled")
        clock.advance(days=1)

    assert office.person().suppressed is None


def test_a_new_opt_in_never_clears_a_complaint(office: PostOffice) -> None:
    office.bring(abuse_report("Feedback-Type: abuse\n"), path_of(office.send()))
    with office.database.session_scope() as session:
        ask(session, office.clock, SignUp(address=parse_address("kari@example.no"), origin=ORIGIN), keys=KEYS)
    person = office.person()
    grant = Grant(
        subscriber_id=person.id or 0, purpose=Purpose.CONFIRM, issued_at=office.clock.now(), epoch=person.epoch
    )

    with pytest.raises(LinkSpent), office.database.session_scope() as session:
        confirm(session, office.clock, grant, keys=KEYS, origin=ORIGIN)

    assert (person.mail_due, person.suppressed, person.status) == (None, "complained", SubscriberStatus.UNSUBSCRIBED)
