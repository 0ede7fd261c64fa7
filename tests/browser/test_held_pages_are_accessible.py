"""Axe on figures that wait for a decision, wide and narrow, and by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from campaigns.clock import FixedClock
from tests.browser.axe import NARROW, violations
from tests.factories.followed_table import Desk
from tests.factories.live_desk import LiveDesk

pytestmark = pytest.mark.browser

PAGE = "/redaksjon/holdt-tilbake"


@pytest.fixture
def held(own_desk: LiveDesk, tmp_path: Path, samples: Path) -> LiveDesk:
    """Zeros have come before a release."""
    clock = own_desk.service.clock
    assert isinstance(clock, FixedClock)
    source = tmp_path / "kilden"
    source.mkdir()
    table = Desk(own_desk.service.database, clock, source, samples, dataset_id=900)
    table.follow()
    for number in (2, 6):
        table.poll_named(number)
    return own_desk


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/1"])
@pytest.mark.parametrize("viewport", [None, NARROW], ids=["wide", "narrow"])
def test_held_figures_have_no_violations(
    held: LiveDesk, signed_in: Callable[..., Page], path: str, viewport: dict[str, int] | None
) -> None:
    page = signed_in(held, "Astrid", **({"viewport": viewport} if viewport else {}))
    answer = page.goto(path)

    assert answer is not None
    assert answer.status == 200
    assert violations(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_refusal_can_be_made_by_keyboard_alone(held: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(held, "Astrid")
    page.goto(f"{PAGE}/1")
    page.locator("#reason").focus()
    page.keyboard.type("Nuller før publisering.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_text("Tallene er avvist.").wait_for()
    assert violations(page) == ""
