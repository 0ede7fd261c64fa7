"""One subscriber's page: what is known, and what they may ask for."""

from sqlmodel import col, select

from campaigns.audit import AuditEvent
from campaigns.subscribers.subscriber import Subscriber, SubscriberStatus
from tests.factories.returned_desk import mail_comes_back
from tests.factories.staff_desk import StaffDesk


def _somebody(desk: StaffDesk) -> tuple[int, str]:
    with desk.service.database.session_scope(read_only=True) as session:
        confirmed = select(Subscriber).where(Subscriber.status == SubscriberStatus.CONFIRMED)
        found = session.exec(confirmed.where(col(Subscriber.suppressed).is_(None))).first()
        assert found is not None
        return found.id or 0, found.normalized


def test_it_tells_what_they_got_and_said_yes_to(busy_desk: StaffDesk) -> None:
    mail_comes_back(busy_desk.service, bounced=2, handed=10, complained=0)
    with busy_desk.service.database.session_scope(read_only=True) as session:
        held = session.exec(select(Subscriber.id).where(Subscriber.suppressed == "dead_address")).first()

    page = busy_desk.browser("Solveig").get(f"/redaksjon/abonnenter/{held}").text

    assert "Adressen er sperret og får ingen e-post." in page
    assert "/redaksjon/sperrede?q=" in page
    assert "/redaksjon/leveringer/" in page


def test_others_see_half_the_address_and_press_nothing(busy_desk: StaffDesk) -> None:
    somebody, address = _somebody(busy_desk)
    astrid = busy_desk.browser("Astrid")

    page = astrid.get(f"/redaksjon/abonnenter/{somebody}").text

    assert address not in page
    assert "Slett leseren" not in page
    assert astrid.post(f"/redaksjon/abonnenter/{somebody}/sletting", sikker="1").status_code == 403
    assert astrid.post(f"/redaksjon/abonnenter/{somebody}/avmelding").status_code == 403


def test_one_who_asks_is_signed_off_and_it_says_by_whom(busy_desk: StaffDesk) -> None:
    somebody, _ = _somebody(busy_desk)
    solveig = busy_desk.browser("Solveig")

    answer = solveig.post(f"/redaksjon/abonnenter/{somebody}/avmelding")
    page = solveig.get(answer.headers["Location"]).text

    assert "Ba redaksjonen om det" in page
    assert "Avmeldt" in page
    with busy_desk.service.database.session_scope(read_only=True) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "subscriber.unsubscribed")).one()
        assert event.actor.startswith("editor:")


def test_one_who_asks_is_erased_once_somebody_is_sure(busy_desk: StaffDesk) -> None:
    somebody, address = _somebody(busy_desk)
    solveig = busy_desk.browser("Solveig")

    unsure = solveig.post(f"/redaksjon/abonnenter/{somebody}/sletting")
    sure = solveig.post(f"/redaksjon/abonnenter/{somebody}/sletting", sikker="1")

    assert (unsure.status_code, sure.status_code) == (422, 303)
    assert solveig.get(f"/redaksjon/abonnenter/{somebody}").status_code == 404
    assert address not in solveig.get("/redaksjon/abonnenter").text


def test_an_address_is_held_back_by_hand_and_let_go_again(busy_desk: StaffDesk) -> None:
    somebody, address = _somebody(busy_desk)
    gunnar, page = busy_desk.browser("Gunnar"), f"/redaksjon/abonnenter/{somebody}"
    assert "Sperr adressen" not in busy_desk.browser("Astrid").get(page).text
    assert busy_desk.browser("Astrid").post(f"{page}/sperring", because="Ringte oss").status_code == 403
    assert gunnar.post(f"{page}/sperring", because=" ").status_code == 422

    held = gunnar.get(gunnar.post(f"{page}/sperring", because="Ringte oss").location).text

    assert "«Ringte oss»" in held
    assert "Sperr adressen" not in held
    assert "Sperret av redaksjonen" in busy_desk.browser("Solveig").get(f"/redaksjon/sperrede?q={address}").text
    let_go = gunnar.post(f"/redaksjon/sperrede/{somebody}/opphevelse", because="Ringte igjen")
    assert "Sperr adressen" in gunnar.get(let_go.location).text
