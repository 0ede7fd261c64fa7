"""The draft page: what is typed is kept, what is refused changes nothing, and a yes is to what was seen."""

import re
from typing import Any

import pytest
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.editorial.draft import ChannelName, Draft, DraftStatus, Variant
from tests.factories.staff_desk import Browser, StaffDesk

TRIALS, FIGURES, CHANGES_WANTED, SCHEDULED, REJECTED, WITHDRAWN = range(1, 7)


def _draft(desk: StaffDesk, draft_id: int) -> Draft:
    with desk.service.database.session_scope(read_only=True) as session:
        found = session.get_one(Draft, draft_id)
        session.expunge(found)
        return found


def _variant(desk: StaffDesk, draft_id: int, channel: ChannelName) -> Variant:
    with desk.service.database.session_scope(read_only=True) as session:
        found = session.exec(select(Variant).where(Variant.draft_id == draft_id, Variant.channel == channel)).one()
        session.expunge(found)
        return found


def _fields(page: str) -> dict[str, str]:
    """The draft form's fields as a browser would send them back."""
    form = page[page.index('<form id="utkast"') : page.index("</form>", page.index('<form id="utkast"'))]
    found = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*? name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL))
    unticked = re.findall(r'<input[^>]*type="checkbox"[^>]*name="([^"]+)"(?![^>]*checked)[^>]*>', form)
    return {name: value for name, value in found.items() if name not in {*unticked, "csrf_token"}}


def _post_form(browser: Browser, draft_id: int, where: str = "", **changed: Any) -> TestResponse:
    fields = _fields(browser.get(f"/redaksjon/utkast/{draft_id}?rediger=1").text)
    return browser.post(f"/redaksjon/utkast/{draft_id}{where}", **(fields | changed))


def test_it_saves_nothing_when_nothing_was_changed(busy_desk: StaffDesk) -> None:
    response = _post_form(busy_desk.browser("Astrid"), TRIALS)

    assert response.headers["Location"].endswith("melding=ingen-endring")
    assert _draft(busy_desk, TRIALS).version == 1


def test_it_saves_what_was_typed_in_every_channel(busy_desk: StaffDesk) -> None:
    changed = {
        "title": "Ny tittel",
        "linkedin.text": "Ny tekst",
        "linkedin.hashtags": "#forskning, helse",
        "blokk-0-text": "Nytt avsnitt",
    }

    response = _post_form(busy_desk.browser("Astrid"), TRIALS, **changed)

    draft, linkedin = _draft(busy_desk, TRIALS), _variant(busy_desk, TRIALS, ChannelName.LINKEDIN)
    assert response.headers["Location"].endswith("melding=lagret")
    assert (draft.title, draft.blocks[0]["text"]) == ("Ny tittel", "Nytt avsnitt")
    assert (linkedin.text, linkedin.hashtags) == ("Ny tekst", ["forskning", "helse"])


def test_it_keeps_what_the_form_does_not_show(busy_desk: StaffDesk) -> None:
    before = _draft(busy_desk, TRIALS).blocks

    _post_form(busy_desk.browser("Astrid"), TRIALS, title="Ny tittel")

    assert _draft(busy_desk, TRIALS).blocks == before


