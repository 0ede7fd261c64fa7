"""What staff decide, take back and let through: with a reason, on record, and no more than they were asked (E-81)."""

import pytest
from sqlmodel import select

from campaigns.audit import Actor, AuditEvent
from campaigns.delivery.delivery import DeliveryState
from campaigns.delivery.personal_data import erase_person
from campaigns.delivery.returns.decisions import Decision, lift_by_hand, lift_forgotten, settle, undo
from campaigns.delivery.returns.effects import Desk
from campaigns.delivery.returns.held_back import forgotten_case, held_back_page
from campaigns.delivery.returns.returned_mail import Effect, ReturnState
from campaigns.editorial.editor import Editor, Role
from campaigns.errors import InvalidInput, NotPermitted, TransitionNotAllowed
from campaigns.subscribers.subscriber import SubscriberStatus, SuppressionReason
from tests.factories.newsroom import editor
from tests.factories.returned_mail import abuse_report, delivery_report, failed, message
from tests.factories.returns import GONE, KEYS, PostOffice, path_of


def _person(office: PostOffice, role: Role = Role.APPROVER) -> Editor:
    with office.database.session_scope() as session:
        name = f"Ansatt {role.value}"
        found = session.exec(select(Editor).where(Editor.name == name)).first() or editor(session, name, role)
        session.flush()
        session.expunge(found)
        return found


def _settle(office: PostOffice, decision: Decision, *, address: str = "", role: Role = Role.APPROVER) -> None:
    who = _person(office, role)
    with office.database.session_scope() as session:
        settle(Desk(session=session, clock=office.clock, keys=KEYS), 1, who, decision, address=address)


def _undo(office: PostOffice, because: str = "Tatt feil av leser.") -> None:
    who = _person(office)
    with office.database.session_scope() as session:
        undo(session, office.clock, 1, who, because=because, keys=KEYS)


def _forged(office: PostOffice) -> None:
    """A bounce without our mark that names a reader of ours, waiting."""
    office.send()
    office.bring(delivery_report(failed("kari@example.no", GONE)))


@pytest.mark.parametrize(
    ("decision", "status", "suppressed", "effect"),
    [
        (Decision.NOTHING, SubscriberStatus.CONFIRMED, None, Effect.NOTHING),
        (Decision.DEAD_ADDRESS, SubscriberStatus.CONFIRMED, "dead_address", Effect.HELD_BACK),
        (Decision.COMPLAINT, SubscriberStatus.UNSUBSCRIBED, "complained", Effect.COMPLAINED),
        (Decision.LEAVE, SubscriberStatus.UNSUBSCRIBED, None, Effect.UNSUBSCRIBED),
    ],
)
def test_a_person_decides_what_no_program_may(
    office: PostOffice, decision: Decision, status: SubscriberStatus, suppressed: str | None, effect: Effect
) -> None:
    _forged(office)

    _settle(office, decision)

    assert (office.person().status, office.person().suppressed) == (status, suppressed)
    (mail,) = office.mails()
    assert (mail.state, mail.effect) == (ReturnState.SETTLED, effect)


def test_a_decision_is_made_once(office: PostOffice) -> None:
    _forged(office)
    _settle(office, Decision.NOTHING)

    with pytest.raises(TransitionNotAllowed):
        _settle(office, Decision.COMPLAINT)

    assert office.person().status is SubscriberStatus.CONFIRMED


def test_who_it_is_about_can_be_typed(office: PostOffice) -> None:
    office.send()
    office.bring(message("Meld meg av!", **{"from": "annen@example.org"}))

    with pytest.raises(InvalidInput, match="Skriv adressen"):
        _settle(office, Decision.LEAVE)
    with pytest.raises(InvalidInput, match="skrivefeil"):
        _settle(office, Decision.LEAVE, address="ukjent@example.no")
    _settle(office, Decision.LEAVE, address=" KARI@example.no ")

    assert office.person().status is SubscriberStatus.UNSUBSCRIBED


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.AUDITOR])
def test_not_everybody_decides(office: PostOffice, role: Role) -> None:
    _forged(office)

    with pytest.raises(NotPermitted):
        _settle(office, Decision.DEAD_ADDRESS, role=role)

    assert office.person().suppressed is None


