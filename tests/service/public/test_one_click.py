"""Unsubscribing, sentence by sentence of the e-mail contract (E-40…E-48, acceptance test 5)."""

import pytest
from sqlmodel import col, select

from campaigns.audit import AuditEvent
from campaigns.language import Language
from campaigns.subscribers.audience import may_receive
from campaigns.subscribers.links import Purpose
from campaigns.subscribers.subscriber import Consent, SubscriberStatus
from tests.factories.public_site import Site

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ON, OFF = SubscriberStatus.CONFIRMED, SubscriberStatus.UNSUBSCRIBED


@pytest.fixture
def address(site: Site) -> str:
    return f"/u/{site.token(Purpose.UNSUBSCRIBE, site.add())}"


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_it_takes_one_off_at_once_by_either_kind_of_form(site: Site, address: str, content_type: str) -> None:
    response = site.client.post(address, data=ONE_CLICK, content_type=content_type)

    assert (response.status_code, response.mimetype) == (200, "text/plain")
    assert response.text == "Du er meldt av nyhetsbrevet.\n"
    assert site.status() is OFF


@pytest.mark.parametrize("body", ["list-unsubscribe=one-click", "List-Unsubscribe=One-Click\r\n"])
@pytest.mark.parametrize("content_type", ["Application/X-WWW-Form-UrlEncoded", "text/plain", None])
def test_it_is_kind_to_senders_that_are_sloppy_with_letters_and_types(
    site: Site, address: str, body: str, content_type: str | None
) -> None:
    response = site.client.post(address, data=body.encode(), content_type=content_type)

    assert response.status_code == 200
    assert site.status() is OFF


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_it_changes_nothing_for_a_scanner_that_follows_the_link(site: Site, address: str, method: str) -> None:
    response = site.client.open(address, method=method)

    assert response.status_code == 200
    assert site.status() is ON


@pytest.mark.parametrize("data", [{}, {"submit": "ja"}, {"List-Unsubscribe": "nei"}, {"One-Click": "List-Unsubscribe"}])
def test_it_changes_nothing_for_a_scanner_that_posts_another_form(
    site: Site, address: str, data: dict[str, str]
) -> None:
    response = site.client.post(address, data=data)

    assert response.status_code == 400
    assert site.status() is ON


def test_it_shows_a_page_with_one_button_that_posts_what_a_mail_program_would(site: Site, address: str) -> None:
    page = site.client.get(address).text

    assert page.count("<button") == 1
    assert '<form method="post">' in page
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in page
    assert "eksempel" not in page


def test_it_answers_the_button_with_a_page(site: Site, address: str) -> None:
    response = site.client.post(address, data=ONE_CLICK | {"fra-siden": "ja"})

    assert response.mimetype == "text/html"
    assert "Du er meldt av" in response.text
    assert site.status() is OFF


def test_it_does_nothing_the_second_time_and_says_the_same(site: Site, address: str) -> None:
    first = site.client.post(address, data=ONE_CLICK)
    second = site.client.post(address, data=ONE_CLICK)

    with site.service.database.session_scope(read_only=True) as session:
        events = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "subscriber.unsubscribed")).all()
        steps = session.exec(select(Consent)).all()
    assert (first.status_code, first.data) == (second.status_code, second.data)
    assert (len(events), len(steps)) == (1, 1)


def test_a_slip_is_undone_by_the_button_on_the_page(site: Site, address: str) -> None:
    page = site.client.post(address, data=ONE_CLICK | {"fra-siden": "ja"}).text

    twice = [site.client.post(address, data={"angre": "ja"}) for _ in range(2)]

    assert 'name="angre"' in page
    assert [(one.status_code, "Du står på lista igjen" in one.text) for one in twice] == [(200, True)] * 2
    assert site.status() is ON


def test_what_was_long_ago_and_what_nobody_has_get_the_same_no(site: Site, address: str) -> None:
    site.client.post(address, data=ONE_CLICK)
    site.clock.advance(minutes=61)

    late, unknown = (site.client.post(where, data={"angre": "ja"}) for where in (address, "/u/ukjent"))

    assert (late.status_code, late.data) == (unknown.status_code, unknown.data)
    assert "Avmeldingen kan ikke angres lenger." in late.text
    assert site.status() is OFF


@pytest.mark.parametrize("token", ["x", "a" * 61, "ukjent.token", "../etc/passwd", "%00"])
@pytest.mark.parametrize("data", [ONE_CLICK, ONE_CLICK | {"fra-siden": "ja"}])
def test_it_tells_nobody_whether_a_token_is_known(site: Site, address: str, token: str, data: dict[str, str]) -> None:
    known = site.client.post(address, data=data)
    unknown = site.client.post(f"/u/{token}", data=data)

    assert (unknown.status_code, unknown.data) == (known.status_code, known.data)


def test_it_shows_the_same_page_for_a_token_nobody_has(site: Site, address: str) -> None:
    assert site.client.get("/u/ukjent").data == site.client.get(address).data


@pytest.mark.parametrize("spelling", ["/u/{}", "/u/{}/", "/u/{}//", "/u//{}", "/u/{}?utm_source=mail"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_it_never_answers_with_a_redirect(site: Site, address: str, spelling: str, method: str) -> None:
    token = address.removeprefix("/u/")

    response = site.client.open(spelling.format(token), method=method, data=ONE_CLICK)

    assert not 300 <= response.status_code < 400


def test_it_takes_one_off_by_an_address_with_a_slash_at_the_end(site: Site, address: str) -> None:
    site.client.post(f"{address}/", data=ONE_CLICK)

    assert site.status() is OFF


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_sets_no_cookie_and_is_kept_by_nobody(site: Site, address: str, method: str) -> None:
    response = site.client.open(address, method=method, data=ONE_CLICK)

    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_it_needs_no_form_token_and_minds_no_foreign_origin(site: Site, address: str) -> None:
    headers = {"Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"}

    response = site.client.post(address, data=ONE_CLICK, headers=headers)

    assert response.status_code == 200
    assert site.status() is OFF


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.PREFERENCES, Purpose.SETTINGS])
def test_it_takes_nobody_off_by_a_link_for_something_else(site: Site, purpose: Purpose) -> None:
    site.client.post(f"/u/{site.token(purpose, site.add())}", data=ONE_CLICK)

    assert site.status() is ON


def test_it_takes_off_the_one_the_token_is_for_and_nobody_else(site: Site, address: str) -> None:
    site.add("kari@eksempel.no")

    site.client.post(address, data=ONE_CLICK)

    assert site.status("kari@eksempel.no") is ON


def test_it_holds_for_every_delivery_that_has_not_begun(site: Site) -> None:
    subscriber_id = site.add()
    site.client.post(f"/u/{site.token(Purpose.UNSUBSCRIBE, subscriber_id)}", data=ONE_CLICK)

    with site.service.database.session_scope(read_only=True) as session:
        assert not may_receive(session, subscriber_id)


def test_it_owes_no_mail_to_one_who_has_left(site: Site, address: str) -> None:
    site.client.post(address, data=ONE_CLICK)

    found = site.find()
    assert found is not None
    assert found.mail_due is None


def test_it_speaks_the_readers_language(site: Site) -> None:
    token = site.token(Purpose.UNSUBSCRIBE, site.add(language=Language.ENGLISH))

    page = site.client.get(f"/u/{token}").text

    assert '<html lang="en"' in page
    assert "Unsubscribe me" in page
