"""Series through the API: what comes round by itself is begun, read, changed, rested and ended."""

from typing import Any

import pytest

from campaigns.audit import Actor
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segments import save_segment
from tests.factories.programs import Programs

SERIES = "/series"
MONTHLY: dict[str, Any] = {
    "name": "Månedsbrev",
    "rhythm": {"every": "month_day", "day": 1},
    "subject": "Månedsbrev {forrige måned} {år}",
    "begins_on": "2027-05-10",
    "lead_days": 5,
    "opening": "Dette skjedde i {forrige måned}.",
}


@pytest.fixture
def series(programs: Programs) -> dict[str, Any]:
    """A monthly letter that Skriver has begun."""
    found: dict[str, Any] = programs.post("Skriver", SERIES, **MONTHLY)
    return found


def change(programs: Programs, series: dict[str, Any], **body: Any) -> Any:
    asked = {"version": series["version"]} | body
    return programs.call("Skriver", "PATCH", f"{SERIES}/{series['id']}", json=asked).get_json()


def test_it_is_begun_and_tells_what_comes(programs: Programs, series: dict[str, Any]) -> None:
    assert (series["state"], series["version"], series["at"]) == ("active", 1, "08:00")
    assert series["rhythm"] == {"every": "month_day", "day": 1}
    assert (series["segment"], series["past"], series["last_editor"]) == (None, [], "Skriver")
    first = series["coming"][0]
    assert (first["due_on"], first["slot_at"]) == ("2027-06-01", "2027-06-01T06:00:00+00:00")
    assert (first["subject"], first["issue"]) == ("Månedsbrev mai 2027", None)
    assert programs.get("Revisjon", f"{SERIES}/{series['id']}") == series


def test_the_same_request_again_begins_no_other(programs: Programs) -> None:
    answers = [
        programs.call("Skriver", "POST", SERIES, json=MONTHLY, headers={"Idempotency-Key": "brev"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].headers["Location"].endswith(f"/api/v1/series/{answers[0].get_json()['id']}")
    assert len(programs.get("Leser", SERIES)["series"]) == 1


def test_two_programs_that_chose_the_same_key_begin_one_each(programs: Programs) -> None:
    answers = [
        programs.call(name, "POST", SERIES, json=MONTHLY | {"name": name}, headers={"Idempotency-Key": "brev"})
        for name in ("Skriver", "Begge")
    ]

    assert [answer.get_json()["name"] for answer in answers] == ["Skriver", "Begge"]


def test_what_is_left_out_of_a_change_stays(programs: Programs, series: dict[str, Any]) -> None:
    with programs.desk.service.database.session_scope() as session:
        clock = programs.desk.clock
        save_segment(session, clock, name="Kreft", wanted=Wanted(topic="kreft"), actor=Actor.editor(1))
    weekly = {"every": "week", "weekday": 3}

    changed = change(programs, series, rhythm=weekly, at="09:30", segment=1, reader_languages=["nn"])
    freed = change(programs, changed, segment=None)

    assert changed["rhythm"] == weekly
    assert (changed["at"], changed["segment"], changed["version"]) == ("09:30", {"id": 1, "name": "Kreft"}, 2)
    kept = ("name", "subject", "opening", "lead_days", "begins_on")
    assert {name: changed[name] for name in kept} == {name: series[name] for name in kept}
    assert (freed["segment"], freed["reader_languages"], freed["at"]) == (None, ["nn"], "09:30")


def test_a_stale_version_is_refused_and_the_same_change_twice_passes(
    programs: Programs, series: dict[str, Any]
) -> None:
    newer = change(programs, series, name="Leser og skriver", subject="Nytt {år}")
    answer = programs.call(
        "Begge", "PATCH", f"{SERIES}/{series['id']}", json={"version": series["version"], "subject": "Gammelt"}
    )

    assert (answer.status_code, answer.get_json()["current"]) == (409, 2)
    assert answer.get_json()["detail"] == "Den faste utsendelsen er endret siden du leste den. Les den på nytt."
    assert change(programs, series, subject="Nytt {år}") == newer


def test_it_rests_goes_on_and_ends(programs: Programs, series: dict[str, Any]) -> None:
    path, seen = f"{SERIES}/{series['id']}", {"version": series["version"]}

    assert programs.post("Leser", f"{path}/pause", **seen)["state"] == "paused"
    assert programs.get("Leser", f"{SERIES}?state=paused")["series"][0]["next_slot_at"] is None
    assert programs.post("Skriver", f"{path}/resumption", **seen)["coming"] == series["coming"]
    assert programs.refused("Skriver", "POST", f"{path}/ending", json={"version": 9}) == (409, "conflict")
    assert programs.post("Skriver", f"{path}/ending", **seen)["state"] == "ended"
    assert programs.refused("Skriver", "POST", f"{path}/resumption", json=seen) == (409, "conflict")
    assert programs.refused("Skriver", "PATCH", path, json=seen | {"name": "Nytt"}) == (409, "conflict")
    assert programs.get("Leser", f"{SERIES}?state=active") == {"series": []}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"rhythm": {"every": "daily"}}, "rhythm.every"),
        ({"rhythm": {"every": "month_weekday", "nth": 0}}, "nth"),
        ({"rhythm": {"every": "month_day", "day": 32}}, "rhythm.day"),
        ({"lead_days": 0}, "lead_days"),
        ({"lead_days": 10**20}, "lead_days"),
        ({"most_items": 0}, "most_items"),
        ({"at": "08:00:30"}, "at"),
        ({"at": "08:00+02:00"}, "at"),
        ({"begins_on": "i morgen"}, "begins_on"),
        ({"subject": "Nytt i {uken}"}, "subject"),
        ({"subjects": ["astrologi"]}, "topics"),
        ({"segment": 404}, "segment"),
        ({"farge": "blå"}, "farge"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_begun(programs: Programs, given: dict[str, Any], field: str) -> None:
    answer = programs.call("Skriver", "POST", SERIES, json=MONTHLY | given)

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    assert programs.get("Leser", SERIES) == {"series": []}


def test_who_approves_begins_none_and_who_audits_stops_none(programs: Programs, series: dict[str, Any]) -> None:
    path, seen = f"{SERIES}/{series['id']}", {"version": series["version"]}

    assert programs.refused("Leser", "POST", SERIES, json=MONTHLY) == (403, "not-permitted")
    assert programs.refused("Leser", "PATCH", path, json=seen) == (403, "not-permitted")
    assert programs.refused("Revisjon", "POST", f"{path}/pause", json=seen) == (403, "not-permitted")
