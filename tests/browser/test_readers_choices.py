"""What a reader chooses, in a real browser: the form while sign-ups come in numbers, its panel, and the own page."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, col, select

from campaigns.clock import FixedClock
from campaigns.language import Language
from campaigns.subscribers.links import Purpose
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus
from campaigns.subscribers.throttle import Asker, admit
from service.bootstrap import Service
from tests.browser.axe import NARROW, violations
from tests.factories.live_desk import LiveDesk, desk_with

pytestmark = pytest.mark.browser


def under_pressure(session: Session, service: Service) -> None:
    """Thirty sign-ups within the hour, and a reader of each language; the second one rests."""
    for number in range(30):
        admit(session, service.clock, Asker(domain=f"d{number}.no", network=f"10.0.{number}.0/24"), service.keyring)
    for language in Language:
        address = f"{language.value}@eksempel.no"
        session.add(
            Subscriber(
                raw=address, normalized=address, ascii_email=address, canonical_key=address, language=language,
                status=SubscriberStatus.CONFIRMED, topics=["kreft", "forskning"], frequency=Frequency.WEEKLY,
                paused_until=service.clock.now() + timedelta(days=60) if language is Language.NYNORSK else None,
                created_at=service.clock.now(), confirmed_at=service.clock.now(),
            )
        )  # fmt: skip


@pytest.fixture(scope="module")
def site(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with desk_with(_migrated_sqlite, tmp_path_factory.mktemp("readers"), under_pressure) as desk:
        yield desk


def own_page(site: LiveDesk, language: Language) -> str:
    with site.service.database.session_scope(read_only=True) as session:
        who = session.exec(select(Subscriber.id).where(col(Subscriber.language) == language)).first()
    token = site.service.links.token(Purpose.SETTINGS, who or 0, site.service.clock.now())
    return f"/innstillinger/{token}"


@pytest.mark.parametrize("language", Language)
def test_the_readers_own_page_is_accessible_on_a_narrow_screen(
    site: LiveDesk, signed_in: Callable[..., Page], language: Language
) -> None:
    page = signed_in(site, None, viewport=NARROW)
    page.goto(own_page(site, language))

    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.locator("html").get_attribute("lang") == language.value
    assert violations(page) == ""


@pytest.mark.parametrize("path", ["/abonner", "/abonner/panel?sprak=nn"])
def test_the_form_is_accessible_while_the_browser_works(
    site: LiveDesk, signed_in: Callable[..., Page], path: str
) -> None:
    page = signed_in(site, None, viewport=NARROW)
    page.goto(path)

    expect(page.get_by_role("status")).to_have_text(re.compile("^\\s*Klar\\."))
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert violations(page) == ""


def test_one_signs_up_by_keyboard_and_the_form_waits_for_the_work(
    site: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page = signed_in(site, None)
    page.goto("/abonner")
    page.get_by_text("Klar.").wait_for()
    cast("FixedClock", site.service.clock).advance(seconds=5)
    page.evaluate("document.querySelector('[name=proof]').value = ''")  # as if it had not been done yet

    page.locator("#address").focus()
    page.keyboard.type("ola@eksempel.no")
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Sjekk e-posten din").wait_for()
    with site.service.database.session_scope(read_only=True) as session:
        found = select(Subscriber.status).where(col(Subscriber.canonical_key) == "ola@eksempel.no")
        assert session.exec(found).one() is SubscriberStatus.PENDING


def test_without_scripts_the_form_says_whom_to_write_to(site: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(site, None, java_script_enabled=False)
    page.goto("/abonner")

    assert page.get_by_role("link", name="Skriv til redaksjonen@monitor.example.no").is_visible()
