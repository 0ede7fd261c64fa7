"""Days, indicators, subscribers, deliveries and the calendar, as people find them."""

import pytest
from sqlmodel import select

from campaigns.audit import AuditEvent
from campaigns.days.day import CommemorativeDay
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.sources.source import Fetch, FetchOutcome, Source
from tests.factories.staff_desk import StaffDesk


def _text(desk: StaffDesk, path: str, name: str = "Gunnar") -> str:
    response = desk.browser(name).get(path)
    assert response.status_code == 200, response.text
    return response.text.replace("\u00a0", " ")


def test_the_queue_tells_each_person_what_waits_for_them(busy_desk: StaffDesk) -> None:
    assert "En utsendelse venter på deg. 3 utkast venter på deg." in " ".join(_text(busy_desk, "/redaksjon/").split())
    assert "2 utkast venter på deg." in _text(busy_desk, "/redaksjon/", "Astrid")
    assert "Ingenting venter på deg akkurat nå." in _text(busy_desk, "/redaksjon/", "Solveig")


def test_what_is_nearer_than_a_fortnight_is_counted_in_days(busy_desk: StaffDesk) -> None:
    page = _text(busy_desk, "/redaksjon/")

    assert "(om 11 dager)" in page
    assert "(om 2 dager)" in page


def test_an_empty_queue_says_what_happens_next(desk: StaffDesk) -> None:
    page = _text(desk, "/redaksjon/")

    assert "Når en kilde får nye tall, eller en merkedag nærmer seg" in page


def test_the_calendar_shows_days_drafts_and_holidays(busy_desk: StaffDesk) -> None:
    page = _text(busy_desk, "/redaksjon/kalender?maaned=2027-05")

    assert "Den internasjonale sykepleierdagen" in page
    assert "Helseforetakene brukte 4,7 milliarder kroner på forskning" in page
    assert "Grunnlovsdag" in page
    assert "tobakksfrie" not in page


def test_the_calendar_refuses_what_is_no_month(desk: StaffDesk) -> None:
    assert desk.browser("Astrid").get("/redaksjon/kalender?maaned=2027-99").status_code == 422


def test_a_day_is_switched_on_once(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Astrid")

    first = browser.post("/redaksjon/merkedager/no-tobacco-day/bruk", paa="1").headers["Location"]
    second = browser.post("/redaksjon/merkedager/no-tobacco-day/bruk", paa="1").headers["Location"]

    assert first.endswith("melding=dag-paa")
    assert second.endswith("melding=ingen-endring")
    with busy_desk.service.database.session_scope(read_only=True) as session:
        assert session.get_one(CommemorativeDay, "no-tobacco-day").enabled
        assert session.exec(select(AuditEvent.action)).all().count("day.switched_on") == 1


def test_a_day_that_is_not_there_is_said_so(desk: StaffDesk) -> None:
    assert desk.browser("Astrid").post("/redaksjon/merkedager/ukjent/bruk", paa="1").status_code == 404


def test_indicators_show_their_figures_and_a_source_that_fails(busy_desk: StaffDesk) -> None:
    page = _text(busy_desk, "/redaksjon/indikatorer")

    assert "4,7 mrd. kr" in page
    assert "+8,0 %" in page
    assert "Kilden feiler." in page
    assert "Eksempeldata" in page
    assert "Ingen tall ennå." in page


def test_an_indicator_shows_every_figure(busy_desk: StaffDesk) -> None:
    page = _text(busy_desk, "/redaksjon/indikatorer/indikator-2")

    assert page.partition('id="utgaver"')[0].count('<th scope="row">') == 12
    assert "Tidsavbrudd etter 30 sekunder." in page


def test_figures_that_are_held_say_why_and_what_to_do(busy_desk: StaffDesk) -> None:
    with busy_desk.service.database.session_scope() as session:
        dataset_id = session.get_one(Indicator, "indikator-1").dataset_id
        session.get_one(Dataset, dataset_id).held_id = 7
        detail = "12 av 12 tall for 2021 er blitt 0 eller borte."
        session.add(
            Fetch(
                source_id="ssb",
                dataset_id=dataset_id,
                at=busy_desk.clock.now(),
                request="GET",
                outcome=FetchOutcome.HELD,
                detail=detail,
            )
        )

    listed, own = (_text(busy_desk, f"/redaksjon/indikatorer{rest}") for rest in ("", "/indikator-1"))

    assert "Nye tall er holdt tilbake." in listed
    assert detail in listed
    assert "4,7 mrd. kr" in listed
    assert "/redaksjon/holdt-tilbake/7" in own


def test_a_wrong_slice_leaves_the_other_indicators_their_figures(busy_desk: StaffDesk) -> None:
    with busy_desk.service.database.session_scope() as session:
        session.get_one(Indicator, "indikator-2").slice = {"Type": "09"}

    listed, own = (_text(busy_desk, f"/redaksjon/indikatorer{rest}") for rest in ("", "/indikator-2"))

    assert "4,7 mrd. kr" in listed
    assert "Utvalget (slice) nevner Type, som ikke er dimensjoner i tabellen." in listed
    assert "Ingen tall ennå" in own


def test_a_source_that_is_switched_off_is_not_said_to_be_silent(busy_desk: StaffDesk) -> None:
    with busy_desk.service.database.session_scope() as session:
        session.get_one(Source, "ssb").enabled = False

    own = _text(busy_desk, "/redaksjon/indikatorer/indikator-3")

    assert "Kilden er slått av i katalogen" in own
    assert "Kilden feiler" not in own


def test_an_indicator_that_is_not_there_is_said_so(desk: StaffDesk) -> None:
    assert desk.browser("Astrid").get("/redaksjon/indikatorer/ukjent").status_code == 404


def test_what_is_not_there_is_named_to_whoever_works_here(desk: StaffDesk) -> None:
    page = desk.browser("Gunnar").get("/redaksjon/utsendelser/4711")

    assert (page.status_code, "Utsendelse 4711 finnes ikke." in page.text) == (404, True)


def test_only_an_administrator_sees_addresses_in_full(busy_desk: StaffDesk) -> None:
    assert "leser59@eksempel.no" in _text(busy_desk, "/redaksjon/abonnenter", "Solveig")
    assert "leser59@eksempel.no" not in _text(busy_desk, "/redaksjon/abonnenter", "Gunnar")
    assert "l••@e••.no" in _text(busy_desk, "/redaksjon/abonnenter", "Gunnar")


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=leser07", 1), ("q=LESER0", 10), ("status=pending", 6), ("q=%25", 0), ("side=2", 60), ("side=99&status=x", 60)],
)
def test_subscribers_are_searched_and_paged(busy_desk: StaffDesk, query: str, found: int) -> None:
    page = _text(busy_desk, f"/redaksjon/abonnenter?{query}", "Solveig")

    assert (f"{found} treff" in page) or (found == 0 and "Ingen treff" in page)


