"""What staff see of sign-ups in numbers, and of what is let go."""

from campaigns.delivery.retention_log import note_run
from campaigns.subscribers.throttle import Asker, admit
from service.health import examine
from service.timetable import jobs
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/abonnenter/oppbevaring"


def test_it_says_how_long_and_that_nothing_has_gone_yet(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Gunnar").get(PAGE).text

    assert "KEEP_DELIVERIES_DAYS" in page
    assert "90 dager" in page
    assert "Ikke ryddet ennå" in page


def test_it_adds_up_what_went(busy_desk: StaffDesk) -> None:
    with busy_desk.service.database.session_scope() as session:
        note_run(session, busy_desk.clock, {"unconfirmed": 3, "returned_messages": 4, "failures": 5})

    page = busy_desk.browser("Gunnar").get(PAGE).text

    assert "Påmelding som ikke blir bekreftet: <strong>3</strong>" in page
    assert "E-post som kom i retur: <strong>9</strong>" in page


def test_the_daily_tidying_leaves_a_report(busy_desk: StaffDesk) -> None:
    jobs.housekeeping(busy_desk.service)

    assert "Ikke ryddet ennå" not in busy_desk.browser("Gunnar").get(PAGE).text
    assert "ryddet det siste døgnet." in {symptom.sentence for symptom in examine(busy_desk.service)}
    busy_desk.clock.advance(days=3)
    assert any("ikke ryddet siden" in symptom.sentence for symptom in examine(busy_desk.service))


def test_staff_are_told_when_the_form_has_reached_its_limit(busy_desk: StaffDesk) -> None:
    gunnar = busy_desk.browser("Gunnar")
    assert "Uvanlig mange påmeldinger" not in gunnar.get("/redaksjon/abonnenter").text

    with busy_desk.service.database.session_scope() as session:
        for number in range(200):
            asker = Asker(domain=f"d{number}.no", network=f"n{number}")
            admit(session, busy_desk.clock, asker, busy_desk.service.keyring)

    page = gunnar.get("/redaksjon/abonnenter").text
    assert "Uvanlig mange påmeldinger" in page
    assert "200 påmeldinger i timen" in page
    assert "1 venter på noen" in page
    assert any("skjemaet nådde grensen" in symptom.sentence for symptom in examine(busy_desk.service))
