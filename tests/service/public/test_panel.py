"""The sign-up form on the monitor's own site: in its frame, or as a field that leads here."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.subscribers.subscriber import SubscriberStatus
from campaigns.subscribers.throttle import Asker, admit
from tests.factories.public_site import Site

CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://www.helseomsorg21monitor.no"}


def framers(site: Site, path: str = "/abonner/panel") -> str:
    policy = site.client.get(path).headers["Content-Security-Policy"]
    return next(part for part in policy.split("; ") if part.startswith("frame-ancestors"))


def test_a_form_that_lay_open_too_long_is_opened_again_from_the_page_that_says_so(site: Site) -> None:
    form = {"csrf_token": site.form_token, "address": "ola@eksempel.no", "sprak": "nn"}
    site.clock.advance(hours=13)

    refused = site.client.post("/abonner/panel", data=form)

    assert refused.status_code == 403
    assert "Skjemaet kan ikkje brukast" in refused.text
    assert "Opne det på nytt" in refused.text
    assert 'href="/abonner/panel?sprak=nn"' in refused.text


def test_a_fault_in_the_panel_stands_by_its_field_and_only_there(site: Site) -> None:
    answer = site.client.post("/abonner/panel", data={"csrf_token": site.form_token, "address": "ola"})

    assert answer.status_code == 422
    assert answer.text.count("mangler krøllalfa (@)") == 1
    assert 'aria-describedby="address-feil"' in answer.text


def test_only_the_monitors_site_may_show_the_panel(site: Site) -> None:
    assert framers(site) == "frame-ancestors https://www.helseomsorg21monitor.no"
    assert framers(site, "/abonner") == "frame-ancestors 'none'"


def test_other_sites_may_be_named(make_site: Callable[..., Any]) -> None:
    site = make_site(panel_origins=("https://a.example.no", "https://b.example.no:8443"))

    assert framers(site) == "frame-ancestors https://a.example.no https://b.example.no:8443"


def test_the_panel_sets_no_cookie_and_fetches_nothing_from_others(site: Site) -> None:
    response = site.client.get("/abonner/panel")

    assert "Set-Cookie" not in response.headers
    assert "https://" not in response.text.replace(site.service.settings.public_url, "")


@pytest.mark.parametrize(("language", "words"), [("nn", "Abonner på nyheitsbrev!"), ("en", "Subscribe")])
def test_the_panel_speaks_the_language_asked_for(site: Site, language: str, words: str) -> None:
    page = site.client.get(f"/abonner/panel?sprak={language}").text

    assert f'<html lang="{language}"' in page
    assert words in page


def test_one_signs_up_in_the_panel_and_stays_in_it(site: Site) -> None:
    data = {"csrf_token": site.form_token, "address": "ola@eksempel.no"}

    response = site.client.post("/abonner/panel", data=data, headers={"Sec-Fetch-Site": "same-origin"})

    assert "Sjekk e-posten din" in response.text
    assert "frame-ancestors https://" in response.headers["Content-Security-Policy"]
    assert site.status() is SubscriberStatus.PENDING


def test_a_fault_is_shown_in_the_panel(site: Site) -> None:
    response = site.client.post("/abonner/panel", data={"csrf_token": site.form_token, "address": "ola"})

    assert response.status_code == 422
    assert 'aria-describedby="address-feil"' in response.text
    assert "public-header" not in response.text


def test_a_field_on_another_site_leads_to_the_form_and_signs_nobody_up(site: Site) -> None:
    response = site.client.post("/abonner/skjema", data={"address": "ola@eksempel.no"}, headers=CROSS_SITE)

    assert response.status_code == 200
    assert 'value="ola@eksempel.no"' in response.text
    assert site.find() is None


def test_another_site_cannot_sign_anybody_up(site: Site) -> None:
    data = {"csrf_token": site.form_token, "address": "ola@eksempel.no"}

    assert site.client.post("/abonner", data=data, headers=CROSS_SITE).status_code == 403
    assert site.find() is None


def raised(site: Site) -> None:
    with site.service.database.session_scope() as session:
        for number in range(30):
            asker = Asker(domain=f"d{number}.no", network=f"10.0.{number}.0/24")
            admit(session, site.clock, asker, site.service.keyring, site.service.sign_up_limits)


@pytest.mark.parametrize("path", ["/", "/abonner", "/abonner/panel"])
def test_the_work_is_asked_for_only_while_the_rate_is_raised(site: Site, path: str) -> None:
    calm = site.client.get(path).text
    raised(site)
    busy = site.client.get(path).text

    assert "data-proof" not in calm
    assert 'data-ask="/abonner/oppgave"' in busy
    assert "mailto:redaksjonen@monitor.example.no" in busy


def test_without_the_work_one_is_told_what_to_do_and_loses_nothing(site: Site) -> None:
    raised(site)

    data = {"csrf_token": site.form_token, "address": "ola@eksempel.no", "frequency": "weekly"}
    response = site.client.post("/abonner", data=data)

    assert response.status_code == 422
    assert "regnestykke" in response.text
    assert 'value="ola@eksempel.no"' in response.text
    assert 'value="weekly" checked' in response.text
    assert site.find() is None


def test_the_challenge_is_never_kept_by_a_cache(site: Site) -> None:
    response = site.client.get("/abonner/oppgave")

    assert response.get_json()["parameters"]["algorithm"] == "PBKDF2/SHA-256"
    assert response.headers["Cache-Control"] == "no-store"
