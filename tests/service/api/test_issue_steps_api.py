"""The steps of an issue through the API: the rule of two binds programs as it binds people, and each step is held."""

from email import message_from_bytes, policy
from typing import Any

import pytest
from sqlmodel import select

from campaigns.audit import AuditEvent
from campaigns.delivery.delivery import Delivery
from campaigns.editorial.draft import ApprovalMode
from campaigns.editorial.editor import Editor, Role
from service.delivering import deliver_once, plan
from service.mailing import mail_lanes
from tests.factories.composing import ISSUE_SLOT, approved_issue, choosing, composed
from tests.factories.programs import Programs
from tests.factories.sent_issue import sent_issue

WHOLE: dict[str, Any] = {
    "subject": "Nytt fra monitoren", "preheader": "Mai i tall", "slot_at": ISSUE_SLOT.isoformat(),
    "add_blocks": [{"block": {"kind": "text", "text": "Vi inviterer til møte."}, "title": "Fra sekretariatet"}],
}  # fmt: skip
WORDS = {"comment": "Tallet stemmer ikke"}


@pytest.fixture
def issue(programs: Programs) -> dict[str, Any]:
    """One that Begge, who may do both, has begun, for two readers."""
    with programs.desk.service.database.session_scope() as session:
        choosing(session, programs.desk.clock, "en")
        choosing(session, programs.desk.clock, "to")
    found: dict[str, Any] = programs.post("Begge", "/issues", **WHOLE)
    return found


@pytest.fixture
def submitted(programs: Programs, issue: dict[str, Any]) -> dict[str, Any]:
    return step(programs, "Begge", issue, "submission")


