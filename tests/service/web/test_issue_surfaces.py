"""An issue on every surface before it goes out: frames that can do nothing, each edition, dark and without pictures."""

import pytest

from campaigns.newsletter.surfaces import Surface, as_seen
from service.delivering import plan
from tests.factories.composing import ISSUE_SLOT, approved_issue, choosing, composed, mail_draft
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/utsendelser"


@pytest.fixture
def issue_id(desk: StaffDesk) -> int:
    with desk.service.database.session_scope() as session:
        clock = desk.clock
        astrid, gunnar = desk.editor(session, "Astrid"), desk.editor(session, "Gunnar")
        choosing(session, clock, "alt")
        choosing(session, clock, "barn", "livslop")
        draft = mail_draft(session, clock, astrid, gunnar, "kreft", topics=("kreft",))
        return approved_issue(session, clock, astrid, gunnar, [draft]).id or 0


def test_every_surface_is_on_the_page_in_a_frame_that_can_do_nothing(desk: StaffDesk, issue_id: int) -> None:
    page = desk.browser("Revisor").get(f"{PAGE}/{issue_id}/forhandsvisning").text

    for surface in Surface:
        assert f"{PAGE}/{issue_id}/forhandsvisning/{surface.value}" in page
    assert page.count("<iframe") == page.count(" sandbox ") == len(Surface)


def test_each_surface_has_its_own_policy(desk: StaffDesk, issue_id: int) -> None:
    astrid = desk.browser("Astrid")
    answers = {one: astrid.get(f"{PAGE}/{issue_id}/forhandsvisning/{one.value}") for one in Surface}
    policies = {one: answer.headers["Content-Security-Policy"] for one, answer in answers.items()}

    assert all(policy.startswith("sandbox; default-src 'none'") for policy in policies.values())
    assert [one for one in Surface if "img-src 'none'" in policies[one]] == [Surface.NO_IMAGES]
    assert answers[Surface.TEXT].headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Nytt om kreft" in answers[Surface.TEXT].text


def test_nobody_is_unsubscribed_from_a_preview(desk: StaffDesk, issue_id: int) -> None:
    astrid = desk.browser("Astrid")
    for surface in (Surface.LARGE, Surface.TEXT):
        shown = astrid.get(f"{PAGE}/{issue_id}/forhandsvisning/{surface.value}").text
        assert "{{" not in shown
        assert f"{desk.service.settings.public_url}/proveutsendelse" in shown

    assert "Dette var en prøve" in desk.browser().get("/proveutsendelse").text


def test_an_edition_is_shown_before_and_after_it_is_sent(desk: StaffDesk, issue_id: int) -> None:
    astrid = desk.browser("Astrid")
    address = f"{PAGE}/{issue_id}/forhandsvisning/mobil?utgave=nb:1"
    before = astrid.get(address).text
    desk.clock.move_to(ISSUE_SLOT)
    plan(desk.service)
    after = desk.browser("Astrid").get(address).text

    assert "Nytt om kreft" not in before
    assert "Nytt om kreft" not in after
    assert "Fra sekretariatet" in before
    assert "Fra sekretariatet" in after


def test_an_empty_issue_says_so(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        empty = composed(session, desk.clock, desk.editor(session, "Astrid"), add_blocks=()).id
    page = desk.browser("Astrid").get(f"{PAGE}/{empty}/forhandsvisning").text

    assert "Utsendelsen er tom" in page
    assert "<iframe" not in page
    assert "Utsendelsen er tom" in desk.browser("Astrid").get(f"{PAGE}/{empty}/forhandsvisning/mork").text


def test_dark_is_what_a_dark_program_shows_and_the_rest_is_light(desk: StaffDesk, issue_id: int) -> None:
    html = desk.browser("Astrid").get(f"{PAGE}/{issue_id}/visning").text
    dark, light = as_seen(html, Surface.DARK), as_seen(html, Surface.PHONE)

    assert "prefers-color-scheme" in html
    assert "@media all" in dark
    assert 'name="color-scheme" content="dark"' in dark
    assert "@media not all" in light
    assert "prefers-color-scheme" not in dark + light