def test_undoing_lets_mail_through_and_forgets_what_was_counted(office_on_each: PostOffice) -> None:
    office = office_on_each
    delivery = office.send()
    office.bounce(delivery)

    _undo(office, "Mottakeren hadde en feil på serveren, sier kari@example.no.")

    assert office.person().suppressed is None
    assert office.failures()[0].withdrawn_at is not None
    assert office.delivery(delivery).state is DeliveryState.BOUNCED  # it did come back
    with office.database.session_scope(read_only=True) as session:
        events = session.exec(select(AuditEvent).order_by(AuditEvent.id)).all()  # type: ignore[arg-type]
        lifted = [event for event in events if event.action == "subscriber.suppression_lifted"]
        assert lifted[0].detail == {
            "reason": "dead_address",
            "because": "Mottakeren hadde en feil på serveren, sier <adresse>",
        }
    office.bounce(office.send(), "552 5.2.2 mailbox full")
    assert office.person().suppressed is None


@pytest.mark.parametrize("because", ["", "  ", "x", "x" * 501])
def test_undoing_takes_a_reason(office: PostOffice, because: str) -> None:
    office.bounce(office.send())

    with pytest.raises(InvalidInput):
        _undo(office, because)

    assert office.person().suppressed == "dead_address"


def test_undoing_a_complaint_puts_nobody_on_the_list_again(office: PostOffice) -> None:
    office.bring(abuse_report("Feedback-Type: abuse\n"), path_of(office.send()))

    _undo(office)

    assert (office.person().suppressed, office.person().status) == (None, SubscriberStatus.UNSUBSCRIBED)
    with pytest.raises(TransitionNotAllowed):
        _undo(office)


def test_undoing_a_bounce_does_not_lift_what_a_complaint_did_since(office: PostOffice) -> None:
    delivery = office.send()
    office.bounce(delivery)
    office.bring(abuse_report("Feedback-Type: abuse\n"), path_of(delivery))

    _undo(office)

    assert office.person().suppressed == "complained"


def test_a_held_back_address_is_explained_and_let_through_by_hand(office: PostOffice) -> None:
    office.bounce(office.send())
    who = _person(office, Role.ADMIN)

    with office.database.session_scope() as session:
        (row,) = held_back_page(session, KEYS).rows
        assert row.reason is SuppressionReason.DEAD_ADDRESS
        assert row.case is not None
        assert (row.case.by, row.evidence[0].words) == ("service:returned mail", GONE)
        lift_by_hand(session, office.clock, row.person.id or 0, who, because="Adressen virker igjen.", keys=KEYS)

    assert office.person().suppressed is None
    with office.database.session_scope(read_only=True) as session:
        assert held_back_page(session, KEYS).rows == []


def test_an_erased_address_is_still_found_and_let_through(office: PostOffice) -> None:
    office.bring(abuse_report("Feedback-Type: abuse\nOriginal-Rcpt-To: kari@example.no\n"), path_of(office.send()))
    who = _person(office)
    with office.database.session_scope() as session:
        erase_person(session, office.clock, office.person().id or 0, keys=KEYS, actor=Actor.service("test"))

    with office.database.session_scope() as session:
        case = forgotten_case(session, KEYS, "Kari@Example.no")
        assert case is not None
        assert case.reason == "complained"
        assert held_back_page(session, KEYS).forgotten == 1
        lift_forgotten(session, office.clock, "kari@example.no", who, because="Leseren ba om det.", keys=KEYS)
        assert forgotten_case(session, KEYS, "kari@example.no") is None
        with pytest.raises(InvalidInput, match="ikke sperret"):
            lift_forgotten(session, office.clock, "kari@example.no", who, because="En gang til.", keys=KEYS)
