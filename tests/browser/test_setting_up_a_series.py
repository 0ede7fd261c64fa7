"""Setting up an issue that comes round, in a browser: what lies ahead follows what is chosen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.factories.live_desk import LiveDesk

pytestmark = pytest.mark.browser
NEW = "/redaksjon/utsendelser/faste/ny"


@pytest.fixture
def form(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> Page:
    page = signed_in(own_desk, "Astrid")
    page.goto(NEW)
    expect(page.locator("html.has-scripts")).to_be_attached()
    return page


def test_the_next_ones_follow_and_only_what_the_rhythm_asks_for_is_shown(form: Page) -> None:
    expect(form.locator("#weekday")).to_be_hidden()
    form.get_by_label("Hver uke", exact=True).check()
    form.get_by_label("Emnefelt").fill("Uke {uke} i monitoren")

    expect(form.locator(".ahead__subject")).to_have_text([f"Uke {week} i monitoren" for week in (20, 21, 22, 23)])
    expect(form.locator("#weekday")).to_be_visible()
    expect(form.locator("#day")).to_be_hidden()
    form.get_by_label("Navn i redaksjonen").fill("Ukebrev")
    form.get_by_role("button", name="Sett i gang").click()

    expect(form.get_by_role("heading", level=1)).to_have_text("Ukebrev")
    expect(form.locator(".coming__subject").first).to_have_text("Uke 20 i monitoren")


def test_what_is_missing_takes_focus_and_what_was_chosen_stays(form: Page) -> None:
    form.get_by_label("Annenhver uke").check()
    form.get_by_role("button", name="Sett i gang").click()

    expect(form.get_by_role("alert")).to_contain_text("Gi den faste utsendelsen et navn.")
    expect(form.get_by_label("Annenhver uke")).to_be_checked()
    expect(form.locator("#weekday")).to_be_visible()
