"""Axe on corrections that are owed, wide and narrow, with the form open, and closing one by keyboard alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.corrections.noticing import notice_revisions
from tests.browser.axe import NARROW, violations
from tests.factories.live_desk import LiveDesk
from tests.factories.revised_figures import sent_and_revised
from tests.fakes.charts import FakeCharts

pytestmark = pytest.mark.browser

PAGE = "/redaksjon/rettelser"


@pytest.fixture
def owed(own_desk: LiveDesk) -> LiveDesk:
    """4,7 was sent out, and is 4,6."""
    service = own_desk.service
    scope, clock, plan = service.database.session_scope, service.clock, service.drafting_plan
    sent_and_revised(service.database, clock, FakeCharts(), plan)
    with scope() as session:
        notice_revisions(session, clock)
    draft_what_is_new(scope, clock, FakeCharts(), plan)
    return own_desk


@pytest.mark.parametrize("viewport", [None, NARROW], ids=["wide", "narrow"])
def test_an_owed_correction_has_no_violations(
    owed: LiveDesk, signed_in: Callable[..., Page], viewport: dict[str, int] | None
) -> None:
    page = signed_in(owed, "Astrid", **({"viewport": viewport} if viewport else {}))
    page.goto(PAGE)
    page.locator(".correction__close summary").click()

    assert violations(page) == ""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_it_is_closed_by_keyboard_alone(owed: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(owed, "Astrid")
    page.goto(PAGE)
    page.locator(".correction__close summary").focus()
    for key in ("Enter", "Tab", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Omtalt i neste sak.")
    page.keyboard.press("Enter")

    page.get_by_text("Rettelsen er avsluttet.").wait_for()
    assert violations(page) == ""
    page.goto(f"{PAGE}?vis=avsluttet")
    assert "Omtalt i neste sak." in page.locator("main").inner_text()
