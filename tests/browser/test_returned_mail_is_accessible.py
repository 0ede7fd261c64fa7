"""Axe on mail that came back and addresses that are held back, wide and narrow, with forms open, and by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.axe import NARROW, violations
from tests.factories.live_desk import LiveDesk
from tests.factories.returned_desk import GONE, ODD, mail_comes_back

pytestmark = pytest.mark.browser


@pytest.fixture
def returned(own_desk: LiveDesk) -> LiveDesk:
    mail_comes_back(own_desk.service, bounced=27, handed=1042, complained=4)
    return own_desk


def test_the_pages_have_no_violations_on_any_screen(returned: LiveDesk, signed_in: Callable[..., Page]) -> None:
    for viewport in ({}, {"viewport": NARROW}):
        page = signed_in(returned, "Solveig", **viewport)
        for path in ("/retur", "/retur?vis=virkning", f"/retur/{GONE}", f"/retur/{ODD}", "/sperrede", "/"):
            page.goto(f"/redaksjon{path}")
            if path == "/sperrede":
                page.locator(".lift summary").first.click()
            assert violations(page) == "", path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_a_held_back_address_is_let_through_by_keyboard_alone(
    returned: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(returned, "Gunnar")
    page.goto("/redaksjon/sperrede?grunn=dead_address")
    page.locator(".lift summary").focus()
    for key in ("Enter", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Adressen virker igjen.")
    page.keyboard.press("Enter")

    page.get_by_text("Sperren er opphevet.").wait_for()
    assert violations(page) == ""
