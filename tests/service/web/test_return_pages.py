"""The pages about mail that came back and addresses that are held back."""

from typing import Any

import pytest
from sqlmodel import Session, col, select

from campaigns.delivery.returns.returned_mail import ReturnedMail, ReturnState, packed
from campaigns.subscribers.subscriber import Subscriber
from service.health import examine
from tests.factories.returned_desk import BLOCKED, COMPLAINING, GONE, ODD, mail_comes_back
from tests.factories.staff_desk import StaffDesk

RETURNS, HELD_BACK = "/redaksjon/retur", "/redaksjon/sperrede"


@pytest.fixture
def returned(busy_desk: StaffDesk) -> StaffDesk:
    mail_comes_back(busy_desk.service, bounced=27, handed=1042, complained=4)
    return busy_desk


def _with(desk: StaffDesk, query: Any) -> Any:
    with desk.service.database.session_scope(read_only=True) as session:
        return session.exec(query).all()


def _suppressed(desk: StaffDesk) -> list[str]:
    return sorted(_with(desk, select(Subscriber.suppressed).where(col(Subscriber.suppressed).is_not(None))))


def _subscriber(session: Session, address: str) -> Subscriber:
    return session.exec(select(Subscriber).where(Subscriber.normalized == address)).one()


def test_it_opens_on_what_waits_and_says_why_it_does_nothing(returned: StaffDesk) -> None:
    page = returned.browser("Gunnar").get(RETURNS).text

    assert "Den har ikke merket vårt, så den gjør ingenting av seg selv." in page
    assert page.count("Venter på noen</span>") == 2
    assert "l••@e••.no" in page
    assert "@eksempel.no" not in page


def test_an_administrator_sees_whole_addresses(returned: StaffDesk) -> None:
    assert "leser02@eksempel.no" in returned.browser("Solveig").get(RETURNS).text


def test_what_had_an_effect_stands_by_itself(returned: StaffDesk) -> None:
    page = returned.browser("Astrid").get(f"{RETURNS}?vis=virkning").text

    assert "Adressen er sperret" in page
    assert "Meldt av og sperret" in page
    assert "&lt;adresse&gt;: Recipient address rejected: User unknown" in page


def test_what_is_our_own_fault_stands_by_itself_and_held_nobody_back(returned: StaffDesk) -> None:
    page = returned.browser("Astrid").get(f"{RETURNS}?vis=oss").text

    assert "Det handler om avsenderen eller innholdet, ikke om leseren." in page
    assert _suppressed(returned) == ["complained", "dead_address"]


def test_too_much_is_told_on_the_front_page_and_by_doctor(returned: StaffDesk) -> None:
    page = returned.browser("Astrid").get("/redaksjon/").text
    symptom = next(one for one in examine(returned.service) if one.part == "Returpost")

    assert "For mye kommer i retur, og for mange klager" in page
    assert "27 av 1\u00a0042" in page
    assert not symptom.well
    assert "27 av 1042 e-poster kom ikke fram siste måned" in symptom.sentence


