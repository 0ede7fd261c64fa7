"""The reader's own page: what is known, changing it, a copy of it, and erasing it."""

import json

import pytest
from sqlmodel import select, update

from campaigns.language import Language
from campaigns.subscribers.links import Purpose
from campaigns.subscribers.subscriber import Consent, Frequency, Subscriber, SubscriberStatus, Suppression
from tests.factories.public_site import Site

PARTS = ("", "/tema", "/pause", "/avmelding", "/kopi", "/sletting", "/lenke")
BOTH = pytest.mark.parametrize("purpose", [Purpose.PREFERENCES, Purpose.SETTINGS])


def address(site: Site, purpose: Purpose = Purpose.SETTINGS, **who: object) -> str:
    return f"/innstillinger/{site.token(purpose, site.add(**who))}"  # type: ignore[arg-type]


@BOTH
def test_it_shows_the_state_and_a_masked_address(site: Site, purpose: Purpose) -> None:
    response = site.client.get(address(site, purpose))

    assert response.status_code == 200
    assert "o••@e••.no" in response.text
    assert "ola@" not in response.text
    assert "Du abonnerer" in response.text
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


@BOTH
def test_it_changes_language_and_topics(site: Site, purpose: Purpose) -> None:
    link = address(site, purpose)

    response = site.client.post(link, data={"csrf_token": site.form_token, "language": "en", "topics": ["kreft"]})

    found = site.find()
    assert response.status_code == 303
    assert "Your changes are saved." in site.client.get(response.headers["Location"]).text
    assert found is not None
    assert (found.language, found.topics) == (Language.ENGLISH, ["kreft"])


@BOTH
def test_it_changes_how_often(site: Site, purpose: Purpose) -> None:
    link = address(site, purpose)

    site.client.post(link, data={"csrf_token": site.form_token, "language": "nb", "frequency": "weekly"})

    found = site.find()
    assert found is not None
    assert found.frequency is Frequency.WEEKLY
    assert 'value="weekly" checked' in site.client.get(link).text


@BOTH
def test_it_takes_a_pause_and_ends_it(site: Site, purpose: Purpose) -> None:
    link = address(site, purpose)

    done = site.client.post(f"{link}/pause", data={"csrf_token": site.form_token, "length": "3"})
    resting = site.find()
    page = site.client.get(done.headers["Location"]).text
    site.client.post(f"{link}/pause", data={"csrf_token": site.form_token})

    assert resting is not None
    assert resting.paused_until is not None
    assert "Til 10. august" in page
    assert "Pausen har begynt." in page
    again = site.find()
    assert again is not None
    assert again.paused_until is None


@BOTH
def test_it_leaves_one_topic_and_stays_on(site: Site, purpose: Purpose) -> None:
    link = address(site, purpose)
    topics = ["kreft", "forskning"]
    site.client.post(link, data={"csrf_token": site.form_token, "language": "nb", "topics": topics})
    assert "Slutt med «Kreft»" in site.client.get(link).text

    site.client.post(f"{link}/tema", data={"csrf_token": site.form_token, "topic": "kreft"})

    found = site.find()
    assert found is not None
    assert (found.topics, found.status) == (["forskning"], SubscriberStatus.CONFIRMED)
    assert "Slutt med" not in site.client.get(link).text


@BOTH
def test_it_takes_the_reader_off(site: Site, purpose: Purpose) -> None:
    link = address(site, purpose)

    site.client.post(f"{link}/avmelding", data={"csrf_token": site.form_token})

    assert site.status() is SubscriberStatus.UNSUBSCRIBED
    assert "Du abonnerer ikke" in site.client.get(link).text


def test_it_does_nothing_without_the_forms_own_token(site: Site) -> None:
    link = address(site)

    responses = [site.client.post(f"{link}{path}") for path in PARTS]

    assert {response.status_code for response in responses} == {403}
    assert site.status() is SubscriberStatus.CONFIRMED


def test_it_hands_the_reader_a_copy_of_everything(site: Site) -> None:
    response = site.client.post(f"{address(site)}/kopi", data={"csrf_token": site.form_token})

    held = json.loads(response.text)
    assert held["address"] == "ola@eksempel.no"
    assert "attachment" in response.headers["Content-Disposition"]


def test_it_asks_before_it_erases(site: Site) -> None:
    link = address(site)

    page = site.client.get(f"{link}/sletting")

    assert "Det kan ikke angres." in page.text
    assert site.find() is not None


def test_it_erases_and_forgets(site: Site) -> None:
    link = address(site)

    response = site.client.post(f"{link}/sletting", data={"csrf_token": site.form_token})

    assert "Opplysningene er slettet" in response.text
    assert site.find() is None
    assert site.client.get(link).status_code == 410
    with site.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Consent)).all() == []
        (kept,) = session.exec(select(Suppression)).all()
        assert (kept.reason, len(kept.address_hash)) == ("unsubscribed", 64)


