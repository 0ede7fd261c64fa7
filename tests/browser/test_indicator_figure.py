"""The indicator's figure in a real browser: pointed at, read by the arrow keys, under the page's own policy."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from campaigns.clock import FixedClock
from tests.browser.axe import NARROW, settled, violations
from tests.factories.live_desk import LiveDesk
from tests.factories.many_indicators import many_indicators, second_vintage

pytestmark = pytest.mark.browser

PAGE = "/redaksjon/indikatorer/maalt-001"
PAGES = ["/redaksjon/indikatorer", PAGE, f"{PAGE}?utgave=1", f"{PAGE}/sammenlign?fra=1&til=2", f"{PAGE}/utgaver/2"]


@pytest.fixture
def measured(own_desk: LiveDesk) -> LiveDesk:
    """Twelve indicators; the first has two vintages."""
    service = own_desk.service
    assert isinstance(service.clock, FixedClock)
    with service.database.session_scope() as session:
        many_indicators(session, service.clock, 12)
        service.clock.move_to(service.clock.now() + timedelta(hours=1))
        second_vintage(session, service.clock, "maalt-001", {"2020": "999.50", "2027": "1050"})
    return own_desk


def test_the_pages_have_no_violations_wide_or_narrow(measured: LiveDesk, signed_in: Callable[..., Page]) -> None:
    wide, narrow = signed_in(measured, "Astrid"), signed_in(measured, "Astrid", viewport=NARROW)

    found = []
    for page in (wide, narrow):
        for path in PAGES:
            page.goto(path)
            found.append((path, violations(page)))

    assert found == [(path, "") for path in (*PAGES, *PAGES)]
    assert narrow.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_the_figure_is_drawn_under_the_pages_policy(measured: LiveDesk, signed_in: Callable[..., Page]) -> None:
    said: list[str] = []
    page = signed_in(measured, "Astrid")
    page.on("console", lambda message: said.append(_of(message)))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(PAGE)

    expect(page.locator(".chart__area .scatterlayer path.point")).to_have_count(21)
    expect(page.locator(".chart__area .xtick").last).to_have_text("2027")
    assert said == []


def test_pointing_at_a_figure_tells_it(measured: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(measured, "Astrid")
    page.goto(PAGE)
    _ready(page)
    last = page.locator(".chart__area .scatterlayer path.point").last.bounding_box()
    assert last is not None
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + last["height"] / 2)

    expect(page.locator(".chart__area .hovertext")).to_contain_text("1\u00a0050")


def test_the_arrow_keys_read_the_figures_one_by_one(measured: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(measured, "Astrid")
    page.goto(PAGE)
    _ready(page)
    page.locator(".chart__area").focus()

    page.keyboard.press("ArrowLeft")
    expect(page.locator("#live")).to_have_text("2027: 1\u00a0050")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#live")).to_have_text("2026: 1\u00a0029")
    expect(page.locator(".chart__area .hovertext")).to_contain_text("2026")


def test_a_part_is_shown_by_dragging_and_the_whole_again_by_a_button(
    measured: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(measured, "Astrid")
    page.goto(PAGE)
    _ready(page)
    area = page.locator(".chart__area")
    expect(area.locator(".xtick").last).to_have_text("2027")
    box = area.bounding_box()
    assert box is not None
    whole = page.get_by_role("button", name="Vis hele perioden")
    expect(whole).to_be_hidden()

    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()

    expect(area.locator(".xtick").last).not_to_have_text("2027")
    whole.click()
    expect(area.locator(".xtick").last).to_have_text("2027")
    expect(whole).to_be_hidden()


def test_the_list_follows_what_is_typed(measured: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(measured, "Astrid")
    page.goto("/redaksjon/indikatorer")
    page.get_by_role("searchbox", name="Søk").press_sequentially("nummer 12")

    expect(page.locator(".indicator")).to_have_count(1)
    expect(page.locator("#live")).to_contain_text("1 av 15 indikatorer")
    expect(page).to_have_url(re.compile(r"\?q=nummer\+12$"))
    expect(page.get_by_role("searchbox", name="Søk")).to_be_focused()


def test_without_scripts_there_is_a_search_button_and_a_picture(
    measured: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(measured, "Astrid", java_script_enabled=False)
    page.goto("/redaksjon/indikatorer")
    page.get_by_role("searchbox", name="Søk").fill("nummer 1")
    page.locator("#finn").get_by_role("button", name="Søk").click()
    with page.expect_response("**/figur.png") as picture:
        page.get_by_role("link", name="Målt størrelse nummer 1", exact=True).click()

    assert (picture.value.status, picture.value.headers["content-type"]) == (200, "image/png")
    expect(page.locator(".figure-panel__picture")).to_be_visible()
    expect(page.locator("#figur")).to_be_hidden()
    expect(page.get_by_role("cell", name="1\u00a0050")).to_be_visible()


def _ready(page: Page) -> None:
    """The figure is drawn before it listens."""
    expect(page.locator(".chart__area")).to_have_attribute("aria-busy", "false")
    settled(page)


def _of(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"