@pytest.mark.parametrize(
    ("query", "rows"),
    [("", 11), ("?vis=usikre", 1), ("?vis=sendt", 2), ("?vis=feilet", 2), ("?utkast=4", 1), ("?utkast=1", 0)],
)
def test_deliveries_are_shown_by_group_and_draft(busy_desk: StaffDesk, query: str, rows: int) -> None:
    assert _text(busy_desk, f"/redaksjon/leveringer{query}").count('<th scope="row">') == rows


@pytest.mark.parametrize(("word", "state"), [("arrived", DeliveryState.ACCEPTED), ("leave", DeliveryState.FAILED)])
def test_a_person_settles_an_uncertain_delivery(busy_desk: StaffDesk, word: str, state: DeliveryState) -> None:
    response = busy_desk.browser("Gunnar").post("/redaksjon/leveringer/1/avklaring", resolution=word, reason="Sett")

    assert response.status_code == 303
    with busy_desk.service.database.session_scope(read_only=True) as session:
        assert session.get_one(Delivery, 1).state is state
        assert "delivery.resolved" in session.exec(select(AuditEvent.action)).all()


def test_what_is_settled_is_not_settled_again(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Gunnar")
    browser.post("/redaksjon/leveringer/1/avklaring", resolution="arrived", reason="Sett")

    assert browser.post("/redaksjon/leveringer/1/avklaring", resolution="leave", reason="Nei").status_code == 409
    assert browser.post("/redaksjon/leveringer/999/avklaring", resolution="leave", reason="Nei").status_code == 404


@pytest.mark.parametrize("code", ["godkjent", "lagret"])
def test_a_page_opens_with_the_notice_its_address_names(desk: StaffDesk, code: str) -> None:
    assert "data-notice" in _text(desk, f"/redaksjon/?melding={code}")


def test_nobody_can_make_a_page_say_something_else(desk: StaffDesk) -> None:
    assert "data-notice" not in _text(desk, "/redaksjon/?melding=Passordet+ditt+er+utgått")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2027-02-30", "i+går"])
def test_subscribers_are_looked_for_by_no_day_that_is_on_no_calendar(busy_desk: StaffDesk, day: str) -> None:
    assert "Lagre som utvalg" not in _text(busy_desk, f"/redaksjon/abonnenter?fra={day}&til={day}", "Astrid")
