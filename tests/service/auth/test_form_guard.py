"""Forms that change something come from our own pages, or nothing happens (S-22)."""

from datetime import timedelta

import pytest

from campaigns.editorial.draft import Draft
from service.auth.form_tokens import form_shown_at, issue_form_token
from tests.factories.staff_desk import StaffDesk

KEY = b"k" * 32


@pytest.mark.parametrize("token", ["", "x", "another session's"])
def test_it_refuses_a_form_without_the_sessions_own_token(busy_desk: StaffDesk, token: str) -> None:
    browser = busy_desk.browser("Gunnar")
    browser.csrf_token = busy_desk.browser("Gunnar").csrf_token if token == "another session's" else token

    response = browser.post("/redaksjon/utkast/1/tilbaketrekking")

    assert response.status_code == 403
    with busy_desk.service.database.session_scope(read_only=True) as session:
        assert session.get_one(Draft, 1).status.value == "draft"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://ond.example"}],
)
def test_it_refuses_a_form_sent_from_elsewhere(busy_desk: StaffDesk, headers: dict[str, str]) -> None:
    browser = busy_desk.browser("Gunnar")

    response = browser.client.post(
        "/redaksjon/utkast/1/tilbaketrekking", data={"csrf_token": browser.csrf_token}, headers=headers
    )

    assert response.status_code == 403


def test_it_takes_a_form_from_our_own_page(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Gunnar")

    response = browser.client.post(
        "/redaksjon/utkast/1/tilbaketrekking",
        data={"csrf_token": browser.csrf_token},
        headers={"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    )

    assert response.status_code == 303


def test_it_takes_no_strangers_token_for_a_page_of_the_desk(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Gunnar")
    browser.csrf_token = busy_desk.browser().csrf_token

    assert browser.post("/redaksjon/utkast/1/tilbaketrekking").status_code == 403


def test_it_says_when_a_form_was_shown(desk: StaffDesk) -> None:
    now = desk.clock.now()

    assert form_shown_at(KEY, issue_form_token(KEY, now), now + timedelta(hours=1)) == now


@pytest.mark.parametrize("hours", [-1, 13])
def test_it_refuses_a_form_that_is_too_old_or_from_the_future(desk: StaffDesk, hours: int) -> None:
    now = desk.clock.now()

    assert form_shown_at(KEY, issue_form_token(KEY, now), now + timedelta(hours=hours)) is None


@pytest.mark.parametrize("token", ["", ".", "1.2.3", "٣.x", "99999999999999999999.x", "abc.def"])
def test_it_refuses_a_form_token_that_is_not_ours(desk: StaffDesk, token: str) -> None:
    assert form_shown_at(KEY, token, desk.clock.now()) is None


def test_it_refuses_a_form_token_signed_with_another_key(desk: StaffDesk) -> None:
    now = desk.clock.now()

    assert form_shown_at(KEY, issue_form_token(b"x" * 32, now), now) is None


def test_it_refuses_a_form_that_is_too_large(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Gunnar").post("/redaksjon/utkast/1", title="x" * 7_000_000)

    assert response.status_code == 413


@pytest.mark.parametrize(("path", "status"), [("/finnes-ikke", 404), ("/arkiv", 405), ("/abonner", 403)])
def test_what_is_refused_unread_is_answered_however_large_it_is(desk: StaffDesk, path: str, status: int) -> None:
    stranger = {"Sec-Fetch-Site": "cross-site"}

    response = desk.browser().client.post(path, data={"address": "x" * 7_000_000}, headers=stranger)

    assert response.status_code == status
