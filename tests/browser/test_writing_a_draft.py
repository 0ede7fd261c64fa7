"""Writing at the desk in a real browser: previews follow, nothing needs a mouse, and nothing needs scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from campaigns.editorial.draft import Draft, DraftStatus
from tests.factories.live_desk import LiveDesk

pytestmark = pytest.mark.browser

# The preview's time comes when the form has been told to go and the browser has not got round to it.
TIME_COMES_AS_IT_GOES = """
  const own = window.setTimeout, due = [], gone = new MessageChannel();
  window.setTimeout = (work, wait, ...more) => wait > 1000 && wait < 2000 ? due.push(work) : own(work, wait, ...more);
  gone.port1.onmessage = () => due.splice(0).forEach(work => work());
  addEventListener("submit", () => gone.port2.postMessage("now"));
"""


def test_the_post_beside_the_field_follows_what_is_written(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(own_desk, "Astrid")
    page.goto("/redaksjon/utkast/1")

    page.get_by_label("Tekst", exact=True).nth(1).fill("Se de nye tallene.")

    expect(page.locator("#visning-linkedin .post__text")).to_contain_text("Se de nye tallene.")
    expect(page.locator("#lagret")).to_have_text("Du har endringer som ikke er lagret.")


def test_a_date_nothing_goes_out_on_is_said_at_once(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(own_desk, "Astrid")
    page.goto("/redaksjon/utkast/1")

    page.get_by_label("Dato").fill("2027-05-17")

    expect(page.locator("#merknader")).to_contain_text("ingenting publiseres denne dagen")


def test_the_newsletter_in_the_frame_follows_what_is_written(
    own_desk: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(own_desk, "Astrid")
    page.goto("/redaksjon/utkast/1")

    page.get_by_label("Overskrift").first.fill("En ny overskrift")

    expect(page.frame_locator("iframe[name=nyhetsbrev-visning]").locator("h1").first).to_have_text("En ny overskrift")


def test_blocks_are_moved_with_the_keyboard(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(own_desk, "Astrid")
    page.goto("/redaksjon/utkast/1")

    page.get_by_role("button", name="Flytt del 1 ned").focus()
    page.keyboard.press("Enter")

    expect(page.locator("fieldset.block").first).to_have_attribute("data-kind", "figure")
    expect(page.locator("fieldset.block").nth(1)).to_have_attribute("data-kind", "text")


def test_the_first_stop_of_the_keyboard_skips_to_the_content(
    own_desk: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(own_desk, "Astrid")
    page.goto("/redaksjon/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#innhold")).to_be_focused()


def test_it_saves_and_submits_without_scripts(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(own_desk, "Astrid", java_script_enabled=False)
    page.goto("/redaksjon/utkast/1")

    page.locator("#title").fill("Skrevet uten skript")
    page.get_by_role("button", name="Send til godkjenning").click()

    expect(page.locator("[data-notice]")).to_contain_text("Sendt til godkjenning")
    with own_desk.service.database.session_scope(read_only=True) as session:
        draft = session.get_one(Draft, 1)
        assert (draft.title, draft.status) == ("Skrevet uten skript", DraftStatus.IN_REVIEW)


def test_enter_in_a_field_saves_although_the_preview_was_about_to_follow(
    own_desk: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(own_desk, "Astrid")
    page.add_init_script(TIME_COMES_AS_IT_GOES)
    page.goto("/redaksjon/utkast/1")

    page.locator("#title").fill("Lagret med Enter")
    page.locator("#title").press("Enter")

    expect(page.locator("[data-notice]")).to_contain_text("Lagret.")
    with own_desk.service.database.session_scope(read_only=True) as session:
        assert session.get_one(Draft, 1).title == "Lagret med Enter"
