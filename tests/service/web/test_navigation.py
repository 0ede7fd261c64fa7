"""The desk's menu: where we are, what waits for somebody, and nothing that leads nowhere."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from service.auth.access import access_of, signed_in
from tests.factories.staff_desk import StaffDesk


def _links(page: str, nav: str) -> dict[str, str]:
    """href → the attributes and text of each link in one menu."""
    found = re.search(rf'<nav class="{nav}".*?</nav>', page, re.DOTALL)
    return dict(re.findall(r'<a href="([^"]+)"(.*?)</a>', found.group() if found else "", re.DOTALL))


def test_every_entry_leads_to_a_page(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Solveig")
    page = browser.get("/redaksjon/indikatorer").text
    entries = {**_links(page, "desk-nav"), **_links(page, "desk-subnav")}

    assert len(entries) >= 7
    assert {href: browser.get(href).status_code for href in entries} == dict.fromkeys(entries, 200)


def test_the_group_and_the_page_in_it_are_marked(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get("/redaksjon/indikatorer").text

    assert 'aria-current="true"' in _links(page, "desk-nav")["/redaksjon/indikatorer"]
    assert 'aria-current="page"' in _links(page, "desk-subnav")["/redaksjon/indikatorer"]
    assert sum("aria-current" in rest for rest in _links(page, "desk-nav").values()) == 1


def test_a_page_below_another_marks_the_way_to_it(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get("/redaksjon/indikatorer/indikator-1").text

    assert 'aria-current="true"' in _links(page, "desk-subnav")["/redaksjon/indikatorer"]


@pytest.mark.parametrize("path", ["/redaksjon/", "/redaksjon/kalender", "/redaksjon/abonnenter"])
def test_the_pages_about_figures_are_folded_away_elsewhere(busy_desk: StaffDesk, path: str) -> None:
    page = busy_desk.browser("Astrid").get(path).text

    assert _links(page, "desk-subnav") == {}
    assert 'aria-current="page"' in _links(page, "desk-nav")[path]


def test_what_waits_for_somebody_is_counted_beside_its_name(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get("/redaksjon/utsendelser").text
    group, pages = _links(page, "desk-nav")["/redaksjon/utsendelser"], _links(page, "desk-subnav")

    assert '<span class="calls" aria-hidden="true">2</span>' in group
    assert "2 venter på noen" in group  # an issue to approve, and a delivery that is uncertain
    assert "1 venter på noen" in pages["/redaksjon/utsendelser"]
    assert "1 venter på noen" in pages["/redaksjon/leveringer"]


def test_an_error_page_counts_nothing_for_the_database_may_not_answer(busy_desk: StaffDesk) -> None:
    view = busy_desk.app.view_functions["calendar.show"]

    @signed_in
    def locked() -> str:
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    busy_desk.app.view_functions["calendar.show"] = locked
    response = busy_desk.browser("Astrid").get("/redaksjon/kalender")

    assert access_of(view) == access_of(locked)
    assert response.status_code == 503
    assert "/redaksjon/utsendelser" in _links(response.text, "desk-nav")
    assert 'class="calls"' not in response.text
