"""Segments through the API: a search is saved, read, changed by who has seen it, and forgotten."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.composing import choosing
from tests.factories.programs import Programs

SEGMENTS = "/segments"
NEW_READERS = {"name": "Nye om kreft", "criteria": {"topic": "kreft", "last_days": 30}}


@pytest.fixture
def segment(programs: Programs) -> dict[str, Any]:
    """One that Skriver has saved, with one reader in it and one outside."""
    with programs.desk.service.database.session_scope() as session:
        choosing(session, programs.desk.clock, "kreft", "kreft")
        choosing(session, programs.desk.clock, "alt")
    found: dict[str, Any] = programs.post("Skriver", SEGMENTS, **NEW_READERS)
    return found


def change(programs: Programs, segment: dict[str, Any], **body: Any) -> Any:
    asked = {"criteria_sha256": segment["criteria_sha256"]} | body
    return programs.call("Skriver", "PATCH", f"{SEGMENTS}/{segment['id']}", json=asked).get_json()


def test_it_is_saved_and_counted_as_the_days_go(programs: Programs, segment: dict[str, Any]) -> None:
    assert segment["criteria"] == NEW_READERS["criteria"]
    assert (segment["subscribers"], segment["readers"], segment["issues"], segment["series"]) == (1, 1, [], [])
    path = f"{SEGMENTS}/{segment['id']}"
    assert programs.get("Revisjon", path) == segment
    programs.desk.clock.advance(days=31)

    assert programs.get("Leser", SEGMENTS)["segments"][0]["subscribers"] == 0


def test_they_are_listed_by_name_each_with_its_own_number_counted_at_once(
    programs: Programs, segment: dict[str, Any]
) -> None:
    programs.post("Skriver", SEGMENTS, name="Alle på nynorsk", criteria={"language": "nn"})
    programs.post("Skriver", SEGMENTS, name="Om noe", criteria={"topic": "kreft"})
    questions: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        questions.extend([statement] if "FROM subscriber" in statement else [])

    sa.event.listen(programs.desk.service.database.engine, "before_cursor_execute", note)
    listed = programs.get("Leser", SEGMENTS)["segments"]

    assert [(one["name"], one["readers"]) for one in listed] == [
        ("Alle på nynorsk", 0), ("Nye om kreft", 1), ("Om noe", 1),
    ]  # fmt: skip
    assert len(questions) == 1


def test_its_name_and_its_criteria_are_changed(programs: Programs, segment: dict[str, Any]) -> None:
    renamed = change(programs, segment, name="Onkologi", seen_name=segment["name"])
    redefined = change(programs, renamed, criteria={"language": "nn"})

    assert (renamed["name"], renamed["criteria_sha256"]) == ("Onkologi", segment["criteria_sha256"])
    assert (redefined["name"], redefined["criteria"]) == ("Onkologi", {"language": "nn"})
    assert change(programs, renamed, criteria={"language": "nn"}) == redefined  # sent twice


def test_who_has_not_seen_what_stands_there_changes_nothing(programs: Programs, segment: dict[str, Any]) -> None:
    now = change(programs, segment, criteria={"language": "nn"})
    path, old = f"{SEGMENTS}/{segment['id']}", {"criteria_sha256": segment["criteria_sha256"]}

    named = {"name": "Engelsk", "seen_name": segment["name"]}
    for body in ({"criteria": {"language": "en"}}, named):
        assert programs.refused("Skriver", "PATCH", path, json=old | body) == (409, "conflict")
    assert programs.refused("Drift", "POST", f"{path}/deletion", json=old) == (409, "conflict")
    assert programs.get("Leser", path) == now


def test_a_new_name_goes_with_the_one_that_was_read(programs: Programs, segment: dict[str, Any]) -> None:
    change(programs, segment, name="Onkologi", seen_name=segment["name"])
    path, seen = f"{SEGMENTS}/{segment['id']}", {"criteria_sha256": segment["criteria_sha256"], "name": "Kreft"}

    assert programs.refused("Skriver", "PATCH", path, json=seen) == (422, "invalid-input")
    assert programs.refused("Skriver", "PATCH", path, json=seen | {"seen_name": segment["name"]}) == (409, "conflict")
    assert change(programs, segment, name="Onkologi", seen_name=segment["name"])["name"] == "Onkologi"  # sent twice
    assert programs.get("Leser", path)["name"] == "Onkologi"


def test_it_is_forgotten_once_nothing_goes_by_it(programs: Programs, segment: dict[str, Any]) -> None:
    path, seen = f"{SEGMENTS}/{segment['id']}", {"criteria_sha256": segment["criteria_sha256"]}
    series = programs.post(
        "Skriver",
        "/series",
        name="Brev",
        rhythm={"every": "week", "weekday": 2},
        subject="Nytt",
        segment=segment["id"],
    )
    assert programs.get("Leser", path)["series"] == [series["id"]]
    assert programs.refused("Drift", "POST", f"{path}/deletion", json=seen) == (422, "refused")
    programs.post("Skriver", f"/series/{series['id']}/ending", version=series["version"])

    assert programs.post("Drift", f"{path}/deletion", **seen) == {"deleted": segment["id"]}
    assert programs.refused("Leser", "GET", path) == (404, "not-found")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "Nye om kreft"}, "name"),
        ({"name": " "}, "name"),
        ({"criteria": {}}, "criteria"),
        ({"criteria": {"topic": "astrologi"}}, "criteria.topic"),
        ({"criteria": {"last_days": 0}}, "criteria.last_days"),
        ({"criteria": {"since": "2027-05-01T00:00:00"}}, "criteria.since"),
        ({"criteria": {"address": "kari@"}}, "criteria.address"),
    ],
)
def test_what_is_wrong_is_named(
    programs: Programs, segment: dict[str, Any], body: dict[str, Any], field: str
) -> None:  # fmt: skip
    answer = programs.call("Skriver", "POST", SEGMENTS, json={"name": "Andre", "criteria": {"language": "nn"}} | body)

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    assert len(programs.get("Leser", SEGMENTS)["segments"]) == 1


def test_who_approves_or_audits_only_reads(programs: Programs, segment: dict[str, Any]) -> None:
    seen = {"criteria_sha256": segment["criteria_sha256"]}
    answers = {
        programs.refused(name, method, path, json=body)
        for name in ("Leser", "Revisjon")
        for method, path, body in (
            ("POST", SEGMENTS, NEW_READERS),
            ("PATCH", f"{SEGMENTS}/{segment['id']}", seen),
            ("POST", f"{SEGMENTS}/{segment['id']}/deletion", seen),
        )
    }

    assert answers == {(403, "not-permitted")}