@pytest.mark.parametrize(("method", "path"), [("POST", "/kopi"), ("GET", "/sletting"), ("POST", "/sletting")])
def test_it_neither_copies_nor_erases_by_the_link_in_a_newsletter(site: Site, method: str, path: str) -> None:
    link = address(site, Purpose.PREFERENCES)

    response = site.client.open(f"{link}{path}", method=method, data={"csrf_token": site.form_token})

    assert response.status_code == 403
    assert "ola@" not in response.text
    assert site.find() is not None


def test_it_mails_a_link_of_its_own_at_most_once_a_day(site: Site) -> None:
    link = address(site, Purpose.PREFERENCES)

    for _ in range(3):
        site.client.post(f"{link}/lenke", data={"csrf_token": site.form_token})

    found = site.find()
    assert found is not None
    assert found.mail_due == "settings"
    assert found.mail_due_at is not None
    assert found.mail_due_at < site.clock.now()


def test_it_says_so_when_no_further_link_is_sent(site: Site) -> None:
    link = address(site, Purpose.PREFERENCES)
    first = site.client.post(f"{link}/lenke", data={"csrf_token": site.form_token})
    with site.service.database.session_scope() as session:
        session.exec(update(Subscriber).values(mail_due=None, mail_due_at=None))  # the mail has left

    again = site.client.post(f"{link}/lenke", data={"csrf_token": site.form_token})

    assert "Vi sender deg en e-post" in site.client.get(first.headers["Location"]).text
    assert "Du har nylig fått en slik lenke." in site.client.get(again.headers["Location"]).text


@BOTH
def test_leaving_is_undone_for_an_hour(site: Site, purpose: Purpose) -> None:
    link = address(site, purpose)
    site.client.post(f"{link}/avmelding", data={"csrf_token": site.form_token})
    offered = site.client.get(link).text

    undone = site.client.post(f"{link}/angre", data={"csrf_token": site.form_token})

    assert "Angre avmeldingen" in offered
    assert "Avmeldingen er angret. Alt er som før." in site.client.get(undone.headers["Location"]).text
    assert site.status() is SubscriberStatus.CONFIRMED


def test_leaving_is_not_undone_after_an_hour(site: Site) -> None:
    link = address(site)
    site.client.post(f"{link}/avmelding", data={"csrf_token": site.form_token})
    site.clock.advance(minutes=61)

    late = site.client.post(f"{link}/angre", data={"csrf_token": site.form_token})

    assert "Angre avmeldingen" not in site.client.get(link).text
    assert late.status_code == 410
    assert site.status() is SubscriberStatus.UNSUBSCRIBED


def test_an_old_link_is_told_of_in_its_readers_language(site: Site) -> None:
    link = address(site, language=Language.NYNORSK)
    site.clock.advance(hours=25)

    assert "Lenkja er for gammal." in site.client.get(link).text


def test_erasing_twice_says_the_same_and_the_link_then_says_that_nothing_is_left(site: Site) -> None:
    link = address(site, language=Language.NYNORSK)
    form = {"csrf_token": site.form_token, "sprak": "nn"}

    pages = [site.client.post(f"{link}/sletting", data=form) for _ in range(2)]
    after = site.client.get(link)

    assert [("Opplysningane er sletta" in page.text, page.status_code) for page in pages] == [(True, 200)] * 2
    assert (after.status_code, "Vi har ikke lenger noe lagret om deg." in after.text) == (410, True)


def test_who_confirmed_today_gets_a_link_of_their_own_today(site: Site) -> None:
    site.client.post("/abonner", data={"csrf_token": site.form_token, "address": "ola@eksempel.no"})
    asked = site.find()
    assert asked is not None
    confirmation = site.service.links.token(Purpose.CONFIRM, asked.id or 0, site.clock.now(), epoch=asked.epoch)
    site.client.post(f"/bekreft/{confirmation}", data={"csrf_token": site.form_token})
    link = f"/innstillinger/{site.token(Purpose.PREFERENCES, asked.id or 0)}"

    done = site.client.post(f"{link}/lenke", data={"csrf_token": site.form_token})

    found = site.find()
    assert found is not None
    assert found.mail_due == "settings"
    assert "Vi sender deg en e-post" in site.client.get(done.headers["Location"]).text


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.UNSUBSCRIBE])
def test_it_opens_by_no_other_link(site: Site, purpose: Purpose) -> None:
    assert site.client.get(address(site, purpose)).status_code == 410


def test_it_closes_after_a_day(site: Site) -> None:
    link = address(site)
    site.clock.advance(hours=25)

    response = site.client.get(link)

    assert response.status_code == 410
    assert "Lenken er for gammel." in response.text


def test_it_refuses_a_topic_that_is_not_offered(site: Site) -> None:
    response = site.client.post(address(site), data={"csrf_token": site.form_token, "topics": ["fotball"]})

    assert response.status_code == 422
    assert 'id="topics-feil"' in response.text
