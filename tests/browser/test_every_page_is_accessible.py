"""Axe finds nothing on any page, in any state a person meets: filled, empty, refused, wide and narrow (A-06)."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize, expect

from tests.browser.axe import NARROW, violations
from tests.browser.chromium import PATIENCE_MS
from tests.factories.live_desk import LiveDesk

pytestmark = pytest.mark.browser

DESK_PAGES = [
    ("Astrid", "/redaksjon/"),
    ("Gunnar", "/redaksjon/"),
    ("Astrid", "/redaksjon/utkast/ny"),
    ("Astrid", "/redaksjon/utkast/1"),
    ("Gunnar", "/redaksjon/utkast/2"),
    ("Astrid", "/redaksjon/utkast/2"),
    ("Astrid", "/redaksjon/utkast/1/figur"),
    ("Revisor", "/redaksjon/utkast/1/figur"),
    ("Gunnar", "/redaksjon/figurtyper"),
    ("Astrid", "/redaksjon/utkast/3"),
    ("Gunnar", "/redaksjon/utkast/4"),
    ("Astrid", "/redaksjon/utkast/4?rediger=1"),
    ("Astrid", "/redaksjon/utkast/5"),
    ("Revisor", "/redaksjon/utkast/6"),
    ("Astrid", "/redaksjon/utsendelser"),
    ("Astrid", "/redaksjon/utsendelser?vis=sendt"),
    ("Astrid", "/redaksjon/utsendelser/ny"),
    ("Gunnar", "/redaksjon/utsendelser/faste"),
    ("Gunnar", "/redaksjon/utsendelser/faste/1"),
    ("Gunnar", "/redaksjon/utsendelser/faste/ny"),
    ("Gunnar", "/redaksjon/utsendelser/901"),
    ("Astrid", "/redaksjon/utsendelser/1"),
    ("Gunnar", "/redaksjon/utsendelser/2"),
    ("Gunnar", "/redaksjon/utsendelser/2/forhandsvisning"),
    ("Astrid", "/redaksjon/kalender?maaned=2027-05"),
    ("Astrid", "/redaksjon/indikatorer"),
    ("Astrid", "/redaksjon/indikatorer/indikator-1"),
    ("Astrid", "/redaksjon/indikatorer/indikator-3"),
    ("Gunnar", "/redaksjon/indikatorer?q=finnes-ikke"),
    ("Gunnar", "/redaksjon/indikatorer/indikator-1/utgaver/1"),
    ("Gunnar", "/redaksjon/kilder/dmp/fil"),
    ("Gunnar", "/redaksjon/kilder"),
    ("Gunnar", "/redaksjon/kilder/dmp"),
    ("Astrid", "/redaksjon/funn"),
    ("Gunnar", "/redaksjon/funn?vis=har-utkast"),
    ("Gunnar", "/redaksjon/utgivelsesplan"),
    ("Revisor", "/redaksjon/utgivelsesplan?vis=kommet&fra=2026-01"),
    ("Gunnar", "/redaksjon/utgivelsesplan/1"),
    ("Gunnar", "/redaksjon/utgivelsesplan/ny"),
    ("Astrid", "/redaksjon/utgivelsesplan/1/rediger"),
    ("Astrid", "/redaksjon/merkedager"),
    ("Revisor", "/redaksjon/merkedager?vis=alle"),
    ("Solveig", "/redaksjon/katalog"),
    ("Gunnar", "/redaksjon/katalog"),
    ("Solveig", "/redaksjon/katalog/ny"),
    ("Solveig", "/redaksjon/katalog/indikator/indikator-1"),
    ("Solveig", "/redaksjon/katalog/innlesing"),
    ("Solveig", "/redaksjon/abonnenter"),
    ("Gunnar", "/redaksjon/abonnenter?q=finnes-ikke"),
    ("Gunnar", "/redaksjon/abonnenter/oppbevaring"),
    ("Gunnar", "/redaksjon/abonnenter/utvalg"),
    ("Gunnar", "/redaksjon/abonnenter/utvalg/1"),
    ("Gunnar", "/redaksjon/abonnenter?utvalg=1&tema=kreft"),
    ("Solveig", "/redaksjon/abonnenter/lister"),
    ("Solveig", "/redaksjon/abonnenter/1"),
    ("Gunnar", "/redaksjon/leveringer"),
    ("Gunnar", "/redaksjon/leveringer?vis=usikre"),
    ("Gunnar", "/redaksjon/leveringer/avklaring?alle=1"),
    ("Gunnar", "/redaksjon/leveringer/1"),
    ("Gunnar", "/redaksjon/nodstopp"),
    ("Gunnar", "/redaksjon/utsendelser/900"),
    ("Gunnar", "/redaksjon/utsendelser/900/mottakere"),
    ("Gunnar", "/redaksjon/utsendelser/900/mottakere?utfall=feilet"),
    ("Gunnar", "/redaksjon/?melding=godkjent"),
    ("Gunnar", "/redaksjon/finnes-ikke"),
    (None, "/redaksjon/logg-inn"),
    (None, "/redaksjon/lenke/brukt"),
    (None, "/finnes-ikke"),
]
EMPTY_PAGES = [
    "/redaksjon/", "/redaksjon/funn", "/redaksjon/kalender", "/redaksjon/indikatorer", "/redaksjon/merkedager",
    "/redaksjon/abonnenter", "/redaksjon/abonnenter/utvalg", "/redaksjon/utsendelser/faste",
    "/redaksjon/utgivelsesplan", "/redaksjon/leveringer", "/redaksjon/kilder",
    "/redaksjon/holdt-tilbake", "/redaksjon/rettelser", "/redaksjon/retur", "/redaksjon/sperrede", "/sandkasse/",
]  # fmt: skip
PUBLIC_PAGES = [
    "/",
    "/abonner",
    "/abonner/panel",
    "/arkiv",
    "/arkiv?q=tall&tema=kreft",
    "/arkiv/sendt-900",
    "/tilgjengelighet",
    "/personvern",
    "/proveutsendelse",
    "/bekreft/x",
    "/innstillinger/x",
    "/u/x",
]


@pytest.fixture(scope="module")
def reading(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``reading(desk, "Gunnar")``: a page for people who only look, the same one each time they look at another."""
    contexts = []

    @cache
    def open_page(desk: LiveDesk, name: str | None, narrow: bool = False) -> Page:
        size: ViewportSize = NARROW if narrow else {"width": 1280, "height": 720}
        contexts.append(browser.new_context(base_url=desk.url, viewport=size))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        if name is not None:
            desk.sign_in(contexts[-1], name)
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("name", "path"), DESK_PAGES)
def test_a_desk_page_has_no_violations(
    live_desk: LiveDesk, reading: Callable[..., Page], name: str | None, path: str
) -> None:
    page = reading(live_desk, name)
    page.goto(path)

    assert violations(page) == ""


