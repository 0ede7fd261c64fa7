"""Composing an issue in a real browser: dragging, the keyboard, and numbers that follow what is chosen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import settled
from tests.factories.live_desk import LiveDesk

pytestmark = pytest.mark.browser


@pytest.fixture
def page(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> Page:
    page = signed_in(own_desk, "Astrid")
    page.goto("/redaksjon/utsendelser/1")
    expect(page.locator("html")).to_have_class(re.compile("has-scripts"))
    settled(page)
    return page


def test_an_item_is_dragged_and_saved(page: Page) -> None:
    grips = page.locator(".item__grip")
    page.locator("#items").evaluate("items => items.scrollIntoView({block: 'center', behavior: 'instant'})")
    start, end = grips.nth(0).bounding_box(), page.locator(".item").nth(1).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 4, start["y"] + 4)
    page.mouse.down()
    page.mouse.move(start["x"] + 4, end["y"] + end["height"] - 4, steps=4)
    page.mouse.up()

    expect(page.locator(".item__title").first).to_have_text("Les rapporten")
    expect(page.locator("#live")).to_have_text("Flyttet til plass 2 av 2.")
    page.get_by_role("button", name="Lagre", exact=True).last.click()
    expect(page.get_by_text("Lagret.", exact=True)).to_be_visible()
    expect(page.locator(".item__title").first).to_have_text("Les rapporten")


def test_items_are_moved_with_the_keyboard(page: Page) -> None:
    page.get_by_role("button", name="Flytt «Lansering av barometeret» ned").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".item__title").first).to_have_text("Les rapporten")
    expect(page.get_by_role("button", name="Flytt «Lansering av barometeret» opp")).to_be_focused()


def test_the_readers_and_the_mail_follow_what_is_written(page: Page) -> None:
    page.get_by_text("Bare lesere med bestemt språk").click()
    page.get_by_label("English").check()
    page.get_by_label("Emnefelt").fill("Et emne som er så langt at det ikke får plass på noen telefon")

    expect(page.locator("#rekkevidde")).to_contain_text("Ingen lesere får utsendelsen")
    expect(page.locator('[data-length-of="subject"]')).to_contain_text("slutten blir borte på en telefon")
    expect(page.locator("#lagret")).to_have_text("Du har endringer som ikke er lagret.")
    heading = page.frame_locator("iframe[name=utsendelse-visning]").locator("h1")
    expect(heading).to_have_text("Et emne som er så langt at det ikke får plass på noen telefon")


def test_the_open_archive_is_asked_about_only_when_it_goes_to_a_segment(page: Page) -> None:
    asked, segment = page.get_by_label("Vis utsendelsen i det åpne arkivet"), page.get_by_label("Utvalg", exact=True)

    expect(asked).to_be_hidden()
    segment.select_option(index=1)
    expect(asked).to_be_visible()
    segment.select_option("")
    expect(asked).to_be_hidden()
