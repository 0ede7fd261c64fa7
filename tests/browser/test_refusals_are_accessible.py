"""Axe on what the desk answers when somebody was second, or brought a list with faults (A-06)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from campaigns.audit import Actor
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segment import Segment
from campaigns.subscribers.segments import redefine_segment
from service.timetable import jobs
from tests.browser.axe import NARROW, violations
from tests.factories.live_desk import LiveDesk

pytestmark = pytest.mark.browser


def test_a_segment_that_somebody_changed_meanwhile_has_no_violations(
    own_desk: LiveDesk, signed_in: Callable[..., Page]
) -> None:
    page, service = signed_in(own_desk, "Astrid", viewport=NARROW), own_desk.service
    with service.database.session_scope(read_only=True) as session:
        segment_id = session.exec(select(Segment.id)).first() or 0
    page.goto(f"/redaksjon/abonnenter?utvalg={segment_id}&spraak=nn")
    with service.database.session_scope() as session:
        wanted = Wanted(topic="livslop")
        redefine_segment(session, service.clock, segment_id, wanted=wanted, actor=Actor.service("test"))
    page.get_by_role("button", name="Lagre i «").click()

    expect(page.get_by_role("link", name="Gå videre med mine valg")).to_be_visible()
    assert violations(page) == ""


def test_a_list_with_faults_has_no_violations(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    page = signed_in(own_desk, "Solveig", viewport=NARROW)
    page.goto("/redaksjon/abonnenter/lister")
    body = b"Navn;E-post\nOla;ola\nKari;kari@eksempel.no\n"
    page.locator("input[type=file]").set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": body})
    page.get_by_role("button", name="Last opp").click()
    page.locator("[name=provenance]").fill("Konferansen")
    page.get_by_role("button", name="Les gjennom listen").click()
    expect(page.locator("#framdriften")).to_be_visible()
    jobs.subscriber_lists(own_desk.service)
    page.reload()

    expect(page.get_by_role("heading", name="Det første som er feil")).to_be_visible()
    assert violations(page) == ""


def test_a_step_that_came_too_late_has_no_violations(own_desk: LiveDesk, signed_in: Callable[..., Page]) -> None:
    first, second = signed_in(own_desk, "Gunnar"), signed_in(own_desk, "Gunnar", viewport=NARROW)
    for page in (first, second):
        page.goto("/redaksjon/utsendelser/900")
        page.locator("#avbryt summary").click()
        page.locator("#bekreftet").check()
        page.locator("#cancel-comment").fill("Feil tall")
    first.get_by_role("button", name="Avbryt for godt").click()
    expect(first.locator(".draft-head .tag")).to_have_text("Avbrutt")
    second.get_by_role("button", name="Avbryt for godt").click()

    expect(second.get_by_role("link", name="Se hvordan det står nå")).to_be_visible()
    assert violations(second) == ""