@pytest.mark.parametrize("path", EMPTY_PAGES)
def test_an_empty_desk_page_has_no_violations(empty_desk: LiveDesk, reading: Callable[..., Page], path: str) -> None:
    page = reading(empty_desk, "Astrid")
    page.goto(path)

    assert violations(page) == ""


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_a_public_page_has_no_violations(live_desk: LiveDesk, reading: Callable[..., Page], path: str) -> None:
    page = reading(live_desk, None)
    page.goto(path)

    assert violations(page) == ""


def test_axe_would_notice(empty_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(empty_desk, "Astrid")
    page.goto("/redaksjon/utkast/ny")
    page.evaluate("document.querySelector('label').remove()")

    assert "label" in violations(page)


@pytest.mark.parametrize("path", [path for name, path in DESK_PAGES if name == "Gunnar"] + PUBLIC_PAGES)
def test_a_page_fits_a_narrow_screen(live_desk: LiveDesk, reading: Callable[..., Page], path: str) -> None:
    page = reading(live_desk, "Gunnar", narrow=True)
    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert violations(page) == ""


def test_a_form_with_faults_has_no_violations(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(own_desk, "Astrid")
    page.goto("/redaksjon/utkast/1")
    page.locator("#title").fill("")
    page.get_by_role("button", name="Send til godkjenning").click()

    expect(page.get_by_role("alert")).to_contain_text("Skriv en overskrift.")
    expect(page.locator("#title")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-autofocus]").first).to_be_focused()
    assert violations(page) == ""


def test_the_kill_switch_while_it_holds_has_no_violations(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(own_desk, "Gunnar")
    page.goto("/redaksjon/nodstopp")
    page.locator("#hvorfor").fill("Feil tall i første avsnitt")
    page.get_by_label("All e-post").check()
    page.get_by_role("button", name="Stans nå").click()
    expect(page.get_by_role("heading", name="All e-post er stanset")).to_be_visible()
    stopped = violations(page)
    page.set_viewport_size(NARROW)
    page.get_by_role("button", name="Slipp løs").click()

    expect(page.locator("#trygt-mail")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert (stopped, violations(page)) == ("", "")


def test_the_newsletter_in_its_frame_has_no_violations(live_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(live_desk, "Gunnar")
    # Without the frame's own policy, so that axe may run in it; the words and colours are the same.
    page.route("**/nyhetsbrev", _without_policy)
    page.goto("/redaksjon/utkast/1/nyhetsbrev")

    assert "Den internasjonale dagen for kliniske studier" in page.locator("h1").first.inner_text()
    assert violations(page) == ""


def _without_policy(route: Route) -> None:
    answer = route.fetch()
    headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
    route.fulfill(response=answer, headers=headers)
