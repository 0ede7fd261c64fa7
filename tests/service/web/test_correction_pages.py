"""The corrections at the desk: what is owed, how it ends, the way back, and what readers of the original are told."""

import pytest

from campaigns.editorial.draft import Draft
from service.drafting import run_drafting
from tests.factories.revised_figures import send_out, sent_and_revised
from tests.factories.staff_desk import StaffDesk
from tests.fakes.charts import FakeCharts

RETTELSER = "/redaksjon/rettelser"


@pytest.fixture
def owed(desk: StaffDesk, monkeypatch: pytest.MonkeyPatch) -> StaffDesk:
    """4,7 was sent out, and is 4,6."""
    service = desk.service
    monkeypatch.setitem(vars(service), "charts", FakeCharts())
    sent_and_revised(service.database, desk.clock, service.charts, service.drafting_plan)
    run_drafting(service)
    return desk


def page(desk: StaffDesk, query: str = "", name: str = "Astrid") -> str:
    response = desk.browser(name).get(RETTELSER + query)
    assert response.status_code == 200, response.text
    return response.text.replace("\u00a0", " ")


def test_an_empty_list_says_what_will_come(desk: StaffDesk) -> None:
    assert "Ingenting å rette" in page(desk)
    assert "Ingen rettelser er avsluttet" in page(desk, "?vis=avsluttet&side=x")


def test_it_shows_old_and_new_the_items_and_the_draft(owed: StaffDesk) -> None:
    text = page(owed)

    assert "<del>4,7 mrd. kr</del>" in text
    assert "<ins>4,6 mrd. kr</ins>" in text
    assert "Driftskostnadene til forskning økte med 8,0 % fra 2019 til 2021" in text
    assert "Åpne rettelsen" in text
    assert "/redaksjon/rettelser" in owed.browser("Astrid").get("/redaksjon/indikatorer").text


def test_it_is_closed_with_a_reason_and_taken_back_at_once(owed: StaffDesk) -> None:
    browser = owed.browser("Astrid")

    gone = browser.post(f"{RETTELSER}/1/avslutning", outcome="not_needed", reason="Rundingen er omtalt før.")

    assert gone.headers["Location"] == f"{RETTELSER}?angre=1&melding=rettelse-avsluttet"
    assert f'action="{RETTELSER}/1/gjenapning"' in browser.get(gone.headers["Location"]).text
    assert "Rundingen er omtalt før." in page(owed, "?vis=avsluttet")
    assert "Ingenting å rette" in page(owed)
    browser.post(f"{RETTELSER}/1/gjenapning")
    assert "<ins>4,6 mrd. kr</ins>" in page(owed)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"outcome": "corrected", "reason": " "}, "Skriv hvordan leserne har fått vite det"),
        ({"outcome": "", "reason": "Nei"}, "Velg om saken er rettet"),
        ({"outcome": "corrected", "reason": "x" * 501}, "500 tegn"),
    ],
)
def test_a_refused_form_says_what_is_missing(owed: StaffDesk, fields: dict[str, str], told: str) -> None:
    response = owed.browser("Astrid").post(f"{RETTELSER}/1/avslutning", **fields)

    assert response.status_code == 422
    assert told in response.text


def test_who_may_not_write_may_read(owed: StaffDesk) -> None:
    assert f'action="{RETTELSER}/1/avslutning"' not in page(owed, name="Revisor")
    assert owed.browser("Revisor").post(f"{RETTELSER}/1/avslutning", outcome="corrected", reason="x").status_code == 403
    assert owed.browser("Astrid").post(f"{RETTELSER}/9/gjenapning").status_code == 404


def test_readers_of_the_original_see_the_correction(owed: StaffDesk) -> None:
    send_out(owed.service.database, owed.clock, 2)
    run_drafting(owed.service)

    with owed.service.database.session_scope(read_only=True) as session:
        slug = session.get_one(Draft, 1).slug
    owed.clock.advance(days=3)
    text = owed.browser().get(f"/figur/{slug}").text.replace("\u00a0", " ")

    assert "Driftskostnader til forskning, 2021: 4,6 mrd. kr, ikke 4,7 mrd. kr." in text
    assert "Rettet" in page(owed, "?vis=avsluttet")
