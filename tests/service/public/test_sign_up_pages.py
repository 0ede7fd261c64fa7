"""Signing up: the same answer for everybody, and faults tied to their fields."""

import re
from http.cookies import SimpleCookie

import pytest
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.language import Language
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import unsubscribe
from campaigns.subscribers.links import Purpose
from campaigns.subscribers.subscriber import Consent, Subscriber, SubscriberStatus
from tests.factories.public_site import Site


def sign_up(site: Site, typed: str = "ola@eksempel.no", **fields: object) -> TestResponse:
    data = {"csrf_token": site.form_token, "address": typed, "language": "nb"} | fields
    return site.client.post("/abonner", data=data)


def count(site: Site) -> int:
    with site.service.database.session_scope(read_only=True) as session:
        return len(session.exec(select(Subscriber)).all())


@pytest.mark.parametrize("path", ["/", "/abonner"])
def test_it_asks_for_an_address_and_sets_no_cookie(site: Site, path: str) -> None:
    response = site.client.get(path)

    assert response.status_code == 200
    assert 'autocomplete="email"' in response.text
    assert "Jeg kan melde meg av når som helst." in response.text
    assert not SimpleCookie(response.headers.get("Set-Cookie", ""))


def test_it_ticks_no_box_beforehand(site: Site) -> None:
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', site.client.get("/abonner").text)

    assert len(boxes) == 11
    assert not any("checked" in box for box in boxes)


def test_it_owes_a_confirmation_to_one_who_signs_up(site: Site) -> None:
    response = sign_up(site, language="nn", topics=["kreft", "forskning"])

    found = site.find()
    assert "Sjekk e-posten din" in response.text
    assert found is not None
    assert (found.status, found.mail_due) == (SubscriberStatus.PENDING, "confirm")
    assert (found.language, found.topics) == (Language.NYNORSK, ["forskning", "kreft"])


def test_it_remembers_the_form_and_the_network_and_no_more(site: Site) -> None:
    sign_up(site)

    with site.service.database.session_scope(read_only=True) as session:
        consent = session.exec(select(Consent)).one()
        assert consent.origin == "https://nyhetsbrev.example.no/abonner"
        assert consent.network == "127.0.0.0/24"


@pytest.mark.parametrize("state", ["pending", "confirmed", "unsubscribed"])
def test_it_answers_the_same_whoever_the_address_belongs_to(site: Site, state: str) -> None:
    site.add("kjent@eksempel.no", SubscriberStatus(state))

    known = sign_up(site, "kjent@eksempel.no")
    unknown = sign_up(site, "ukjent@eksempel.no")

    assert known.status_code == unknown.status_code
    assert without_nonces(known) == without_nonces(unknown)
    assert set(known.headers.keys()) == set(unknown.headers.keys())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Skriv e-postadressen din."), ("ola.eksempel.no", "krøllalfa"), ("bjørn@eksempel.no", "æ, ø, å")],
)
def test_it_ties_the_error_to_the_field_and_keeps_what_was_written(site: Site, typed: str, sentence: str) -> None:
    response = sign_up(site, typed, topics=["kreft"])

    assert response.status_code == 422
    assert sentence in response.text
    assert re.search(r'id="address"[^>]*aria-invalid="true"[^>]*aria-describedby="address-feil"', response.text)
    assert 'href="#address"' in response.text
    assert f'value="{typed}"' in response.text
    assert re.search(r'id="tema-kreft"[^>]*checked', response.text)
    assert "<title>Feil: " in response.text
    assert count(site) == 0


def test_it_shows_what_a_stranger_typed_as_text(site: Site) -> None:
    response = sign_up(site, '"><script>alert(1)</script>')

    assert "<script>alert" not in response.text


def test_it_thanks_a_robot_and_does_nothing(site: Site) -> None:
    response = sign_up(site, nettsted="https://spam.example")

    assert "Sjekk e-posten din" in response.text
    assert count(site) == 0


