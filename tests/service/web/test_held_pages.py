"""The pages about figures that were held back, as an editor meets them."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Indicator
from service.web.figure_words import printed_apart
from tests.factories.followed_table import Desk
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/holdt-tilbake"
REASON = "Kilden bekrefter tallene."
PAIR = ("4.7001", "4.6880")


@pytest.fixture
def followed(desk: StaffDesk, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    """A table that is followed, with 2021 in it."""
    folder = tmp_path / "kilden"
    folder.mkdir()
    made = Desk(desk.service.database, clock, folder, samples)
    made.follow()
    with desk.service.database.session_scope() as session:
        session.get_one(Indicator, "driftskostnader").title = {"nb": "Driftskostnader til forskning"}
        session.get_one(Indicator, "driftskostnader").unit = {"nb": "mrd. kr"}
    made.poll(2)
    return made


@pytest.fixture
def held(followed: Desk) -> Desk:
    """Zeros have come before a release."""
    followed.poll(6)
    return followed


def _text(desk: StaffDesk, path: str, name: str = "Astrid") -> str:
    response = desk.browser(name).get(path)
    assert response.status_code == 200, response.text
    return re.sub(r"\s+", " ", response.text.replace("\u00a0", " "))


def test_an_empty_list_says_what_would_stand_there(desk: StaffDesk) -> None:
    page = _text(desk, PAGE)

    assert "Ingenting venter" in page
    assert "nuller før en publisering" in page


def test_what_waits_is_listed_with_its_reasons_and_counted_in_the_menu(desk: StaffDesk, held: Desk) -> None:
    page = _text(desk, PAGE)

    assert "12 av 12 tall for 2021 er blitt 0 eller borte." in page
    assert "Driftskostnader til forskning" in page
    assert f'href="{PAGE}/1"' in page
    assert 'class="calls"' in _text(desk, "/redaksjon/")


def test_the_page_shows_the_followed_figures_as_they_are_printed_and_the_others_as_told(
    desk: StaffDesk, held: Desk
) -> None:
    page = _text(desk, f"{PAGE}/1")

    followed, others = page.split("Andre tall i tabellen", 1)
    assert "4,7 mrd. kr" in followed
    assert "0,0 mrd. kr" in followed
    assert "4 410,7" in others
    assert "2021 · endret" in page
    assert "Utgave 1 fra" in page


def test_accepting_leads_back_and_says_what_was_done(desk: StaffDesk, held: Desk) -> None:
    answer = desk.browser("Astrid").post(f"{PAGE}/1/godtakelse", reason=REASON)

    assert answer.status_code == 302
    page = _text(desk, answer.location)
    assert "Tallene er tatt inn." in page
    assert "av Astrid" in page
    assert f"«{REASON}»" in page
    assert held.figure("driftskostnader").value == 0


def test_refusing_can_be_undone(desk: StaffDesk, held: Desk) -> None:
    refused = desk.browser("Gunnar").post(f"{PAGE}/1/avvisning", reason="Nuller.")
    page = _text(desk, f"{PAGE}/1")
    undone = desk.browser("Gunnar").post(f"{PAGE}/1/angring")

    assert "Tallene er avvist." in _text(desk, refused.location)
    assert "Angre avvisningen" in page
    assert "Avvisningen er angret." in _text(desk, undone.location)
    assert "Godta likevel" in _text(desk, f"{PAGE}/1")


@pytest.mark.parametrize("verb", ["godtakelse", "avvisning"])
def test_a_decision_without_a_reason_is_asked_for_one(desk: StaffDesk, held: Desk, verb: str) -> None:
    answer = desk.browser("Astrid").post(f"{PAGE}/1/{verb}", reason=" ")

    assert answer.status_code == 422
    assert "Skriv hvorfor" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_what_was_written_is_kept_when_it_is_too_long(desk: StaffDesk, held: Desk) -> None:
    answer = desk.browser("Astrid").post(f"{PAGE}/1/godtakelse", reason="lang " * 300)

    assert answer.status_code == 422
    assert "lang lang lang" in answer.text


def test_a_second_click_is_told_what_the_first_did(desk: StaffDesk, held: Desk) -> None:
    browser = desk.browser("Astrid")
    browser.post(f"{PAGE}/1/godtakelse", reason=REASON)

    again = browser.post(f"{PAGE}/1/godtakelse", reason=REASON)

    assert again.status_code == 409
    assert "alt tatt inn" in again.text


@pytest.mark.parametrize("name", ["Solveig", "Revisor"])
def test_those_who_neither_write_nor_approve_may_look_and_not_decide(desk: StaffDesk, held: Desk, name: str) -> None:
    assert "Godta likevel" not in _text(desk, f"{PAGE}/1", name)
    assert desk.browser(name).post(f"{PAGE}/1/godtakelse", reason=REASON).status_code == 403


def test_what_is_not_there_is_not_found(desk: StaffDesk) -> None:
    assert desk.browser("Astrid").get(f"{PAGE}/7").status_code == 404


def test_what_the_source_put_right_by_itself_says_so(desk: StaffDesk, held: Desk) -> None:
    held.poll(2)

    page = _text(desk, f"{PAGE}/1")

    assert "ingen trengte å avgjøre det" in page
    assert "Godta likevel" not in page


def test_words_that_changed_around_the_figures_are_listed(desk: StaffDesk, followed: Desk) -> None:
    document = followed.read(2)
    document["note"] = ["Rettet 1. mai."]
    followed.write(document)
    followed.poll()

    assert "Tallene er de samme; navn eller merknader er endret." in _text(desk, PAGE)


def test_the_indicator_leads_to_what_was_held(desk: StaffDesk, held: Desk) -> None:
    assert f'href="{PAGE}/1"' in _text(desk, "/redaksjon/indikatorer/driftskostnader")


def test_figures_that_round_alike_are_told_apart(followed: Desk, desk: StaffDesk) -> None:
    with desk.app.test_request_context("/redaksjon/"), desk.service.database.session_scope() as session:
        indicator = session.get_one(Indicator, "driftskostnader")
        indicator.decimals = 1
        told = [printed_apart(Decimal(one), Decimal(other), indicator) for one, other in (PAIR, PAIR[::-1])]
        alike = printed_apart(Decimal("4.7001"), Decimal("4.70010"), indicator)
        alone = printed_apart(Decimal("4.7001"), None, indicator)

    assert [text.replace("\u00a0", " ") for text in told] == ["4,70 mrd. kr", "4,69 mrd. kr"]
    assert alike.replace("\u00a0", " ") == alone.replace("\u00a0", " ") == "4,7 mrd. kr"


def test_the_indicator_says_first_that_newer_figures_are_held(held: Desk, desk: StaffDesk) -> None:
    page = _text(desk, "/redaksjon/indikatorer/driftskostnader")

    assert page.index("Nye tall er holdt tilbake.") < page.index('id="utgaver"')
    assert page.count(f"{PAGE}/1") >= 2
