"""An issue's page while it is sent: its numbers follow by themselves, on any network, and are said aloud seldom."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlmodel import select

from campaigns.delivery.delivery import Delivery, DeliveryState, Stage
from campaigns.delivery.kill_switch import WayOut, stop_sending
from campaigns.delivery.ledger import move
from campaigns.editorial.editor import Editor
from campaigns.newsletter.issue import Issue, IssueStatus
from service.bootstrap import Service
from tests.factories.live_desk import LiveDesk

pytestmark = pytest.mark.browser

EVERY = 4_000
PROGRESS = "**/utsendelser/900/framdrift"
# Fetches are counted as they begin and as they end; the page's own timers are moved by hand.
COUNTING = """
  window.asked = window.settled = 0;
  const own = window.fetch;
  window.fetch = (...all) => { window.asked += 1; return own(...all).finally(() => { window.settled += 1; }); };
"""


@pytest.fixture
def page(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> Page:
    """The page of issue 900, of which two deliveries are under way."""
    page = signed_in(own_desk, "Gunnar")
    page.clock.install(time=0)
    page.clock.pause_at(1)
    page.add_init_script(COUNTING)
    page.goto("/redaksjon/utsendelser/900")
    return page


def it_goes_on(service: Service, *states: DeliveryState) -> None:
    """Some of what was under way is accepted."""
    with service.database.session_scope() as session:
        for row in session.exec(select(Delivery).where(Delivery.issue_id == 900)).all():
            if row.state in states:
                for to in (DeliveryState.SENDING, DeliveryState.ACCEPTED):
                    move(session, row, to, by="lane:test", clock=service.clock, stage=Stage.NONE)


def it_ends(service: Service) -> None:
    it_goes_on(service, DeliveryState.QUEUED, DeliveryState.DEFERRED)
    with service.database.session_scope() as session:
        session.get_one(Issue, 900).status = IssueStatus.SENT


def time_passes(page: Page, milliseconds: int) -> int:
    """Let the page's timers run; how many times it has asked by then."""
    page.clock.run_for(milliseconds)
    return int(page.evaluate("window.asked"))


def it_is_answered(page: Page, times: int) -> None:
    while page.evaluate("window.settled") < times:
        page.clock.run_for(1)


def got_it(page: Page) -> str:
    return page.locator(".outcome__sums dd").first.inner_text()


def test_the_numbers_follow_and_stop_when_it_is_done(own_desk: LiveDesk, page: Page) -> None:
    assert got_it(page) == "3"

    it_goes_on(own_desk.service, DeliveryState.QUEUED)
    time_passes(page, EVERY)
    expect(page.locator(".outcome__sums dd").first).to_have_text("4")
    expect(page.locator("#live")).to_have_text("")  # nobody is told of every step

    it_ends(own_desk.service)
    time_passes(page, EVERY + 1_000)
    expect(page.locator("#live")).to_have_text("Ferdig: 5 fikk den, 6 fikk den ikke.")
    expect(page.locator(".draft-head .tag")).to_have_text("Sendt")
    expect(page.get_by_role("link", name="Sett på pause")).to_have_count(0)
    asked = time_passes(page, 0)
    assert time_passes(page, 10 * EVERY) == asked


def test_what_a_colleague_stops_is_seen_without_reloading(own_desk: LiveDesk, page: Page) -> None:
    expect(page.locator(".draft-head .tag")).to_have_text("Sendes nå")
    with own_desk.service.database.session_scope() as session:
        astrid = session.exec(select(Editor).where(Editor.name == "Astrid")).one()
        stop_sending(session, WayOut.MAIL, astrid, reason="Feil tall", clock=own_desk.service.clock)
    time_passes(page, EVERY)

    expect(page.locator(".draft-head .tag")).to_have_text("Stanset med nødstopp")
    expect(page.get_by_text("All e-post er stanset.")).to_be_visible()

    it_ends(own_desk.service)  # it goes on following
    time_passes(page, 2 * EVERY)
    expect(page.locator(".draft-head .tag")).to_have_text("Sendt")


def test_the_button_at_the_foot_leads_to_the_pause_and_its_reason(page: Page) -> None:
    page.get_by_role("link", name="Sett på pause").click()

    expect(page.get_by_role("textbox", name="Hvorfor?")).to_be_focused()
    expect(page.get_by_role("button", name="Sett på pause")).to_be_visible()


def test_who_listens_hears_how_far_it_has_come_now_and_then(own_desk: LiveDesk, page: Page) -> None:
    it_goes_on(own_desk.service, DeliveryState.QUEUED)
    for times in range(1, 9):
        while time_passes(page, 500) < times:
            pass
        it_is_answered(page, times)

    expect(page.locator("#live")).to_have_text("12 av 13 er ferdige.")


def test_without_a_network_it_asks_less_and_less_often_and_says_so(own_desk: LiveDesk, page: Page) -> None:
    page.route(PROGRESS, lambda route: route.abort())
    assert time_passes(page, EVERY) == 1
    it_is_answered(page, 1)
    expect(page.get_by_text("Får ikke kontakt akkurat nå.")).to_be_visible()

    assert time_passes(page, EVERY) == 1
    assert time_passes(page, EVERY) == 2

    it_is_answered(page, 2)
    page.unroute(PROGRESS)
    it_goes_on(own_desk.service, DeliveryState.QUEUED)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".outcome__sums dd").first).to_have_text("4")
    expect(page.get_by_text("Får ikke kontakt akkurat nå.")).to_be_hidden()


def test_it_never_asks_again_before_it_is_answered(page: Page) -> None:
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    page.route(PROGRESS, hold)
    assert time_passes(page, EVERY) == 1

    assert time_passes(page, 5 * EVERY) == 1
    page.evaluate("dispatchEvent(new Event('online'))")

    assert time_passes(page, 0) == 1
    while not waiting:  # the browser tells of it when it gets round to it
        page.evaluate("0")
    assert len(waiting) == 1
    waiting[0].abort()


def test_a_page_that_was_signed_out_meanwhile_asks_to_sign_in(own_desk: LiveDesk, page: Page) -> None:
    page.context.clear_cookies()

    page.clock.run_for(EVERY)  # nothing is asked of the page here: it may be on its way already

    expect(page.get_by_role("heading", name="Logg inn")).to_be_visible()
