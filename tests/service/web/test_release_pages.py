"""The release plan at the desk: seen, added to, moved, cancelled, and told with its history."""

import re

import pytest
from sqlmodel import select
from werkzeug.test import TestResponse

from campaigns.indicators.release import PlannedRelease, ReleaseState
from tests.factories.release_plan import planned_release, steps
from tests.factories.staff_desk import StaffDesk

PLAN = "/redaksjon/utgivelsesplan"
NEW = {"title": "Innovasjonsindikatorer", "publisher": "RHF (eRapport)", "planned": "Høst 2027?", "token": "abc123"}


def only(desk: StaffDesk) -> PlannedRelease:
    with desk.service.database.session_scope(read_only=True) as session:
        found = session.exec(select(PlannedRelease)).one()
        session.expunge(found)
        return found


def history(desk: StaffDesk) -> list[str]:
    with desk.service.database.session_scope(read_only=True) as session:
        return steps(session, session.exec(select(PlannedRelease)).one())


def plan_one(desk: StaffDesk, planned: str = "høst 2027?") -> str:
    with desk.service.database.session_scope() as session:
        return f"{PLAN}/{planned_release(session, desk.clock, planned).id}"


def text_of(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_an_empty_plan_says_what_to_do(desk: StaffDesk) -> None:
    answer = desk.browser("Astrid").get(PLAN)

    assert "Planen er tom" in answer.text
    assert "Legg til den første" in answer.text


def test_a_release_is_added_once_however_often_the_button_is_pressed(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")
    first = browser.post(f"{PLAN}/ny", **NEW)
    second = browser.post(f"{PLAN}/ny", **NEW)

    assert (first.status_code, second.location) == (303, first.location)
    assert only(desk).title == {"nb": "Innovasjonsindikatorer"}
    shown = text_of(browser.get(PLAN))
    assert "Innovasjonsindikatorer" in shown
    assert "Høst 2027? · Planlagt" in shown


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("planned", "snart", "ikke et tidspunkt som forstås"),
        ("title", " ", "Skriv hva som kommer"),
        ("publisher", "", "Skriv hvem tallene kommer fra."),
        ("link", "javascript:alert(1)", "Adressen må begynne med https://"),
        ("embargo_date", "i morgen", "Skriv sperrefristen som dato og klokkeslett."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(desk: StaffDesk, field: str, value: str, told: str) -> None:
    answer = desk.browser("Astrid").post(f"{PLAN}/ny", **NEW | {"note": "Husk dette", field: value})

    assert answer.status_code == 422
    assert told in answer.text
    assert "Husk dette" in answer.text


def test_it_is_moved_with_a_reason_and_the_history_tells_it(desk: StaffDesk) -> None:
    browser, address = desk.browser("Gunnar"), plan_one(desk)

    without = browser.post(f"{address}/flytting", planned="februar 2028", reason="")
    moved = browser.post(f"{address}/flytting", planned="februar 2028", reason="Årsrapporten sier februar.")

    assert (without.status_code, moved.status_code) == (422, 303)
    assert "Skriv hvorfor utgivelsen flyttes." in without.text
    assert only(desk).state is ReleaseState.MOVED
    told = text_of(browser.get(address))
    assert "Gunnar flyttet den fra høst 2027? til februar 2028" in told
    assert "Årsrapporten sier februar." in told


@pytest.mark.parametrize(
    "written", ["10. desember 2027 kl. 08.00", "10. desember 2027?", "februar 2028", "vår/tidlig høst 2028"]
)
def test_the_form_for_moving_begins_with_the_time_as_people_write_it(desk: StaffDesk, written: str) -> None:
    browser, address = desk.browser("Gunnar"), plan_one(desk)

    browser.post(f"{address}/flytting", planned=written, reason="Kilden har sagt det.")

    assert f'name="planned" value="{written}"' in browser.get(address).text


def test_it_is_cancelled_and_taken_up_again(desk: StaffDesk) -> None:
    browser, address = desk.browser("Astrid"), plan_one(desk)

    for _click in range(2):
        assert browser.post(f"{address}/avlysning", reason="Undersøkelsen utgår").status_code == 303
    state_then = only(desk).state
    browser.post(f"{address}/gjenopptak")

    assert (state_then, only(desk).state) == (ReleaseState.CANCELLED, ReleaseState.PLANNED)
    assert history(desk) == ["release.cancelled", "release.reinstated"]


def test_a_person_may_say_that_it_has_come(desk: StaffDesk) -> None:
    browser, address = desk.browser("Astrid"), plan_one(desk)

    browser.post(f"{address}/observasjon")

    assert only(desk).state is ReleaseState.OBSERVED
    assert "Høst 2027" not in text_of(browser.get(PLAN)).split("Alle utgivelser")[1]
    assert "høst 2027?" in text_of(browser.get(f"{PLAN}?vis=kommet")).split("Alle utgivelser")[1]


def test_its_description_is_put_right(desk: StaffDesk) -> None:
    browser, address = desk.browser("Astrid"), plan_one(desk)
    form = browser.get(f"{address}/rediger")

    saved = browser.post(f"{address}/rediger", title="Ressursbruk 2027", publisher="SSB", period="2027")

    assert 'value="Ressursbruk til forskning"' in form.text
    assert saved.status_code == 303
    assert (only(desk).title["nb"], only(desk).period) == ("Ressursbruk 2027", "2027")
    assert history(desk) == ["release.changed"]


def test_an_embargo_that_has_passed_is_refused(desk: StaffDesk) -> None:
    address = plan_one(desk)

    answer = desk.browser("Astrid").post(f"{address}/sperrefrist", embargo_date="2027-05-01", embargo_time="08:00")

    assert answer.status_code == 422
    assert "Sperrefristen er passert." in answer.text


@pytest.mark.parametrize("act", ["flytting", "avlysning", "gjenopptak", "observasjon", "sperrefrist", "rediger"])
def test_who_only_reads_changes_nothing(desk: StaffDesk, act: str) -> None:
    address = plan_one(desk)
    browser = desk.browser("Revisor")

    page = browser.get(address)
    answer = browser.post(f"{address}/{act}", planned="2028", reason="x", title="x", publisher="x")

    assert page.status_code == 200
    assert "Merk som kommet" not in page.text
    assert answer.status_code == 403
    assert history(desk) == []


def test_the_line_of_months_is_turned_and_refuses_nonsense(desk: StaffDesk) -> None:
    browser = desk.browser("Astrid")
    plan_one(desk, "2027-10-05")

    shown = browser.get(f"{PLAN}?fra=2027-09").text

    assert "september 2027–november 2028" in shown
    assert "fra=2026-09" in shown
    assert "fra=2028-09" in shown
    assert browser.get(f"{PLAN}?fra=i-fjor").status_code in {400, 422}
    assert browser.get(f"{PLAN}/999").status_code == 404
