"""The findings inbox at the desk: who may decide, what a refused form keeps, and the way back."""

import re

import pytest
from sqlmodel import Session, select

from campaigns.indicators.finding import Finding, FindingState
from campaigns.indicators.indicator import Indicator
from service.demo.figures import resource_use
from tests.factories.published_figures import publish, resource_use_followed
from tests.factories.staff_desk import StaffDesk
from tests.fakes.charts import FakeCharts

FUNN = "/redaksjon/funn"


@pytest.fixture
def found(desk: StaffDesk, monkeypatch: pytest.MonkeyPatch) -> StaffDesk:
    """Four findings that wait for somebody to decide."""
    monkeypatch.setitem(vars(desk.service), "charts", FakeCharts())
    with desk.service.database.session_scope() as session:
        dataset = resource_use_followed(session)
        for indicator in session.exec(select(Indicator)):
            indicator.draft_on_request = True
        publish(session, desk.clock, dataset, resource_use("2019").as_jsonstat())
        publish(session, desk.clock, dataset, resource_use("2021").as_jsonstat())
    return desk


def page(desk: StaffDesk, query: str = "", name: str = "Astrid") -> str:
    response = desk.browser(name).get(FUNN + query)
    assert response.status_code == 200, response.text
    return response.text.replace("\u00a0", " ")


def states(desk: StaffDesk) -> list[FindingState]:
    with desk.service.database.session_scope(read_only=True) as session:
        return [finding.state for finding in _findings(session)]


def _findings(session: Session) -> list[Finding]:
    return list(session.exec(select(Finding).order_by(Finding.id)))  # type: ignore[arg-type]  # SQLModel types it as int


def test_it_says_what_was_found(found: StaffDesk) -> None:
    text = page(found)

    assert "Driftskostnadene til forskning økte med 8,0 prosent fra 2019 til 2021" in text
    assert "Det er fjerde måling på rad med økning." in text
    assert text.count("Lag utkast<") == 4
    assert "/redaksjon/funn" in found.browser("Astrid").get("/redaksjon/indikatorer").text


@pytest.mark.parametrize(
    ("heap", "told"),
    [
        ("", "Ingenting venter på vurdering"),
        ("?vis=har-utkast", "Ingen funn har utkast ennå"),
        ("?vis=utsatt", "Ingen funn er utsatt"),
        ("?vis=lagt-bort", "Ingen funn er lagt bort"),
        ("?vis=tull&side=x&type=y", "Ingenting venter på vurdering"),
        ("?indikator=finnes-ikke", "Ingen funn passer"),
    ],
)
def test_an_empty_heap_says_what_will_come(desk: StaffDesk, heap: str, told: str) -> None:
    assert told in page(desk, heap)


def test_a_draft_is_made_and_led_to(found: StaffDesk) -> None:
    browser = found.browser("Astrid")

    made = browser.post(f"{FUNN}/1/utkast")
    again = browser.post(f"{FUNN}/1/utkast")

    assert made.status_code == again.status_code == 303
    assert made.headers["Location"] == again.headers["Location"]
    assert "Utkastet er laget av funnet." in browser.get(made.headers["Location"]).text
    assert "Åpne utkastet" in page(found, "?vis=har-utkast")


def test_it_is_put_aside_and_taken_back_at_once(found: StaffDesk) -> None:
    browser = found.browser("Astrid")

    gone = browser.post(f"{FUNN}/1/bortlegging", reason="Kjent fra før", indikator="driftskostnader", type="")
    undo = browser.get(gone.headers["Location"]).text

    assert gone.headers["Location"] == f"{FUNN}?indikator=driftskostnader&angre=1&melding=funn-bort"
    assert "Kjent fra før" in page(found, "?vis=lagt-bort")
    assert re.search(r'action="/redaksjon/funn/1/gjenoppretting"', undo)
    assert states(found)[0] is FindingState.DISMISSED
    browser.post(f"{FUNN}/1/gjenoppretting")
    assert states(found)[0] is FindingState.NEW


def test_it_is_put_off_to_a_day(found: StaffDesk) -> None:
    found.browser("Astrid").post(f"{FUNN}/2/utsettelse", until="2027-06-01")

    assert "Kommer tilbake 1. juni · Astrid" in page(found, "?vis=utsatt")
    assert page(found).count("Lag utkast<") == 3


@pytest.mark.parametrize(
    ("action", "fields", "told"),
    [
        ("bortlegging", {"reason": " "}, "Skriv hvorfor funnet ikke skal brukes"),
        ("utsettelse", {"until": "i morgen"}, "Velg dagen funnet skal komme tilbake."),
        ("utsettelse", {"until": "2020-01-01"}, "Velg en dag som kommer."),
    ],
)
def test_a_refused_form_says_what_is_missing_in_its_place(
    found: StaffDesk, action: str, fields: dict[str, str], told: str
) -> None:
    response = found.browser("Astrid").post(f"{FUNN}/2/{action}", **fields)

    assert response.status_code == 422
    assert told in response.text
    assert response.text.count('aria-invalid="true"') == 1
    assert states(found) == [FindingState.NEW] * 4


def test_who_may_not_write_may_read(found: StaffDesk) -> None:
    assert "Lag utkast<" not in page(found, name="Revisor")
    assert found.browser("Revisor").post(f"{FUNN}/1/utkast").status_code == 403
    assert found.browser("Revisor").post(f"{FUNN}/1/bortlegging", reason="Nei").status_code == 403
    assert found.browser("Astrid").post(f"{FUNN}/99/bortlegging", reason="Nei").status_code == 404


def test_the_menu_counts_a_finding_that_was_put_off_from_the_day_it_is_back(found: StaffDesk) -> None:
    for number in (1, 2, 3):
        found.browser("Astrid").post(f"{FUNN}/{number}/bortlegging", reason="Ikke noe å si")
    found.browser("Astrid").post(f"{FUNN}/4/utsettelse", until="2027-06-01")
    away = _calls(found)
    found.clock.advance(days=60)

    assert (away, _calls(found)) == (0, 1)


def _calls(desk: StaffDesk) -> int:
    entry = re.search(r'<a href="/redaksjon/funn"(.*?)</a>', page(desk), re.DOTALL)
    assert entry is not None
    told = re.search(r'class="calls"[^>]*>([0-9]+)<', entry[1])
    return int(told[1]) if told else 0
