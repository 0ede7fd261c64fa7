"""A reader's way in and out by keyboard and without a script, and the form in a frame on another site's page."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from campaigns.clock import FixedClock
from campaigns.subscribers.subscriber import Subscriber
from service.timetable import jobs
from tests.browser.axe import NARROW
from tests.factories.live_desk import LiveDesk, desk_with, only_people
from tests.factories.live_server import serving

pytestmark = pytest.mark.browser
READER = "kari@leser.example.no"


@pytest.fixture(scope="module")
def monitor() -> Iterator[str]:
    """The monitor's own site, another origin: a page with the frame that docs/sign-up.md gives."""
    pages = Flask("monitor")

    @pages.get("/<path:panel>")
    def page(panel: str) -> str:
        frame = f'<iframe src="{panel}" title="Abonner" width="100%" height="520" style="border:0"></iframe>'
        return f'<!doctype html><html lang="nb"><title>Monitoren</title><h1>Monitoren</h1>{frame}</html>'

    with serving(lambda _url: pages) as url:
        yield url


@pytest.fixture(scope="module")
def site(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, monitor: str) -> Iterator[LiveDesk]:
    with desk_with(_migrated_sqlite, tmp_path_factory.mktemp("way"), only_people, panel_origins=monitor) as desk:
        yield desk


def link_in_the_mail(site: LiveDesk, kind: str) -> str:
    """The link of this kind in the latest mail, after the service has sent what it owes."""
    jobs.publish(site.service)
    jobs.deliver_mail(site.service)
    mails = (site.service.settings.data_dir / "sandkasse" / "mail").glob("*.eml")
    latest = message_from_bytes(max(mails).read_bytes(), policy=default).get_body(("plain",))
    assert latest is not None
    found = re.search(rf"https?://\S+/{kind}/\S+", latest.get_content())
    assert found is not None
    return found.group()


def press(page: Page, name: str) -> None:
    """A button, by keyboard alone; back when the page it leads to is there."""
    page.get_by_role("button", name=name, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_one_comes_slips_out_and_in_again_and_is_erased_by_keyboard_without_a_script(
    site: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page, clock = (
        signed_in(site, None, java_script_enabled=False, viewport=NARROW),
        cast("FixedClock", site.service.clock),
    )
    page.goto("/abonner")
    clock.advance(seconds=5)
    page.locator("#address").focus()
    page.keyboard.type(READER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sjekk e-posten din")).to_be_visible()

    page.goto(link_in_the_mail(site, "bekreft"))
    press(page, "Bekreft abonnementet")
    expect(page.get_by_role("heading", name="Velkommen! Du står på lista")).to_be_visible()
    clock.advance(minutes=1)

    page.goto(link_in_the_mail(site, "u"))
    press(page, "Meld meg av")
    press(page, "Angre avmeldingen")
    expect(page.get_by_role("heading", name="Du står på lista igjen")).to_be_visible()

    page.goto(link_in_the_mail(site, "innstillinger"))
    press(page, "Send meg lenken på e-post")
    expect(page.get_by_role("status")).to_contain_text("Vi sender deg en e-post")
    clock.advance(minutes=1)
    page.goto(link_in_the_mail(site, "innstillinger"))
    page.get_by_role("link", name="Slett opplysningene").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "Ja, slett alt")
    expect(page.get_by_role("heading", name="Opplysningene er slettet")).to_be_visible()
    with site.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Subscriber).where(col(Subscriber.canonical_key) == READER)).all() == []


def test_the_panel_in_another_sites_page_shows_a_fault_where_it_is_and_takes_the_address(
    site: LiveDesk, monitor: str, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(site, None, viewport=NARROW)
    page.goto(f"{monitor}/{site.url}/abonner/panel")
    panel = page.frame_locator("iframe")
    button = panel.get_by_role("button", name="Abonner")
    expect(button).to_be_in_viewport(ratio=1)
    clock = cast("FixedClock", site.service.clock)
    clock.advance(seconds=5)

    panel.locator("#address").fill("ola")
    button.click()
    fault = panel.get_by_text("mangler krøllalfa (@)")
    expect(fault).to_be_in_viewport(ratio=1)
    clock.advance(seconds=5)
    panel.locator("#address").fill("ola@leser.example.no")
    panel.locator("#address").press("Enter")

    expect(panel.get_by_role("heading", name="Sjekk e-posten din")).to_be_in_viewport()
    with site.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Subscriber.canonical_key)).all() == ["ola@leser.example.no"]