def test_it_asks_one_who_was_faster_than_a_person_to_press_again(site: Site) -> None:
    token = site.form_token
    site.clock.advance(seconds=-4)

    response = site.client.post("/abonner", data={"csrf_token": token, "address": "ola@eksempel.no"})

    assert response.status_code == 422
    assert "Det gikk litt fort" in response.text
    assert count(site) == 0


@pytest.mark.parametrize("token", ["", "1794470400.forged"])
def test_it_refuses_a_form_that_is_not_ours(site: Site, token: str) -> None:
    response = site.client.post("/abonner", data={"csrf_token": token, "address": "ola@eksempel.no"})

    assert response.status_code == 403
    assert count(site) == 0


def test_it_refuses_a_topic_that_is_not_offered(site: Site) -> None:
    response = sign_up(site, topics=["fotball"])

    assert response.status_code == 422
    assert count(site) == 0


def test_it_holds_back_a_network_that_asks_too_often(site: Site) -> None:
    responses = [sign_up(site, f"offer{number}@eksempel.no") for number in range(6)]

    assert [response.status_code for response in responses] == [200] * 5 + [429]
    assert "Vent en time" in responses[-1].text
    assert count(site) == 5


@pytest.mark.parametrize(
    ("asked", "words"), [("nn", "Abonner på nyheitsbrev!"), ("en", "Subscribe to our newsletter!")]
)
def test_it_speaks_the_language_asked_for(site: Site, asked: str, words: str) -> None:
    page = site.client.get(f"/abonner?sprak={asked}").text

    assert f'<html lang="{asked}"' in page
    assert words in page
    assert re.search(rf'id="language-\d" name="language" value="{asked}" checked', page)


def test_it_confirms_by_the_button_and_not_by_the_link(site: Site) -> None:
    sign_up(site)
    link = f"/bekreft/{site.token(Purpose.CONFIRM, 1)}"

    page = site.client.get(link)
    assert "o••@e••.no" in page.text
    assert "ola@" not in page.text
    assert site.status() is SubscriberStatus.PENDING

    done = site.client.post(link, data={"csrf_token": site.form_token})
    assert "Velkommen! Du står på lista" in done.text
    assert site.status() is SubscriberStatus.CONFIRMED


def test_it_welcomes_one_who_opens_the_used_link_again(site: Site) -> None:
    sign_up(site)
    link = f"/bekreft/{site.token(Purpose.CONFIRM, 1)}"
    site.client.post(link, data={"csrf_token": site.form_token})

    assert "Velkommen! Du står på lista" in site.client.get(link).text


def test_it_says_what_to_do_when_the_link_was_used_and_the_reader_has_left_since(site: Site) -> None:
    sign_up(site)
    link = f"/bekreft/{site.token(Purpose.CONFIRM, 1)}"
    site.client.post(link, data={"csrf_token": site.form_token})
    with site.service.database.session_scope() as session:
        unsubscribe(session, site.clock, 1, Origin(where="one-click"))

    responses = [site.client.get(link), site.client.post(link, data={"csrf_token": site.form_token})]

    assert [response.status_code for response in responses] == [410, 410]
    assert "Lenken er brukt før." in responses[0].text
    assert site.status() is SubscriberStatus.UNSUBSCRIBED


def test_it_says_that_a_link_is_too_old(site: Site) -> None:
    sign_up(site)
    link = f"/bekreft/{site.token(Purpose.CONFIRM, 1)}"
    site.clock.advance(hours=73)

    response = site.client.get(link)

    assert response.status_code == 410
    assert "Lenken er for gammel." in response.text


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.PREFERENCES, Purpose.SETTINGS])
def test_it_confirms_nothing_by_a_link_for_something_else(site: Site, purpose: Purpose) -> None:
    sign_up(site)

    response = site.client.post(f"/bekreft/{site.token(purpose, 1)}", data={"csrf_token": site.form_token})

    assert response.status_code == 410
    assert site.status() is SubscriberStatus.PENDING


def without_nonces(response: TestResponse) -> str:
    return re.sub(r'nonce="[^"]*"', "", response.text)
