"""The catalogue as a file at the desk: taken out, looked at before it is read in, and read in."""

import io
import re

import pytest
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.audit import AuditEvent
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.standing import Standing
from campaigns.sources.source import Source
from tests.factories.staff_desk import Browser, StaffDesk

PLACE = "/redaksjon/katalog/innlesing"
FILE = """
sources:
  - {id: ssb-studier, kind: pxweb2, url: "https://data.ssb.no/api/pxwebapi/v2", attribution: SSB}
indicators:
  - {id: studier, source: ssb-studier, title: Søkte studier}
  - {id: brukere, source: ssb-studier, title: Brukermedvirkning}
"""


def words_of(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def given(browser: Browser, text: str | bytes, name: str = "katalog.yaml") -> TestResponse:
    body = text.encode() if isinstance(text, str) else text
    return browser.post(PLACE, fil=(io.BytesIO(body), name))


def read_in(browser: Browser, text: str) -> TestResponse:
    looked = given(browser, text)
    digest = re.findall(r'name="sha256" value="([0-9a-f]{64})"', looked.text)[0]
    return browser.post(f"{PLACE}/inntak", sha256=digest, navn="katalog.yaml")


def ids(desk: StaffDesk) -> set[str]:
    with desk.service.database.session_scope(read_only=True) as session:
        return set(session.exec(select(Indicator.id)))


def test_a_file_says_what_it_would_do_before_it_does_anything(desk: StaffDesk) -> None:
    shown = words_of(given(desk.browser("Solveig"), FILE))

    assert "Indikatorer 2 studier, brukere 0 0" in shown
    assert "Kilder 1 ssb-studier 0 0" in shown
    assert ids(desk) == set()


def test_a_file_is_read_in_once_however_often_the_button_is_pressed(desk: StaffDesk) -> None:
    browser = desk.browser("Solveig")
    first = read_in(browser, FILE)
    looked = words_of(given(browser, FILE))

    assert (first.status_code, ids(desk)) == (303, {"studier", "brukere"})
    assert "ingenting å lese inn" in looked
    with desk.service.database.session_scope(read_only=True) as session:
        actors = session.exec(select(AuditEvent.actor).where(AuditEvent.action == "catalogue.applied")).all()
    assert [actor.partition(":")[0] for actor in actors] == ["editor"]


def test_what_is_taken_out_can_be_read_in_again(desk: StaffDesk) -> None:
    browser = desk.browser("Solveig")
    read_in(browser, FILE)
    taken_out = browser.get("/redaksjon/katalog/katalog.yaml")
    changed = taken_out.text.replace("Søkte studier", "Kliniske studier")

    assert "attachment" in taken_out.headers["Content-Disposition"]
    assert "ingenting å lese inn" in words_of(given(browser, taken_out.text))
    assert "Indikatorer 0 1 studier 1" in words_of(given(browser, changed))


def test_every_fault_is_told_with_its_line_and_nothing_changes(desk: StaffDesk) -> None:
    answer = given(desk.browser("Solveig"), FILE.replace("title: Søkte studier", "tittel: Søkte studier"))

    assert answer.status_code == 422
    assert "Linje 5 indicators.studier.tittel ukjent nøkkel" in words_of(answer)
    assert ids(desk) == set()


@pytest.mark.parametrize(
    ("body", "told"),
    [(b"\xff\xfe\x00", "UTF-8"), (b"sources: [", "ikke gyldig YAML"), (b"- bare en liste", "oppsett av")],
)
def test_what_is_no_catalogue_is_refused_in_words(desk: StaffDesk, body: bytes, told: str) -> None:
    answer = given(desk.browser("Solveig"), body)

    assert answer.status_code == 422
    assert told in words_of(answer)


def test_a_form_without_a_file_says_so(desk: StaffDesk) -> None:
    assert "Velg filen" in words_of(desk.browser("Solveig").post(PLACE))
    assert "Velg filen" in words_of(desk.browser("Solveig").post(f"{PLACE}/inntak", sha256="../../etc/passwd"))


def test_only_an_administrator_reads_a_file_in(desk: StaffDesk) -> None:
    assert given(desk.browser("Gunnar"), FILE).status_code == 403
    assert desk.browser("Revisor").get("/redaksjon/katalog/katalog.yaml").status_code == 200


def test_an_indicator_without_a_table_is_not_asked_for_and_not_a_failure(desk: StaffDesk) -> None:
    browser = desk.browser("Solveig")
    read_in(browser, FILE)
    page = words_of(browser.get("/redaksjon/indikatorer/studier"))
    with desk.service.database.session_scope(read_only=True) as session:
        failures = session.get_one(Source, "ssb-studier").consecutive_failures

    assert "Mangler tabell." in page
    assert "Koble på tabell" in page
    assert failures == 0
    assert not Standing.NO_TABLE.calls_for_somebody
