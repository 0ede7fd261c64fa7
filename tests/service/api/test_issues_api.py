"""Composing an issue through the API: what is begun, read, changed and previewed, and what is refused."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Response
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from campaigns.audit import Actor
from campaigns.newsletter.issue import Issue
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segments import save_segment
from service.auth.access import LARGEST_MESSAGE, for_programs
from tests.factories.composing import ISSUE_SLOT, choosing, composed, mail_draft
from tests.factories.programs import Programs
from tests.factories.sent_issue import ENDS, sent_issue

ISSUES = "/issues"
NOTE = {"block": {"kind": "text", "text": "Vi inviterer til møte."}, "title": "Fra sekretariatet"}
STARTS = "2027-06-01T09:00:00+02:00"
EVENT = {"kind": "event", "title": "Seminar", "starts_at": STARTS}
WHOLE: dict[str, Any] = {
    "subject": "Nytt fra monitoren", "preheader": "Mai i tall", "slot_at": ISSUE_SLOT.isoformat(), "add_blocks": [NOTE],
}  # fmt: skip


def own_block(block: dict[str, Any]) -> dict[str, Any]:
    return {"add_blocks": [{"block": block}]}


@pytest.fixture
def issue(programs: Programs) -> dict[str, Any]:
    """One that Skriver has begun, for two readers."""
    with programs.desk.service.database.session_scope() as session:
        choosing(session, programs.desk.clock, "alt")
        choosing(session, programs.desk.clock, "kreft", "kreft")
    found: dict[str, Any] = programs.post("Skriver", ISSUES, **WHOLE)
    return found


@pytest.fixture
def patch(programs: Programs) -> Callable[..., Any]:
    def change(issue: dict[str, Any], name: str = "Skriver", **body: Any) -> Any:
        path = f"{ISSUES}/{issue['id']}"
        return programs.call(name, "PATCH", path, json={"version": issue["version"]} | body).get_json()

    return change


def test_it_is_begun_with_all_that_is_known_of_it(programs: Programs, issue: dict[str, Any]) -> None:
    assert (issue["state"], issue["language"], issue["subject"]) == ("draft", "nb", "Nytt fra monitoren")
    assert issue["slot_at"] == ISSUE_SLOT.isoformat()
    assert issue["reach"] == {"recipients": 2, "without": 0}
    assert [(item["title"], item["block"]["kind"]) for item in issue["items"]] == [("Fra sekretariatet", "text")]
    assert issue["last_editor"] == "Skriver"
    assert issue["steps"] == ["edit", "reschedule", "submit", "withdraw"]
    assert programs.get("Revisjon", f"{ISSUES}/{issue['id']}") == issue | {"steps": []}


def test_a_request_that_is_sent_again_begins_nothing_new(programs: Programs) -> None:
    answers = [
        programs.call("Skriver", "POST", ISSUES, json=WHOLE, headers={"Idempotency-Key": "mai-2027"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].headers["Location"].endswith(f"/api/v1/issues/{answers[0].get_json()['id']}")
    with programs.desk.service.database.session_scope(read_only=True) as session:
        assert len(session.exec(select(Issue)).all()) == 1


def test_they_are_listed_the_newest_first_page_by_page(programs: Programs) -> None:
    ids = [programs.post("Skriver", ISSUES)["id"] for _ in range(3)]

    first = programs.get("Leser", f"{ISSUES}?limit=2")
    second = programs.get("Leser", f"{ISSUES}?limit=2&cursor={first['cursor']}")

    assert [one["id"] for one in first["issues"] + second["issues"]] == ids[::-1]
    assert second["cursor"] is None
    assert programs.get("Leser", f"{ISSUES}?state=sent")["issues"] == []


def test_items_are_added_moved_changed_and_removed_at_once(
    programs: Programs, issue: dict[str, Any], patch: Callable[..., Any]
) -> None:
    with programs.desk.service.database.session_scope() as session:
        astrid, gunnar = programs.desk.editor(session, "Astrid"), programs.desk.editor(session, "Gunnar")
        draft = mail_draft(session, programs.desk.clock, astrid, gunnar, "kreft", topics=("kreft",)).id
    note = issue["items"][0]["id"]
    grown = patch(issue, add_drafts=[draft], add_blocks=[{"block": EVENT, "subjects": ["kreft"]}])
    by_kind = {(item["block"] or {}).get("kind"): item["id"] for item in grown["items"]}

    changed = patch(
        grown,
        order=[by_kind["event"], by_kind[None]],
        remove=[note],
        blocks=[{"item": by_kind["event"], "block": EVENT | {"place": "Oslo"}, "subjects": []}],
    )

    assert [(item["draft"], item["subjects"]) for item in changed["items"]] == [(None, []), (draft, ["kreft"])]
    assert changed["items"][0]["block"]["place"] == "Oslo"
    assert datetime.fromisoformat(changed["items"][0]["block"]["starts_at"]) == datetime.fromisoformat(STARTS)
    assert changed["version"] > grown["version"]


def test_a_stale_version_is_refused_with_the_present_one(
    programs: Programs, issue: dict[str, Any], patch: Callable[..., Any]
) -> None:
    newer = patch(issue, subject="Bedre emne")

    answer = programs.call(
        "Begge", "PATCH", f"{ISSUES}/{issue['id']}", json={"version": issue["version"], "subject": "Enda bedre"}
    )

    assert (answer.status_code, answer.get_json()["current"]) == (409, newer["version"])
    assert answer.get_json()["detail"] == "Utsendelsen er endret siden du leste den. Les den på nytt."
    assert programs.get("Leser", f"{ISSUES}/{issue['id']}")["subject"] == "Bedre emne"


def test_the_same_change_sent_twice_passes(issue: dict[str, Any], patch: Callable[..., Any]) -> None:
    first, again = (patch(issue, subject="Bedre emne", slot_at="2027-05-22T09:00:00+02:00") for _ in range(2))

    assert first == again


def test_a_segment_is_chosen_and_stays_when_something_else_of_the_audience_changes(
    programs: Programs, issue: dict[str, Any], patch: Callable[..., Any]
) -> None:
    desk = programs.desk
    with desk.service.database.session_scope() as session:
        save_segment(session, desk.clock, name="Kreft", wanted=Wanted(topic="kreft"), actor=Actor.editor(1))

    chosen = patch(issue, audience={"segment": 1})
    narrowed = patch(chosen, audience={"languages": ["nb"]})
    widened = patch(narrowed, audience={"segment": None})

    assert issue["audience"]["segment"] is None
    assert (chosen["audience"]["segment"], chosen["reach"]["recipients"]) == ({"id": 1, "name": "Kreft"}, 1)
    assert (narrowed["audience"]["segment"], narrowed["audience"]["languages"]) == ({"id": 1, "name": "Kreft"}, ["nb"])
    assert (widened["audience"]["segment"], widened["reach"]["recipients"]) == (None, 2)


def test_an_issue_to_a_segment_is_in_the_archive_only_when_that_is_said(
    programs: Programs, issue: dict[str, Any], patch: Callable[..., Any]
) -> None:
    desk = programs.desk
    with desk.service.database.session_scope() as session:
        save_segment(session, desk.clock, name="Kreft", wanted=Wanted(topic="kreft"), actor=Actor.editor(1))

    chosen = patch(issue, audience={"segment": 1})
    shown = patch(chosen, audience={"listed": True})
    kept = patch(shown, audience={"languages": ["nb"]})

    listed = [answer["audience"]["listed"] for answer in (issue, chosen, shown, kept)]
    assert listed == [True, False, True, True]


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"subjcet": "Nytt"}, "subjcet"),
    ({"subject": 7}, "subject"),
    ({"subject": "To\nlinjer"}, "subject"),
    ({"language": "sv"}, "language"),
    ({"slot_at": "2027-05-22T09:00:00"}, "slot_at"),
    ({"slot_at": "2020-05-22T09:00:00Z"}, "slot"),
    ({"audience": {"subjects": ["fotball"]}}, "topics"),
    ({"audience": {"frequencies": []}}, "frequencies"),
    ({"audience": {"segment": 404}}, "audience.segment"),
    ({"add_drafts": [99]}, "add_drafts"),
    (own_block({"kind": "figure"}), "add_blocks.0.block"),
    (own_block(EVENT | {"starts_at": "2027-06-01T09:00:00"}), "add_blocks.0.block.event.starts_at"),
    (own_block(EVENT | {"ends_at": "2027-05-01T09:00:00Z"}), "add_blocks.0.block.event"),
    (own_block({"kind": "link", "url": "javascript:1", "text": "x"}), "add_blocks.0.block.link.url"),
    ({"order": [99]}, "items"),
    ({"version": "1"}, "version"),
)


def test_what_is_wrong_is_named_and_changes_nothing(programs: Programs, issue: dict[str, Any]) -> None:
    path, seen = f"{ISSUES}/{issue['id']}", {"version": issue["version"]}

    answers = [programs.call("Skriver", "PATCH", path, json=seen | body) for body, _ in WRONG]

    assert [(answer.status_code, answer.get_json()["field"]) for answer in answers] == [
        (422, field) for _, field in WRONG
    ]
    assert programs.get("Skriver", path) == issue


def test_an_unknown_parameter_is_refused(programs: Programs, issue: dict[str, Any]) -> None:
    preview = f"/{issue['id']}/preview"
    asked = ("?sate=sent", "?state=sendt", "?cursor=x", f"{preview}?surface=klokke", f"{preview}?edition=nb:9")

    answers = [programs.call("Revisjon", "GET", ISSUES + path) for path in asked]

    assert {answer.status_code for answer in answers} == {422}
    assert [answer.get_json()["field"] for answer in answers] == ["sate", "state", "cursor", "surface", "edition"]


def test_a_message_must_be_json_of_a_fitting_size(programs: Programs) -> None:
    assert programs.refused("Skriver", "POST", ISSUES, data="subject=x")[0] == 415
    assert programs.refused("Skriver", "POST", ISSUES, data="{", content_type="application/json")[0] == 422
    large = {"subject": "x" * LARGEST_MESSAGE}
    assert programs.refused("Skriver", "POST", ISSUES, json=large) == (413, "too-large")
    bad_key = {"Idempotency-Key": "med mellomrom"}
    assert programs.refused("Skriver", "POST", ISSUES, json={}, headers=bad_key) == (422, "invalid-input")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"add_drafts": [10**20]}, "add_drafts.0"),
        ({"audience": {"segment": 10**20}}, "audience.segment"),
        ({"slot_at": "0001-01-01T00:00:00+14:00"}, "slot_at"),
        ({"slot_at": "9999-12-31T23:59:59-14:00"}, "slot_at"),
        ({"add_blocks": [{"block": {"kind": "event", "title": "Møte", "starts_at": "9999-12-31T23:59:59Z"}}]},
         "add_blocks.0.block.event.starts_at"),
    ],
)  # fmt: skip
def test_numbers_and_times_beyond_what_can_be_kept_are_refused(programs: Programs, body: Any, field: str) -> None:
    answer = programs.call("Skriver", "POST", ISSUES, json=body)

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)


def test_a_database_that_does_not_answer_is_told_as_described(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> Response:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    monkeypatch.setitem(programs.desk.app.view_functions, "api_issues.index", for_programs()(locked))

    assert programs.refused("Skriver", "GET", ISSUES) == (503, "unavailable")


def test_an_address_says_what_it_takes(programs: Programs) -> None:
    answer = programs.client.put("/api/v1/issues")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    assert answer.get_json()["detail"] == "Hva adressen tar imot, står i feltet Allow."


def test_only_authors_write_and_only_a_token_opens_anything(programs: Programs, issue: dict[str, Any]) -> None:
    body = {"version": issue["version"]}
    assert programs.refused(None, "GET", ISSUES) == (401, "not-permitted")
    assert programs.refused("Leser", "POST", ISSUES, json={}) == (403, "not-permitted")
    assert programs.refused("Drift", "PATCH", f"{ISSUES}/{issue['id']}", json=body) == (403, "not-permitted")
    assert programs.refused("Revisjon", "GET", f"{ISSUES}/99") == (404, "not-found")


def test_the_preview_is_what_each_reader_gets_with_links_that_do_nothing(
    programs: Programs, issue: dict[str, Any], patch: Callable[..., Any]
) -> None:
    with programs.desk.service.database.session_scope() as session:
        choosing(session, programs.desk.clock, "barn", "livslop")
    patch(issue, add_blocks=[{"block": {"kind": "text", "text": "Om kreft."}, "subjects": ["kreft"]}])
    path = f"{ISSUES}/{issue['id']}/preview"

    whole = programs.get("Revisjon", path)
    part = next(one for one in whole["editions"] if one["recipients"] == 1)
    narrow = programs.get("Leser", f"{path}?surface=dark&edition={part['edition']}")

    assert "Om kreft." in whole["html"]
    assert "Om kreft." in whole["text"]
    assert "Om kreft." not in narrow["html"]
    assert "prefers-color-scheme" not in narrow["html"]
    assert "/proveutsendelse" in whole["html"]
    assert "{{" not in whole["html"] + whole["text"]
    assert {"stops", "look", "good"} >= {one["weight"] for one in whole["findings"]}
    assert programs.get("Leser", f"{path}?surface=no-images")["images"] is False


def test_there_is_no_preview_of_nothing(programs: Programs) -> None:
    empty = programs.post("Skriver", ISSUES)

    assert programs.refused("Skriver", "GET", f"{ISSUES}/{empty['id']}/preview") == (422, "invalid-input")


def test_the_outcome_adds_up_to_those_it_was_planned_for(programs: Programs) -> None:
    with programs.desk.service.database.session_scope() as session:
        sent_issue(session, programs.desk.clock)

    told = programs.get("Revisjon", f"{ISSUES}/900/outcome")

    assert (told["planned"], told["adds_up"]) == (len(ENDS), True)
    assert sum(told["outcomes"].values()) == len(ENDS)
    assert told["outcomes"]["held_back"] == told["outcomes"]["paused"] == told["outcomes"]["complained"] == 1
    assert told["failures"] == {"block": 1}
    assert told["days"][0]["on"] == "2027-05-10"
    preview = programs.get("Revisjon", f"{ISSUES}/900/preview")
    assert (preview["html"], preview["findings"]) == ("<p>Hei</p>", [])


def test_one_that_has_not_gone_has_no_outcome_yet(programs: Programs, issue: dict[str, Any]) -> None:
    told = programs.get("Revisjon", f"{ISSUES}/{issue['id']}/outcome")

    assert (told["planned"], sum(told["outcomes"].values()), told["days"]) == (0, 0, [])


def test_what_people_compose_is_open_to_programs_too(programs: Programs, patch: Callable[..., Any]) -> None:
    with programs.desk.service.database.session_scope() as session:
        theirs = composed(session, programs.desk.clock, programs.desk.editor(session, "Astrid"))
        seen = {"id": theirs.id, "version": theirs.version}

    moved = patch(seen, slot_at=(ISSUE_SLOT + timedelta(hours=2)).isoformat())

    assert (moved["last_editor"], moved["author"]) == ("Skriver", None)
