"""«Nødstopp» at the desk: stopping, what everybody sees meanwhile, letting go, and what waits."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlmodel import select

from campaigns.channels.sandbox_mail import SandboxMailbox
from campaigns.delivery.brake import Brake
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.newsletter.issue import Issue, IssueStatus
from service.delivering import deliver_once, plan
from service.health import examine
from tests.factories.composing import ISSUE_SLOT, approved_issue, choosing, composed
from tests.factories.newsroom import scheduled_draft
from tests.factories.staff_desk import StaffDesk

PAGE = "/redaksjon/nodstopp"


@pytest.fixture
def desk(desk: StaffDesk) -> StaffDesk:
    """Its brake looks at the database before each mail, as it does once a second."""
    service = desk.service
    brake = Brake(service.database.session_scope, service.ending, tick=count().__next__)
    service.dispatcher = replace(service.dispatcher, stop=brake)
    return desk


@pytest.fixture
def issue_id(desk: StaffDesk) -> int:
    """An approved issue for two readers."""
    with desk.service.database.session_scope() as session:
        choosing(session, desk.clock, "en")
        choosing(session, desk.clock, "to")
        astrid, gunnar = desk.editor(session, "Astrid"), desk.editor(session, "Gunnar")
        return approved_issue(session, desk.clock, astrid, gunnar).id or 0


def status(desk: StaffDesk, issue_id: int) -> IssueStatus:
    with desk.service.database.session_scope(read_only=True) as session:
        return session.get_one(Issue, issue_id).status


def stop(desk: StaffDesk, name: str = "Astrid", what: str = "everything", reason: str = "Feil tall") -> int:
    return desk.browser(name).post(f"{PAGE}/stans", what=what, reason=reason).status_code


def release(desk: StaffDesk, name: str = "Gunnar", what: str = "everything", reason: str = "Rettet") -> int:
    return desk.browser(name).post(f"{PAGE}/frigivelse", what=what, reason=reason).status_code


def test_what_comes_due_while_everything_is_stopped_is_neither_sent_nor_shown(desk: StaffDesk, issue_id: int) -> None:
    stop(desk)
    desk.clock.move_to(ISSUE_SLOT)

    done = deliver_once(desk.service)

    assert not done.anything
    assert status(desk, issue_id) is IssueStatus.SCHEDULED
    assert "Her ligger det ingen nyhetsbrev ennå" in desk.browser().get("/arkiv").text
    release(desk)
    assert deliver_once(desk.service).mails == 2


def test_what_waited_too_long_is_left_to_people(desk: StaffDesk, issue_id: int) -> None:
    stop(desk)
    desk.clock.move_to(ISSUE_SLOT + timedelta(hours=desk.service.settings.slot_grace_hours + 1))
    plan(desk.service)
    release(desk)

    assert deliver_once(desk.service).mails == 0
    assert status(desk, issue_id) is IssueStatus.MISSED
    page = desk.browser("Gunnar").get(f"/redaksjon/utsendelser/{issue_id}").text
    assert ("Skulle ha gått ut" in page, "Går ut" in page) == (True, False)


def test_mail_that_is_on_its_way_waits_and_the_page_says_how_much(desk: StaffDesk, issue_id: int) -> None:
    desk.clock.move_to(ISSUE_SLOT)
    plan(desk.service)
    stop(desk, what="mail", reason="Feil <b>tall</b>")

    assert deliver_once(desk.service).mails == 0
    text = desk.browser("Gunnar").get(PAGE).text
    assert "All e-post er stanset" in text
    assert "2 e-poster venter og går ut straks." in text
    assert "<b>tall</b>" not in text
    release(desk, what="mail")
    assert deliver_once(desk.service).mails == 2
    with desk.service.database.session_scope(read_only=True) as session:
        assert {row.state for row in session.exec(select(Delivery))} == {DeliveryState.ACCEPTED}


def test_everybody_at_the_desk_is_told_on_every_page_and_doctor_too(desk: StaffDesk) -> None:
    stop(desk, what="linkedin", reason="Kontoen er på avveie")

    page = desk.browser("Revisor").get("/redaksjon/kalender").text
    assert "«Kontoen er på avveie»" in page
    assert "LinkedIn er stanset." in page
    assert [symptom.sentence for symptom in examine(desk.service) if symptom.part == "Nødstopp"] == [
        "noen har stanset sendingen. LinkedIn: Kontoen er på avveie. Slipp løs på siden Nødstopp."
    ]
    release(desk, what="linkedin")
    assert "Se nødstopp" not in desk.browser("Revisor").get("/redaksjon/kalender").text


def test_a_trial_does_not_leave_either(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        issue_id = composed(session, desk.clock, desk.editor(session, "Astrid")).id
        to = desk.editor(session, "Gunnar").id
    stop(desk, what="mail")

    answer = desk.browser("Astrid").post(f"/redaksjon/utsendelser/{issue_id}/prove", til=str(to), skjema="a")

    assert (answer.status_code, "All e-post er stanset, prøver også." in answer.text) == (422, True)
    assert SandboxMailbox(desk.service.settings.data_dir / "sandkasse" / "mail", desk.clock).names() == ()


def test_who_may_press_what(desk: StaffDesk) -> None:
    assert stop(desk, "Revisor") == 403
    assert (stop(desk, "Solveig"), stop(desk, "Astrid")) == (303, 303)
    assert release(desk, "Astrid") == 403
    assert "En godkjenner eller en administrator kan slippe det løs." in desk.browser("Astrid").get(PAGE).text
    assert (release(desk, "Solveig"), release(desk, "Solveig")) == (303, 409)


def test_what_is_missing_is_said_beside_the_field(desk: StaffDesk) -> None:
    astrid = desk.browser("Astrid")

    nothing = astrid.post(f"{PAGE}/stans", what="alt", reason="Feil")
    no_reason = astrid.post(f"{PAGE}/stans", what="mail", reason=" ")

    assert (nothing.status_code, "Velg hva som skal stanses." in nothing.text) == (422, True)
    assert (no_reason.status_code, "Skriv hvorfor sendingen stanses." in no_reason.text) == (422, True)


def test_letting_go_asks_for_a_reason_too(desk: StaffDesk) -> None:
    stop(desk)
    answer = desk.browser("Gunnar").post(f"{PAGE}/frigivelse", what="everything", reason="")

    assert (answer.status_code, "Skriv hvorfor det er trygt å sende igjen." in answer.text) == (422, True)
    assert 'name="what" value="mail" checked' in answer.text  # one of what is left to stop


def test_no_page_says_that_mail_goes_by_itself_while_it_is_stopped(desk: StaffDesk, issue_id: int) -> None:
    desk.clock.move_to(ISSUE_SLOT)
    plan(desk.service)
    gunnar = desk.browser("Gunnar")
    issue = f"/redaksjon/utsendelser/{issue_id}"
    pages = (issue, f"{issue}/mottakere?utfall=venter", "/redaksjon/leveringer/1", "/redaksjon/leveringer")
    before = [gunnar.get(page).text for page in pages]
    stop(desk, what="mail")
    stopped = [gunnar.get(page).text for page in pages]

    assert [("av seg selv" in text or "på tur" in text) for text in before] == [True] * 4
    assert [("av seg selv" in text or "på tur" in text) for text in stopped] == [False] * 4
    assert all("før noen slipper den løs" in text for text in stopped)


def test_one_network_that_is_stopped_holds_no_mail_back(desk: StaffDesk, issue_id: int) -> None:
    desk.clock.move_to(ISSUE_SLOT)
    plan(desk.service)
    stop(desk, what="linkedin")

    assert "Den står i kø og går av seg selv." in desk.browser("Gunnar").get(f"/redaksjon/utsendelser/{issue_id}").text


def test_what_is_held_does_not_say_that_it_is_being_sent(desk: StaffDesk, issue_id: int) -> None:
    address, gunnar = f"/redaksjon/utsendelser/{issue_id}", desk.browser("Gunnar")
    stop(desk, what="linkedin")
    assert "Går ut av seg selv" in gunnar.get(address).text
    stop(desk, what="mail")
    assert "men sendingen er stanset med nødstopp" in gunnar.get(address).text
    desk.clock.move_to(ISSUE_SLOT)
    plan(desk.service)

    gunnar = desk.browser("Gunnar")
    pages = [gunnar.get(page).text for page in (address, "/redaksjon/utsendelser")]

    assert all("Stanset med nødstopp</span>" in page and "Sendes nå" not in page for page in pages)
    release(desk, what="mail")
    assert "Sendes nå</span>" in gunnar.get(address).text


def test_a_draft_that_is_held_does_not_say_that_it_goes(desk: StaffDesk) -> None:
    with desk.service.database.session_scope() as session:
        people = desk.editor(session, "Astrid"), desk.editor(session, "Gunnar")
        draft = scheduled_draft(session, desk.clock, *people)
        address = f"/redaksjon/utkast/{draft.id}"
    stop(desk, what="linkedin")
    assert "Går ut av seg selv" in desk.browser("Gunnar").get(address).text
    stop(desk)
    assert "men sendingen er stanset med nødstopp" in desk.browser("Gunnar").get(address).text
    with desk.service.database.session_scope() as session:
        session.exec(select(Draft)).one().status = DraftStatus.PUBLISHING

    assert "Stanset med nødstopp</span>" in desk.browser("Gunnar").get(address).text
    release(desk)
    assert "Stanset med nødstopp</span>" not in desk.browser("Gunnar").get(address).text
