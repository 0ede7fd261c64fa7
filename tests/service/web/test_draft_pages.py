"""The draft page: what is typed is kept, and what is refused changes nothing."""

import pytest

from campaigns.editorial.draft import ChannelName
from tests.factories.draft_page import TRIALS, draft_of, fields_of, post_form, variant_of
from tests.factories.staff_desk import StaffDesk


def test_it_saves_nothing_when_nothing_was_changed(busy_desk: StaffDesk) -> None:
    response = post_form(busy_desk.browser("Astrid"), TRIALS)

    assert response.headers["Location"].endswith("melding=ingen-endring")
    assert draft_of(busy_desk, TRIALS).version == 1


def test_it_saves_what_was_typed_in_every_channel(busy_desk: StaffDesk) -> None:
    changed = {
        "title": "Ny tittel",
        "linkedin.text": "Ny tekst",
        "linkedin.hashtags": "#forskning, helse",
        "blokk-0-text": "Nytt avsnitt",
    }

    response = post_form(busy_desk.browser("Astrid"), TRIALS, **changed)

    draft, linkedin = draft_of(busy_desk, TRIALS), variant_of(busy_desk, TRIALS, ChannelName.LINKEDIN)
    assert response.headers["Location"].endswith("melding=lagret")
    assert (draft.title, draft.blocks[0]["text"]) == ("Ny tittel", "Nytt avsnitt")
    assert (linkedin.text, linkedin.hashtags) == ("Ny tekst", ["forskning", "helse"])


def test_the_history_says_who_did_what(busy_desk: StaffDesk) -> None:
    astrid = busy_desk.browser("Astrid")
    post_form(astrid, TRIALS, title="Ny tittel")

    assert "<strong>Astrid</strong> endret utkastet" in astrid.get(f"/redaksjon/utkast/{TRIALS}").text


def test_it_keeps_what_the_form_does_not_show(busy_desk: StaffDesk) -> None:
    before = draft_of(busy_desk, TRIALS).blocks

    post_form(busy_desk.browser("Astrid"), TRIALS, title="Ny tittel")

    assert draft_of(busy_desk, TRIALS).blocks == before


def test_it_switches_a_channel_off_and_keeps_its_text(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Astrid")
    fields = fields_of(browser.get(f"/redaksjon/utkast/{TRIALS}").text)
    del fields["facebook.enabled"]

    browser.post(f"/redaksjon/utkast/{TRIALS}", **fields)

    facebook = variant_of(busy_desk, TRIALS, ChannelName.FACEBOOK)
    assert (facebook.enabled, bool(facebook.text)) == (False, True)


def test_it_moves_the_slot_with_the_rest(busy_desk: StaffDesk) -> None:
    post_form(busy_desk.browser("Astrid"), TRIALS, title="Ny tittel", slot_date="2027-05-21", slot_time="10:30")

    draft = draft_of(busy_desk, TRIALS)
    assert draft.slot_at is not None
    assert (draft.title, draft.slot_at.isoformat()) == ("Ny tittel", "2027-05-21T08:30:00+00:00")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "Skriv en overskrift."),
        ({"title": "To\nlinjer"}, "må stå på én linje"),
        ({"linkedin.link": "javascript:alert(1)"}, "Lenken må begynne med https://"),
        ({"linkedin.hashtags": "#to-ord"}, "kan bare ha bokstaver, tall og understrek"),
        ({"slot_date": "2027-05-20", "slot_time": ""}, "Velg både dato og klokkeslett"),
        ({"slot_date": "2027-05-01"}, "er passert"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(
    busy_desk: StaffDesk, changed: dict[str, str], said: str
) -> None:
    response = post_form(busy_desk.browser("Astrid"), TRIALS, **({"facebook.text": "Tatt vare på"} | changed))

    assert response.status_code == 422
    assert said in response.text
    assert "Tatt vare på" in response.text
    assert draft_of(busy_desk, TRIALS).version == 1


def test_it_keeps_a_persons_text_when_somebody_else_was_first(busy_desk: StaffDesk) -> None:
    astrid, gunnar = busy_desk.browser("Astrid"), busy_desk.browser("Gunnar")
    opened = fields_of(astrid.get(f"/redaksjon/utkast/{TRIALS}").text)
    post_form(gunnar, TRIALS, title="Gunnars tittel")

    response = astrid.post(f"/redaksjon/utkast/{TRIALS}", **(opened | {"linkedin.text": "Astrids tekst"}))

    assert response.status_code == 409
    assert "Astrids tekst" in response.text
    assert response.text.count("overskriften") == 1  # what is new is said, and said once
    assert draft_of(busy_desk, TRIALS).title == "Gunnars tittel"


def test_it_shows_scripts_in_a_text_as_text(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Astrid")
    post_form(browser, TRIALS, **{"title": "<script>alert(1)</script>", "linkedin.text": "{{ 7*7 }}</textarea><b>"})

    page = browser.get(f"/redaksjon/utkast/{TRIALS}").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
    assert "</textarea><b>" not in page


def test_a_block_button_shows_the_form_again_and_saves_nothing(busy_desk: StaffDesk) -> None:
    response = post_form(busy_desk.browser("Astrid"), TRIALS, title="Ulagret", **{"legg-til": "quote"})

    assert response.status_code == 200
    assert 'value="Ulagret"' in response.text
    assert 'data-kind="quote"' in response.text
    assert draft_of(busy_desk, TRIALS).version == 1


def test_an_auditor_reads_and_gets_no_buttons(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Revisor").get(f"/redaksjon/utkast/{TRIALS}").text

    assert "Den internasjonale dagen for kliniske studier" in page
    assert "<textarea" not in page


def test_it_starts_a_piece_of_news(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")

    refused = browser.post("/redaksjon/utkast/ny", title="", language="nn")
    made = browser.post("/redaksjon/utkast/ny", title="Seminar i august", language="nn")

    assert (refused.status_code, made.status_code) == (422, 303)
    assert draft_of(desk, 1).language.value == "nn"
    assert browser.get(made.headers["Location"]).status_code == 200


def test_a_draft_that_is_not_there_is_said_so(desk: StaffDesk) -> None:
    response = desk.browser("Astrid").get("/redaksjon/utkast/7")

    assert response.status_code == 404
    assert "Utkast 7 finnes ikke." in response.text
