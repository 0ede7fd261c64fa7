"""An indicator added in a real browser, by keys alone and on a narrow screen, with axe on every step."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from campaigns.indicators.indicator import Indicator
from tests.browser.axe import NARROW, violations
from tests.factories.live_desk import LiveDesk, desk_with, only_people
from tests.fakes.table_bank import TABLE, TableBank

pytestmark = pytest.mark.browser


@pytest.fixture
def bank() -> Iterator[TableBank]:
    bank = TableBank()
    with bank.server:
        yield bank


@pytest.fixture
def asking_desk(bank: TableBank, _migrated_sqlite: Path, tmp_path: Path) -> Iterator[LiveDesk]:
    allowed = urlsplit(bank.server.url).netloc
    with desk_with(_migrated_sqlite, tmp_path, only_people, source_allowed_hosts=allowed) as desk:
        yield desk


def press(page: Page, name: str) -> None:
    """The button with this name, reached and pressed by the keyboard; back when the page it leads to is there."""
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_an_indicator_is_added_by_keys_on_a_narrow_screen(
    asking_desk: LiveDesk, bank: TableBank, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(asking_desk, "Solveig", viewport=NARROW)
    page.goto("/redaksjon/katalog/ny")
    page.get_by_label("Adressen til tabellen").fill(f"{bank.v2}/tables/{TABLE}")
    press(page, "Hent tabellen")
    page.locator("#hent-1-all").focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-count='total']")).to_have_text("9 celler")
    assert violations(page) == ""
    press(page, "Videre til tittel og enhet")
    assert violations(page) == ""
    page.get_by_label("Tittel på bokmål").fill("Søkte kliniske studier")
    page.get_by_label("Hvem publiserer tallene?").fill("DMP")
    press(page, "Forhåndsvis")
    expect(page.get_by_role("heading", name="Slik blir den")).to_be_focused()
    assert violations(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    press(page, "Lagre og følg tallene")

    expect(page.get_by_text("Indikatoren er lagret.")).to_be_visible()
    with asking_desk.service.database.session_scope(read_only=True) as session:
        assert session.get_one(Indicator, "sokte-kliniske-studier").slice == {"Sponsor": "T", "ContentsCode": "Studier"}


def test_a_choice_made_before_the_script_came_is_counted_when_it_comes(
    asking_desk: LiveDesk, bank: TableBank, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(asking_desk, "Solveig")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/js/catalogue.js*", hold)
    page.goto("/redaksjon/katalog/ny")
    page.get_by_label("Adressen til tabellen").fill(f"{bank.v2}/tables/{TABLE}")
    with page.expect_request("**/js/catalogue.js*"):
        page.get_by_role("button", name="Hent tabellen").click(no_wait_after=True)
    page.locator("#hent-1-all").check()
    while not held:  # the browser tells of it when it gets round to it
        page.evaluate("0")
    held[0].continue_()
    expect(page.locator("[data-count='total']")).to_have_text("9 celler")
