"""Bringing a list at the desk, from the file to the register."""

import io

import pytest
from sqlmodel import select

from campaigns.audit import AuditEvent
from campaigns.subscribers.list_import import ListImport
from campaigns.subscribers.subscriber import Frequency, Subscriber
from service.timetable import jobs
from tests.factories.composing import choosing
from tests.factories.staff_desk import Browser, StaffDesk

LISTS = "/redaksjon/abonnenter/lister"
TEXT = "Navn;E-post\nOla;ola.ny@eksempel.no\nKari;kari.no\n=1;'+47@eksempel.no\n"


def brought(browser: Browser, text: str = TEXT, name: str = "liste.csv") -> str:
    """The address of the list's page."""
    answer = browser.post(LISTS, fil=(io.BytesIO(text.encode()), name))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


@pytest.fixture
def solveig(busy_desk: StaffDesk) -> Browser:
    return busy_desk.browser("Solveig")


def test_a_list_is_looked_through_before_anybody_says_yes(busy_desk: StaffDesk, solveig: Browser) -> None:
    page = brought(solveig)
    assert '<option value="address" selected>' in solveig.get(page).text

    said = solveig.post(f"{page}/lesing", bruk=["", "address"], provenance="Konferansen")
    going = solveig.get(page).text
    jobs.subscriber_lists(busy_desk.service)
    read = solveig.get(page).text

    assert said.status_code == 303
    assert "Leser gjennom listen" in going
    assert "Ta inn 2 nye" in read
    assert "Konferansen" in read
    assert ("Kari · kari.no</td>" in read, "E-postadressen mangler krøllalfa" in read) == (True, True)
    faults = solveig.get(f"{page}/feil.csv").text.splitlines()
    assert faults[0] == "\ufefflinje;kolonne 1;e-post;feil"
    assert faults[1].startswith("3;Kari;kari.no;E-postadressen mangler")
    with busy_desk.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Subscriber).where(Subscriber.normalized == "ola.ny@eksempel.no")).first() is None


def test_faults_are_passed_over_only_when_somebody_says_so(busy_desk: StaffDesk, solveig: Browser) -> None:
    page = brought(solveig)
    solveig.post(f"{page}/lesing", bruk=["", "address"], provenance="Konferansen")
    jobs.subscriber_lists(busy_desk.service)

    refused = solveig.post(f"{page}/inntak")
    taken = solveig.post(f"{page}/inntak", hopp="1")
    jobs.subscriber_lists(busy_desk.service)

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert "kryss av for å hoppe over dem" in refused.text
    assert "Lagt til</dt><dd>2</dd>" in solveig.get(page).text
    again = solveig.post(f"{page}/inntak", hopp="1")
    assert (again.status_code, again.location) == (303, page)
    late = solveig.post(f"{page}/forkasting")
    assert (late.status_code, "Listen er alt tatt inn eller lagt bort." in late.text) == (409, True)
    assert "Ferdig." in solveig.get(f"{page}/framdrift").text


def test_it_wants_to_know_where_the_addresses_are_from_and_which_column_they_are(solveig: Browser) -> None:
    page = brought(solveig)

    nowhere = solveig.post(f"{page}/lesing", bruk=["", "address"], provenance=" ")
    nothing = solveig.post(f"{page}/lesing", bruk=["", ""], provenance="Konferansen")

    assert (nowhere.status_code, nothing.status_code) == (422, 422)
    assert "Skriv hvor adressene kommer fra" in nowhere.text
    assert "Velg hvilken kolonne som er e-postadressen" in nothing.text
    assert "Konferansen" in nothing.text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Navn;E-post\n", "Filen har ingen linjer under kolonnenavnene."),
        ("Navn;E-post\nOla;ola\n;\n3;\n", "Er det valgt feil kolonne"),
        ("Navn;E-post\nOla;ola.her@example.no\n", "er her fra før"),
    ],
)
def test_a_list_with_nobody_new_is_not_offered(
    busy_desk: StaffDesk, solveig: Browser, text: str, sentence: str
) -> None:
    with busy_desk.service.database.session_scope() as session:
        choosing(session, busy_desk.clock, "ola.her")
    page = brought(solveig, text)
    solveig.post(f"{page}/lesing", bruk=["", "address"], provenance="Konferansen")
    jobs.subscriber_lists(busy_desk.service)

    read = solveig.get(page).text

    assert "Ingenting å ta inn" in read
    assert sentence in read
    assert ("Ta inn 0" in read, "Hopp over" in read, "Legg bort listen" in read) == (False, False, True)


def test_a_list_can_be_let_be(busy_desk: StaffDesk, solveig: Browser) -> None:
    page = brought(solveig)

    gone = solveig.post(f"{page}/forkasting")

    assert "Listen er lagt bort." in solveig.get(gone.headers["Location"]).text
    assert list(busy_desk.service.folders.brought_lists.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("liste.pdf", "x", "CSV eller Excel"),
        ("liste.csv", "a@b.no\n", "kolonnenavn"),
        ("x.xlsx", "x", "Excel"),
        ("liste.csv", "%PDF-1.4\n\0\1\2", "Filen er ikke en tekstfil."),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(
    name: str, text: str, sentence: str, busy_desk: StaffDesk, solveig: Browser
) -> None:
    refused = solveig.post(LISTS, fil=(io.BytesIO(text.encode()), name))

    assert refused.status_code == 422
    assert sentence in refused.text
    with busy_desk.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(ListImport)).first() is None
    assert solveig.post(LISTS).status_code == 422


def test_only_administrators_bring_lists(busy_desk: StaffDesk) -> None:
    astrid = busy_desk.browser("Astrid")

    assert astrid.get(LISTS).status_code == 403
    assert "Hent inn en liste" not in astrid.get("/redaksjon/abonnenter").text


def test_those_who_are_shown_can_be_taken_out_and_that_is_written_down(busy_desk: StaffDesk, solveig: Browser) -> None:
    register = "/redaksjon/abonnenter"
    with busy_desk.service.database.session_scope() as session:
        first, second = session.exec(select(Subscriber).limit(2)).all()
        first.topics, first.frequency = ["kreft"], Frequency.WEEKLY
        address, other = first.normalized, second.normalized
    shown = solveig.get(f"{register}?tema=kreft&hyppighet=weekly").text

    taken = solveig.post(f"{register}/uttak", tema="kreft", hyppighet="weekly")

    assert "Last ned den ene som CSV" in shown
    assert address in taken.text
    assert ";kreft;weekly;" in taken.text
    assert other not in taken.text
    assert busy_desk.browser("Astrid").post(f"{register}/uttak").status_code == 403
    with busy_desk.service.database.session_scope(read_only=True) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "subscribers.exported")).one()
        assert event.detail == {"count": 1}
