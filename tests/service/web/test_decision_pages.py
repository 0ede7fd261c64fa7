"""Deciding about a draft: a yes is to what was seen, and a no says why."""

import re
from datetime import UTC, datetime

import pytest

from campaigns.editorial.draft import DraftStatus
from tests.factories.draft_page import (
    CHANGES_WANTED,
    FIGURES,
    SCHEDULED,
    TRIALS,
    draft_of,
    post_form,
)
from tests.factories.staff_desk import StaffDesk


def test_it_submits_what_is_in_the_form(busy_desk: StaffDesk) -> None:
    response = post_form(busy_desk.browser("Astrid"), TRIALS, "/innsending", title="Endret og sendt")

    draft = draft_of(busy_desk, TRIALS)
    assert response.status_code == 303
    assert (draft.title, draft.status) == ("Endret og sendt", DraftStatus.IN_REVIEW)


def test_it_does_not_submit_for_a_day_that_is_barred(busy_desk: StaffDesk) -> None:
    response = post_form(busy_desk.browser("Astrid"), TRIALS, "/innsending", slot_date="2027-05-17")

    assert response.status_code == 422
    assert "ingenting publiseres denne dagen" in response.text
    assert draft_of(busy_desk, TRIALS).status is DraftStatus.DRAFT


def test_it_names_the_time_on_the_button_that_approves(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Gunnar").get(f"/redaksjon/utkast/{FIGURES}").text

    assert "Godkjenn – går ut onsdag 12. mai kl.\N{NO-BREAK SPACE}09.00" in page


def test_it_tells_the_approver_how_many_readers_it_goes_to(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Gunnar").get(f"/redaksjon/utkast/{FIGURES}").text

    assert re.search(r"Nyhetsbrevet går til [1-9]\d* lesere\.", page)


def test_it_approves_exactly_what_the_page_showed(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Gunnar")
    seen = re.findall(r'name="sha256" value="([0-9a-f]{64})"', browser.get(f"/redaksjon/utkast/{FIGURES}").text)

    response = browser.post(f"/redaksjon/utkast/{FIGURES}/godkjenning", sha256=seen[0])

    draft = draft_of(busy_desk, FIGURES)
    assert response.status_code == 303
    assert (draft.status, draft.approved_sha256) == (DraftStatus.SCHEDULED, seen[0])


def test_it_does_not_approve_what_was_changed_after_it_was_seen(busy_desk: StaffDesk) -> None:
    seen = draft_of(busy_desk, FIGURES).content_sha256
    post_form(busy_desk.browser("Astrid"), FIGURES, title="Endret etterpå")

    response = busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{FIGURES}/godkjenning", sha256=seen)

    assert response.status_code == 409
    assert "overskriften" in response.text
    assert draft_of(busy_desk, FIGURES).status is DraftStatus.IN_REVIEW


def test_it_offers_no_approval_to_who_edited_last(busy_desk: StaffDesk) -> None:
    gunnar = busy_desk.browser("Gunnar")
    post_form(gunnar, FIGURES, title="Gunnar rettet litt")

    page = gunnar.get(f"/redaksjon/utkast/{FIGURES}").text
    answer = gunnar.post(f"/redaksjon/utkast/{FIGURES}/godkjenning", sha256=draft_of(busy_desk, FIGURES).content_sha256)

    assert "Du har endret dette sist. Den som sendte det inn, må se over endringen før du kan godkjenne." in page
    assert "/godkjenning" not in page
    assert answer.status_code == 403


@pytest.mark.parametrize("where", ["endringsonske", "avvisning"])
def test_it_asks_why_when_somebody_says_no(busy_desk: StaffDesk, where: str) -> None:
    response = busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{FIGURES}/{where}", comment=" ")

    assert response.status_code == 422
    assert 'id="comment-feil"' in response.text
    long = busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{FIGURES}/{where}", comment="Kort! " * 700)
    assert (long.status_code, "Kort! Kort!" in long.text) == (422, True)
    assert draft_of(busy_desk, FIGURES).status is DraftStatus.IN_REVIEW


@pytest.mark.parametrize(
    ("where", "status"), [("endringsonske", DraftStatus.CHANGES_REQUESTED), ("avvisning", DraftStatus.REJECTED)]
)
def test_it_passes_the_comment_on_to_the_author(busy_desk: StaffDesk, where: str, status: DraftStatus) -> None:
    busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{FIGURES}/{where}", comment="Skriv kortere.", version="1")

    assert draft_of(busy_desk, FIGURES).status is status
    assert "Skriv kortere." in busy_desk.browser("Astrid").get(f"/redaksjon/utkast/{FIGURES}").text


def test_it_asks_for_a_new_approval_when_an_approved_slot_moves(busy_desk: StaffDesk) -> None:
    response = busy_desk.browser("Gunnar").post(
        f"/redaksjon/utkast/{SCHEDULED}/tidspunkt",
        slot_date="2027-05-21",
        slot_time="09:00",
        version=draft_of(busy_desk, SCHEDULED).version,
    )

    assert response.status_code == 303
    assert response.location.endswith("melding=flyttet-uten-godkjenning")
    assert draft_of(busy_desk, SCHEDULED).status is DraftStatus.IN_REVIEW


@pytest.mark.parametrize("where", ["endringsonske", "avvisning"])
def test_a_no_to_what_has_changed_since_is_not_passed_on_and_its_words_are_kept(
    busy_desk: StaffDesk, where: str
) -> None:
    gunnar = busy_desk.browser("Gunnar")
    assert 'name="version" value="1"' in gunnar.get(f"/redaksjon/utkast/{FIGURES}").text
    post_form(busy_desk.browser("Astrid"), FIGURES, title="Astrid rettet det alt")

    answer = gunnar.post(f"/redaksjon/utkast/{FIGURES}/{where}", comment="Rett <tittelen>.", version="1")

    assert answer.status_code == 409
    assert "Noen endret utkastet mens du hadde det åpent" in answer.text
    assert "Rett &lt;tittelen&gt;." in answer.text
    assert draft_of(busy_desk, FIGURES).status is DraftStatus.IN_REVIEW


@pytest.mark.parametrize("version", ["", "to", "2", "9" * 5_000])
def test_a_no_without_a_version_that_was_shown_is_a_no_to_nothing(busy_desk: StaffDesk, version: str) -> None:
    answer = busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{FIGURES}/avvisning", comment="Nei.", version=version)

    assert answer.status_code == 409
    assert draft_of(busy_desk, FIGURES).status is DraftStatus.IN_REVIEW


def test_a_page_that_is_behind_does_not_move_the_slot(busy_desk: StaffDesk) -> None:
    seen = draft_of(busy_desk, SCHEDULED)
    astrid, address = busy_desk.browser("Astrid"), f"/redaksjon/utkast/{SCHEDULED}/tidspunkt"
    moved = {"slot_date": "2027-05-21", "slot_time": "09:00", "version": seen.version}
    assert astrid.post(address, **moved).status_code == 303

    answer = busy_desk.browser("Gunnar").post(address, **(moved | {"slot_date": "2027-05-24"}))

    assert answer.status_code == 409
    assert draft_of(busy_desk, SCHEDULED).slot_at == datetime(2027, 5, 21, 7, tzinfo=UTC)


@pytest.mark.parametrize(("on", "at"), [("", ""), ("2027-05-17", "09:00"), ("2027-05-02", "09:00"), ("i morgen", "9")])
def test_it_keeps_the_slot_when_the_new_one_will_not_do(busy_desk: StaffDesk, on: str, at: str) -> None:
    response = busy_desk.browser("Gunnar").post(f"/redaksjon/utkast/{SCHEDULED}/tidspunkt", slot_date=on, slot_time=at)

    assert response.status_code == 422
    assert 'id="slot-feil"' in response.text
    assert draft_of(busy_desk, SCHEDULED).status is DraftStatus.SCHEDULED


def test_it_warns_before_an_approved_draft_is_edited(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get(f"/redaksjon/utkast/{SCHEDULED}?rediger=1").text

    assert "faller godkjenningen bort" in page


def test_it_withdraws_and_takes_it_back(busy_desk: StaffDesk) -> None:
    browser = busy_desk.browser("Astrid")
    browser.post(f"/redaksjon/utkast/{SCHEDULED}/tilbaketrekking", comment="Feil tall")
    withdrawn = draft_of(busy_desk, SCHEDULED).status
    offered = browser.get(f"/redaksjon/utkast/{SCHEDULED}").text
    browser.post(f"/redaksjon/utkast/{SCHEDULED}/gjenapning")

    assert withdrawn is DraftStatus.WITHDRAWN
    assert "Åpne igjen" in offered
    assert draft_of(busy_desk, SCHEDULED).status is DraftStatus.DRAFT


def test_it_tells_the_history_in_words(busy_desk: StaffDesk) -> None:
    page = busy_desk.browser("Astrid").get(f"/redaksjon/utkast/{CHANGES_WANTED}").text

    assert "ba om endringer" in page
    assert "Kan vi si hva dagen betyr for helsedata?" in page
    assert "draft.changes_requested" not in page


def test_the_author_looks_over_what_the_approver_changed(busy_desk: StaffDesk) -> None:
    gunnar, astrid = busy_desk.browser("Gunnar"), busy_desk.browser("Astrid")
    post_form(gunnar, FIGURES, title="Gunnar rettet litt")

    page = astrid.get(f"/redaksjon/utkast/{FIGURES}").text
    answer = astrid.post(f"/redaksjon/utkast/{FIGURES}/gjennomsyn", sha256=draft_of(busy_desk, FIGURES).content_sha256)

    assert "Jeg har sett over endringene" in page
    assert answer.status_code == 303
    assert "så over endringene" in gunnar.get(f"/redaksjon/utkast/{FIGURES}").text
    assert "/godkjenning" in gunnar.get(f"/redaksjon/utkast/{FIGURES}").text