def test_a_quiet_desk_is_told_nothing(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get("/redaksjon/").text
    symptom = next(one for one in examine(busy_desk.service) if one.part == "Returpost")

    assert "i retur" not in page
    assert symptom.well


def test_a_decision_is_made_on_the_messages_own_page(returned: StaffDesk) -> None:
    gunnar = returned.browser("Gunnar")

    page = gunnar.get(f"{RETURNS}/{ODD}").text
    nothing_chosen = gunnar.post(f"{RETURNS}/{ODD}/avgjorelse")
    nobody = gunnar.post(f"{RETURNS}/{ODD}/avgjorelse", decision="leave")
    done = gunnar.post(f"{RETURNS}/{ODD}/avgjorelse", decision="leave", address="leser02@eksempel.no")

    assert "Hei! Kan dere melde meg av?" in page
    assert (nothing_chosen.status_code, nobody.status_code, done.status_code) == (422, 422, 303)
    assert "Velg hva meldingen betyr." in nothing_chosen.text
    assert "Skriv adressen meldingen gjelder." in nobody.text
    with returned.service.database.session_scope(read_only=True) as session:
        assert _subscriber(session, "leser02@eksempel.no").status == "unsubscribed"
    assert "Leseren er meldt av." in gunnar.get(done.headers["Location"]).text


def test_an_effect_is_undone_with_a_reason(returned: StaffDesk) -> None:
    gunnar = returned.browser("Gunnar")

    without = gunnar.post(f"{RETURNS}/{GONE}/angring", because=" ")
    done = gunnar.post(f"{RETURNS}/{GONE}/angring", because="Serveren deres hadde en feil.")
    page = gunnar.get(done.headers["Location"]).text

    assert (without.status_code, done.status_code) == (422, 303)
    assert "Skriv hvorfor" in without.text
    assert "Serveren deres hadde en feil." in page
    assert _suppressed(returned) == ["complained"]


def test_pressing_undo_twice_says_that_it_is_done(returned: StaffDesk) -> None:
    gunnar = returned.browser("Gunnar")
    gunnar.post(f"{RETURNS}/{COMPLAINING}/angring", because="Feil leser.")

    assert gunnar.post(f"{RETURNS}/{COMPLAINING}/angring", because="Feil leser.").status_code == 409


def test_who_only_reads_sees_no_message_and_no_button(returned: StaffDesk) -> None:
    page = returned.browser("Revisor").get(f"{RETURNS}/{ODD}").text

    assert "Kan dere melde meg av" not in page
    assert "Lagre avgjørelsen" not in page


def test_the_message_itself_is_for_administrators_and_never_shown_as_a_page(returned: StaffDesk) -> None:
    answer = returned.browser("Solveig").get(f"{RETURNS}/{BLOCKED}/melding")

    assert b"zen.spamhaus.org" in answer.data
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "application/octet-stream"
    assert returned.browser("Gunnar").get(f"{RETURNS}/{BLOCKED}/melding").status_code == 403


def test_a_message_of_html_is_shown_as_text(returned: StaffDesk) -> None:
    with returned.service.database.session_scope() as session:
        mail = session.get_one(ReturnedMail, ODD)
        mail.raw = packed(b"Content-Type: text/plain\n\n<script>alert(1)</script>")

    page = returned.browser("Solveig").get(f"{RETURNS}/{ODD}").text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_each_held_back_address_is_explained(returned: StaffDesk) -> None:
    page = returned.browser("Solveig").get(HELD_BACK).text

    assert "Mottakerens e-posttjener sier at adressen ikke finnes." in page
    assert "Leseren merket nyhetsbrevet som søppelpost, og e-postleverandøren sa fra." in page
    assert "Bare dere kan oppheve sperren." in page
    assert "550 5.1.1" in page


def test_mail_is_let_through_again_with_a_reason(returned: StaffDesk) -> None:
    gunnar = returned.browser("Gunnar")
    with returned.service.database.session_scope(read_only=True) as session:
        person = _subscriber(session, "leser00@eksempel.no").id

    without = gunnar.post(f"{HELD_BACK}/{person}/opphevelse", because="")
    done = gunnar.post(f"{HELD_BACK}/{person}/opphevelse", because="Adressen virker igjen.")

    assert (without.status_code, done.status_code) == (422, 303)
    assert _suppressed(returned) == ["complained"]
    again = gunnar.post(f"{HELD_BACK}/{person}/opphevelse", because="En gang til.")
    assert "Adressen er ikke sperret lenger." in gunnar.get(again.location).text


def test_an_author_may_look_but_not_let_through(returned: StaffDesk) -> None:
    astrid = returned.browser("Astrid")

    assert "Opphev sperren" not in astrid.get(HELD_BACK).text
    assert astrid.post(f"{HELD_BACK}/1/opphevelse", because="Hvorfor ikke?").status_code == 403


def test_a_search_that_finds_nobody_says_so(returned: StaffDesk) -> None:
    assert "Adressen er ikke sperret." in returned.browser("Gunnar").get(f"{HELD_BACK}?q=ingen@eksempel.no").text


def test_everything_settled_leaves_an_empty_list(returned: StaffDesk) -> None:
    with returned.service.database.session_scope() as session:
        for mail in session.exec(select(ReturnedMail)).all():
            mail.state = ReturnState.SETTLED

    assert "Ingenting venter" in returned.browser("Gunnar").get(f"{RETURNS}?vis=venter").text