def test_it_switches_a_channel_off_and_keeps_its_text(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Astrid")
    fields = _fields(browser.get(f"/redaksjon/utkast/{TRIALS}").text)
    del fields["facebook.enabled"]

    browser.post(f"/redaksjon/utkast/{TRIALS}", **fields)

    facebook = _variant(busy_desk, TRIALS, ChannelName.FACEBOOK)
    assert (facebook.enabled, bool(facebook.text)) == (False, True)


def test_it_moves_the_slot_with_the_rest(busy_desk: StaffDesk) -> None:
    _post_form(busy_desk.browser("Astrid"), TRIALS, title="Ny tittel", slot_date="2027-05-21", slot_time="10:30")

    draft = _draft(busy_desk, TRIALS)
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
    response = _post_form(busy_desk.browser("Astrid"), TRIALS, **({"facebook.text": "Tatt vare på"} | changed))

    assert response.status_code == 422
    assert said in response.text
    assert "Tatt vare på" in response.text
    assert _draft(busy_desk, TRIALS).version == 1


def test_it_keeps_a_persons_text_when_somebody_else_was_first(busy_desk: StaffDesk) -> None:
    astrid, gunnar = busy_desk.browser("Astrid"), busy_desk.browser("Gunnar")
    opened = _fields(astrid.get(f"/redaksjon/utkast/{TRIALS}").text)
    _post_form(gunnar, TRIALS, title="Gunnars tittel")

    response = astrid.post(f"/redaksjon/utkast/{TRIALS}", **(opened | {"linkedin.text": "Astrids tekst"}))

    assert response.status_code == 409
    assert "Astrids tekst" in response.text
    assert "overskriften" in response.text
    assert _draft(busy_desk, TRIALS).title == "Gunnars tittel"


def test_it_shows_scripts_in_a_text_as_text(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Astrid")
    _post_form(browser, TRIALS, **{"title": "<script>alert(1)</script>", "linkedin.text": "{{ 7*7 }}</textarea><b>"})

    page = browser.get(f"/redaksjon/utkast/{TRIALS}").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
    assert "</textarea><b>" not in page


def test_a_block_button_shows_the_form_again_and_saves_nothing(busy_desk: StaffDesk) -> None:
    response = _post_form(busy_desk.browser("Astrid"), TRIALS, title="Ulagret", **{"legg-til": "quote"})

    assert response.status_code == 200
    assert 'value="Ulagret"' in response.text
    assert 'data-kind="quote"' in response.text
    assert _draft(busy_desk, TRIALS).version == 1


def test_it_submits_what_is_in_the_form(busy_desk: StaffDesk) -> None:
    response = _post_form(busy_desk.browser("Astrid"), TRIALS, "/innsending", title="Endret og sendt")

    draft = _draft(busy_desk, TRIALS)
    assert response.status_code == 303
    assert (draft.title, draft.status) == ("Endret og sendt", DraftStatus.IN_REVIEW)


def test_it_does_not_submit_for_a_day_that_is_barred(busy_desk: StaffDesk) -> None:
    response = _post_form(busy_desk.browser("Astrid"), TRIALS, "/innsending", slot_date="2027-05-17")

    assert response.status_code == 422
    assert "ingenting publiseres denne dagen" in response.text
    assert _draft(busy_desk, TRIALS).status is DraftStatus.DRAFT


def test_it_names_the_time_on_the_button_that_approves(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Gunnar").get(f"/redaksjon/utkast/{FIGURES}").text

    assert "Godkjenn – går ut onsdag 12. mai kl. 09.00" in page


def test_it_approves_exactly_what_the_page_showed(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Gunnar")
    seen = re.findall(r'name="sha256" value="([0-9a-f]{64})"', browser.get(f"/redaksjon/utkast/{FIGURES}").text)

    response = browser.post(f"/redaksjon/utkast/{FIGURES}/godkjenning", sha256=seen[0])

    draft = _draft(busy_desk, FIGURES)
    assert response.status_code == 303
    assert (draft.status, draft.approved_sha256) == (DraftStatus.SCHEDULED, seen[0])


def test_it_does_not_approve_what_was_changed_after_it_was_seen(busy_desk: StaffDesk) -> None:
    seen = _draft(busy_desk, FIGURES).content_sha256
    _post_form(busy_desk.browser("Astrid"), FIGURES, title="Endret etterpå")

    response = busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{FIGURES}/godkjenning", sha256=seen)

    assert response.status_code == 409
    assert "overskriften" in response.text
    assert _draft(busy_desk, FIGURES).status is DraftStatus.IN_REVIEW


def test_it_offers_no_approval_to_who_edited_last(busy_desk: StaffDesk) -> None:
    gunnar = busy_desk.browser("Gunnar")
    _post_form(gunnar, FIGURES, title="Gunnar rettet litt")

    page = gunnar.get(f"/redaksjon/utkast/{FIGURES}").text
    answer = gunnar.post(f"/redaksjon/utkast/{FIGURES}/godkjenning", sha256=_draft(busy_desk, FIGURES).content_sha256)

    assert "Du har endret dette sist. En annen må godkjenne det." in page
    assert "/godkjenning" not in page
    assert answer.status_code == 403


@pytest.mark.parametrize("where", ["endringsonske", "avvisning"])
def test_it_asks_why_when_somebody_says_no(busy_desk: StaffDesk, where: str) -> None:
    response = busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{FIGURES}/{where}", comment=" ")

    assert response.status_code == 422
    assert 'id="comment-feil"' in response.text
    assert _draft(busy_desk, FIGURES).status is DraftStatus.IN_REVIEW


@pytest.mark.parametrize(
    ("where", "status"), [("endringsonske", DraftStatus.CHANGES_REQUESTED), ("avvisning", DraftStatus.REJECTED)]
)
def test_it_passes_the_comment_on_to_the_author(busy_desk: StaffDesk, where: str, status: DraftStatus) -> None:
    busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{FIGURES}/{where}", comment="Skriv kortere.")

    assert _draft(busy_desk, FIGURES).status is status
    assert "Skriv kortere." in busy_desk.browser("Astrid").get(f"/redaksjon/utkast/{FIGURES}").text


def test_it_asks_for_a_new_approval_when_an_approved_slot_moves(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Gunnar").post(
        f"/redaksjon/utkast/{SCHEDULED}/tidspunkt", slot_date="2027-05-21", slot_time="09:00"
    )

    assert response.status_code == 303
    assert _draft(busy_desk, SCHEDULED).status is DraftStatus.IN_REVIEW


@pytest.mark.parametrize(("on", "at"), [("", ""), ("2027-05-17", "09:00"), ("2027-05-02", "09:00"), ("i morgen", "9")])
def test_it_keeps_the_slot_when_the_new_one_will_not_do(busy_desk: StaffDesk, on: str, at: str) -> None:
    response = busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{SCHEDULED}/tidspunkt", slot_date=on, slot_time=at)

    assert response.status_code == 422
    assert 'id="slot-feil"' in response.text
    assert _draft(busy_desk, SCHEDULED).status is DraftStatus.SCHEDULED


def test_it_warns_before_an_approved_draft_is_edited(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get(f"/redaksjon/utkast/{SCHEDULED}?rediger=1").text

    assert "faller godkjenningen bort" in page


def test_it_withdraws_and_takes_it_back(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Astrid")
    browser.post(f"/redaksjon/utkast/{SCHEDULED}/tilbaketrekking", comment="Feil tall")
    withdrawn = _draft(busy_desk, SCHEDULED).status
    offered = browser.get(f"/redaksjon/utkast/{SCHEDULED}").text
    browser.post(f"/redaksjon/utkast/{SCHEDULED}/gjenapning")

    assert withdrawn is DraftStatus.WITHDRAWN
    assert "Åpne igjen" in offered
    assert _draft(busy_desk, SCHEDULED).status is DraftStatus.DRAFT


def test_it_tells_the_history_in_words(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get(f"/redaksjon/utkast/{CHANGES_WANTED}").text

    assert "ba om endringer" in page
    assert "Kan vi si hva dagen betyr for helsedata?" in page
    assert "draft.changes_requested" not in page


def test_an_auditor_reads_and_gets_no_buttons(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Revisor").get(f"/redaksjon/utkast/{TRIALS}").text

    assert "Den internasjonale dagen for kliniske studier" in page
    assert "<textarea" not in page


def test_it_starts_a_piece_of_news(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")

    refused = browser.post("/redaksjon/utkast/ny", title="", language="nn")
    made = browser.post("/redaksjon/utkast/ny", title="Seminar i august", language="nn")

    assert (refused.status_code, made.status_code) == (422, 303)
    assert _draft(desk, 1).language.value == "nn"
    assert browser.get(made.headers["Location"]).status_code == 200


def test_a_draft_that_is_not_there_is_said_so(desk: StaffDesk) -> None:
    response = desk.browser("Astrid").get("/redaksjon/utkast/7")

    assert response.status_code == 404
    assert "Utkast 7 finnes ikke." in response.text