def step(programs: Programs, name: str, issue: dict[str, Any], noun: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = programs.post(name, f"/issues/{issue['id']}/{noun}", version=issue["version"], **more)
    return found


def approve(programs: Programs, name: str, issue: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = programs.post(name, f"/issues/{issue['id']}/approval", sha256=issue["content_sha256"])
    return found


def test_it_goes_from_one_program_over_another_to_its_readers(programs: Programs, submitted: dict[str, Any]) -> None:
    approved = approve(programs, "Leser", submitted)
    assert (approved["state"], approved["approver"], approved["approved_for"]) == ("scheduled", "Leser", 2)
    assert approved["approved_sha256"] == submitted["content_sha256"]

    programs.desk.clock.move_to(ISSUE_SLOT)
    assert deliver_once(programs.desk.service).mails == 2
    sent = programs.get("Revisjon", f"/issues/{submitted['id']}")
    assert sent["state"] == "sent"
    assert sent["archive_url"].startswith("http://127.0.0.1:8000/arkiv/")
    assert programs.get("Revisjon", f"/issues/{submitted['id']}/outcome")["got_it"] == 2


def test_the_token_that_composed_cannot_approve(programs: Programs, submitted: dict[str, Any]) -> None:
    body = {"sha256": submitted["content_sha256"]}
    assert programs.refused("Begge", "POST", f"/issues/{submitted['id']}/approval", json=body) == (403, "not-permitted")


def test_nor_can_it_where_one_person_may_approve_alone(programs: Programs, submitted: dict[str, Any]) -> None:
    service = programs.desk.service
    service.settings = service.settings.model_copy(update={"approval": ApprovalMode.ONE_PERSON})
    body = {"sha256": submitted["content_sha256"]}

    assert programs.refused("Begge", "POST", f"/issues/{submitted['id']}/approval", json=body) == (403, "not-permitted")


def test_the_token_that_changed_it_last_cannot_approve_until_its_author_has_vouched(
    programs: Programs, issue: dict[str, Any]
) -> None:
    submitted = step(programs, "Begge", issue, "submission")
    programs.name("Retter", Role.AUTHOR, Role.APPROVER)
    path, body = f"/issues/{issue['id']}", {"version": submitted["version"], "subject": "Rettet emne"}
    corrected = programs.call("Retter", "PATCH", path, json=body).get_json()
    seen = {"sha256": corrected["content_sha256"]}
    assert programs.refused("Retter", "POST", f"{path}/approval", json=seen) == (403, "not-permitted")

    programs.post("Begge", f"{path}/vouching", **seen)

    assert programs.post("Retter", f"{path}/approval", **seen)["approver"] == "Retter"


def test_a_person_approves_what_a_program_composed_and_the_other_way_round(
    programs: Programs, submitted: dict[str, Any]
) -> None:
    gunnar = programs.desk.browser("Gunnar")
    page = f"/redaksjon/utsendelser/{submitted['id']}"
    assert "Sendt inn av Begge" in gunnar.get("/redaksjon/").text
    gunnar.post(f"{page}/godkjenning", sha256=submitted["content_sha256"])
    assert programs.get("Leser", f"/issues/{submitted['id']}")["approver"] == "Gunnar"

    with programs.desk.service.database.session_scope() as session:
        theirs = composed(session, programs.desk.clock, programs.desk.editor(session, "Astrid"))
        mine = {"id": theirs.id, "version": theirs.version}
    assert approve(programs, "Leser", step(programs, "Begge", mine, "submission"))["state"] == "scheduled"


def test_an_approval_names_exactly_what_was_seen(programs: Programs, submitted: dict[str, Any]) -> None:
    path = f"/issues/{submitted['id']}"
    programs.call("Skriver", "PATCH", path, json={"version": submitted["version"], "subject": "Noe annet"})
    stale, malformed = {"sha256": submitted["content_sha256"]}, {"sha256": "abc"}

    assert programs.refused("Leser", "POST", f"{path}/approval", json=stale) == (409, "conflict")
    assert programs.refused("Leser", "POST", f"{path}/approval", json=malformed) == (422, "invalid-input")


def test_all_that_is_missing_is_said_at_once(programs: Programs) -> None:
    empty = programs.post("Skriver", "/issues")
    answer = programs.call("Skriver", "POST", f"/issues/{empty['id']}/submission", json={"version": 1})

    assert answer.status_code == 422
    assert answer.get_json()["type"].endswith("/problems/incomplete")
    assert {lack["field"] for lack in answer.get_json()["lacks"]} >= {"subject", "items", "slot"}


def test_a_step_by_somebody_who_saw_another_version_is_refused(programs: Programs, submitted: dict[str, Any]) -> None:
    stale = {"version": submitted["version"] + 1}
    bodies = {
        "submission": stale,
        "withdrawal": stale,
        **dict.fromkeys(("change-request", "rejection", "pause"), stale | WORDS),
    }

    answers = {
        programs.refused("Begge", "POST", f"/issues/{submitted['id']}/{noun}", json=bodies[noun]) for noun in bodies
    }

    assert answers == {(409, "conflict")}
    assert programs.get("Begge", f"/issues/{submitted['id']}") == submitted


def test_a_step_that_does_not_follow_its_state_is_refused(programs: Programs, submitted: dict[str, Any]) -> None:
    programs.name("Alt", *Role)
    seen = {"version": submitted["version"]}
    bodies: dict[str, dict[str, Any]] = {
        "resumption": seen, "reopening": seen, "correction": seen, "pause": seen | WORDS,
        "cancellation": seen | WORDS | {"confirmed": True}, "vouching": {"sha256": submitted["content_sha256"]},
    }  # fmt: skip

    answers = [programs.call("Alt", "POST", f"/issues/{submitted['id']}/{noun}", json=bodies[noun]) for noun in bodies]

    assert [(one.status_code, one.get_json()["state"]) for one in answers] == [(409, "in_review")] * len(bodies)


def test_an_approver_sends_it_back_or_says_no(programs: Programs, submitted: dict[str, Any]) -> None:
    back = step(programs, "Leser", submitted, "change-request", **WORDS)
    assert (back["state"], back["note"]) == ("changes_requested", "Tallet stemmer ikke")

    again = step(programs, "Begge", back, "submission")
    rejected = step(programs, "Leser", again, "rejection", **WORDS)
    assert (rejected["state"], rejected["note"]) == ("withdrawn", "Tallet stemmer ikke")
    assert step(programs, "Skriver", rejected, "reopening")["state"] == "draft"
    body = {"version": rejected["version"], **WORDS}
    assert programs.refused("Leser", "POST", f"/issues/{back['id']}/rejection", json=body) == (409, "conflict")


def test_a_new_time_takes_the_approval_back(programs: Programs, submitted: dict[str, Any]) -> None:
    approved = approve(programs, "Leser", submitted)
    moved = step(programs, "Leser", approved, "schedule", slot_at="2027-05-25T09:00:00+02:00")

    assert (moved["state"], moved["approved_sha256"]) == ("in_review", None)
    body = {"version": moved["version"], "slot_at": "2020-05-25T09:00:00+02:00"}
    assert programs.refused("Leser", "POST", f"/issues/{moved['id']}/schedule", json=body)[0] == 422


def test_it_is_withdrawn_before_it_goes(programs: Programs, submitted: dict[str, Any]) -> None:
    assert step(programs, "Begge", approve(programs, "Leser", submitted), "withdrawal")["state"] == "withdrawn"


def test_one_on_its_way_is_paused_resumed_and_ended(programs: Programs) -> None:
    with programs.desk.service.database.session_scope() as session:
        choosing(session, programs.desk.clock, "en")
        astrid, gunnar = programs.desk.editor(session, "Astrid"), programs.desk.editor(session, "Gunnar")
        one = approved_issue(session, programs.desk.clock, astrid, gunnar)
        going = {"id": one.id, "version": one.version}
    programs.desk.clock.move_to(ISSUE_SLOT)
    plan(programs.desk.service)

    assert step(programs, "Skriver", going, "pause", **WORDS)["state"] == "paused"
    body = {"version": going["version"]}
    assert programs.refused("Skriver", "POST", f"/issues/{going['id']}/resumption", json=body)[0] == 403
    assert step(programs, "Drift", going, "resumption")["state"] == "sending"
    unsure = body | WORDS | {"confirmed": False}
    assert programs.refused("Leser", "POST", f"/issues/{going['id']}/cancellation", json=unsure)[0] == 422
    assert step(programs, "Leser", going, "cancellation", **WORDS, confirmed=True)["state"] == "cancelled"
    assert programs.get("Leser", f"/issues/{going['id']}/outcome")["outcomes"]["cancelled"] == 1


def test_a_correction_is_for_those_who_got_the_wrong_one_and_is_begun_once(programs: Programs) -> None:
    with programs.desk.service.database.session_scope() as session:
        sent_issue(session, programs.desk.clock)
    wrong = programs.get("Skriver", "/issues/900")

    first, again = (step(programs, "Skriver", wrong, "correction") for _ in range(2))

    assert (first["corrects"], first["audience"]["recipients_of"]) == (900, 900)
    assert first["id"] == again["id"]


def test_a_trial_reaches_colleagues_once_and_stands_in_no_ledger(programs: Programs, issue: dict[str, Any]) -> None:
    path, to = f"/issues/{issue['id']}/test-mail", ["Astrid@monitor.example.no", "gunnar@monitor.example.no"]
    key = {"Idempotency-Key": "prove-1"}

    answers = [programs.call("Skriver", "POST", path, json={"to": to}, headers=key) for _ in range(2)]

    assert [answer.get_json() for answer in answers] == [{"to": to, "problems": []}] * 2
    folder = programs.desk.service.settings.data_dir / "sandkasse" / "mail"
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.rglob("*.eml")]
    assert [mail["Subject"] for mail in mails] == ["[Test] Nytt fra monitoren"] * 2
    with programs.desk.service.database.session_scope(read_only=True) as session:
        assert session.exec(select(Delivery)).all() == []


def test_two_programs_that_chose_the_same_key_send_a_trial_each(programs: Programs, issue: dict[str, Any]) -> None:
    path, asked = f"/issues/{issue['id']}/test-mail", {"to": ["astrid@monitor.example.no"]}

    for name in ("Skriver", "Begge"):
        programs.call(name, "POST", path, json=asked, headers={"Idempotency-Key": "prove-1"})

    folder = programs.desk.service.settings.data_dir / "sandkasse" / "mail"
    assert len(list(folder.rglob("*.eml"))) == 2


def test_a_trial_that_no_relay_took_may_be_asked_for_again(programs: Programs, issue: dict[str, Any]) -> None:
    service, path = programs.desk.service, f"/issues/{issue['id']}/test-mail"
    asked = {"json": {"to": ["astrid@monitor.example.no"]}, "headers": {"Idempotency-Key": "prove-1"}}
    sandbox = service.mail_lanes
    nobody_there = service.settings.model_copy(update={"smtp_url": "smtp://127.0.0.1:1?tls=none"})
    service.__dict__["mail_lanes"] = mail_lanes(nobody_there, service.sandbox_mail.start)

    refused = programs.refused("Skriver", "POST", path, **asked)
    service.__dict__["mail_lanes"] = sandbox
    answers = [programs.call("Skriver", "POST", path, **asked).status_code for _ in range(2)]

    assert (refused, answers) == ((503, "unavailable"), [200, 200])
    assert len(list((service.settings.data_dir / "sandkasse" / "mail").rglob("*.eml"))) == 1


def test_a_trial_goes_to_nobody_outside_the_editorial_staff(programs: Programs, issue: dict[str, Any]) -> None:
    path, strangers = (
        f"/issues/{issue['id']}/test-mail",
        ("revisor@monitor.example.no", "x@eksempel.no", "program:Leser"),
    )

    answers = [
        programs.refused("Skriver", "POST", path, json={"to": ["astrid@monitor.example.no", to]}) for to in strangers
    ]

    assert answers == [(422, "invalid-input")] * 3
    assert programs.refused("Revisjon", "POST", path, json={"to": ["astrid@monitor.example.no"]})[0] == 403


def test_what_a_program_does_stands_in_the_trail_in_its_own_name(programs: Programs, submitted: dict[str, Any]) -> None:
    with programs.desk.service.database.session_scope(read_only=True) as session:
        program = session.exec(select(Editor).where(Editor.name == "Begge")).one()
        by = session.exec(
            select(AuditEvent.actor).where(AuditEvent.object_type == "issue", AuditEvent.action == "issue.submitted")
        ).one()
        assert (by, program.program) == (f"editor:{program.id}", True)
    page = programs.desk.browser("Gunnar").get(f"/redaksjon/utsendelser/{submitted['id']}").text
    assert "<strong>Begge</strong>" in page
