"""Counting subscribers, reading the trail and pressing the kill switch through the API."""

from campaigns.audit import Actor
from campaigns.language import Language
from campaigns.subscribers.register import Wanted
from campaigns.subscribers.segments import save_segment
from campaigns.subscribers.subscriber import Frequency, SubscriberStatus
from service.delivering import deliver_once
from tests.factories.composing import ISSUE_SLOT, approved_issue, choosing
from tests.factories.programs import Programs


def test_it_counts_subscribers_and_names_nobody(programs: Programs) -> None:
    with programs.desk.service.database.session_scope() as session:
        clock = programs.desk.clock
        nynorsk = Wanted(language=Language.NYNORSK)
        segment_id = save_segment(session, clock, name="Nynorsk", wanted=nynorsk, actor=Actor.editor(1)).id
        choosing(session, clock, "alt")
        choosing(session, clock, "kreft", "kreft", "folkehelse", language="nn").frequency = Frequency.WEEKLY
        gone = choosing(session, clock, "borte", "kreft")
        gone.status = SubscriberStatus.UNSUBSCRIBED
        session.add(gone)

    answer = programs.call("Skriver", "GET", "/subscribers/count")

    counted = answer.get_json()
    assert counted["by_status"] == {"pending": 0, "confirmed": 2, "unsubscribed": 1}
    assert counted["segments"] == [{"id": segment_id, "name": "Nynorsk", "readers": 1}]
    assert (counted["receiving"], counted["every_topic"]) == (2, 1)
    assert counted["by_language"] == {"nb": 1, "nn": 1, "en": 0}
    assert counted["by_frequency"] == {"each": 1, "weekly": 1, "monthly": 0}
    assert {key: count for key, count in counted["by_topic"].items() if count} == {"kreft": 1, "folkehelse": 1}
    assert "@" not in answer.text


def test_the_trail_is_read_page_by_page_and_chains_outside_too(programs: Programs) -> None:
    first = programs.get("Revisjon", "/audit?limit=3")
    rest = programs.get("Drift", f"/audit?after={first['cursor']}")

    events = first["events"] + rest["events"]
    assert [event["id"] for event in events] == list(range(1, len(events) + 1))
    assert [event["previous_hash"] for event in events[1:]] == [event["hash"] for event in events[:-1]]
    assert events[0]["action"] == "token.created"
    assert rest["cursor"] is None
    assert programs.get("Drift", f"/audit?after={events[-1]['id']}") == {"events": [], "cursor": None}


def test_the_trail_is_for_auditors_and_administrators(programs: Programs) -> None:
    answers = {programs.refused(name, "GET", "/audit") for name in ("Skriver", "Leser", "Begge")}

    assert answers == {(403, "not-permitted")}


def test_a_program_stops_everything_and_another_lets_it_go(programs: Programs) -> None:
    with programs.desk.service.database.session_scope() as session:
        choosing(session, programs.desk.clock, "en")
        astrid, gunnar = programs.desk.editor(session, "Astrid"), programs.desk.editor(session, "Gunnar")
        approved_issue(session, programs.desk.clock, astrid, gunnar)

    stopped = programs.post("Skriver", "/kill-switch", stopped=True, reason="Feil tall")

    assert [(one["what"], one["by"], one["reason"]) for one in stopped["stopped"]] == [
        ("everything", "Skriver", "Feil tall")
    ]
    assert programs.get("Revisjon", "/kill-switch") == stopped
    assert "«Feil tall»" in programs.desk.browser("Astrid").get("/redaksjon/").text
    programs.desk.clock.move_to(ISSUE_SLOT)
    assert deliver_once(programs.desk.service).mails == 0
    body = {"stopped": False, "reason": "Rettet"}
    assert programs.refused("Skriver", "POST", "/kill-switch", json=body) == (403, "not-permitted")
    assert programs.post("Drift", "/kill-switch", **body) == {"stopped": []}
    assert programs.refused("Drift", "POST", "/kill-switch", json=body) == (409, "conflict")


def test_a_press_that_cannot_be_understood_stops_nothing(programs: Programs) -> None:
    wrong = ({"stopped": True}, {"stopped": "ja", "reason": "x"}, {"stopped": True, "reason": "x", "what": "alt"})

    answers = {programs.refused("Drift", "POST", "/kill-switch", json=body) for body in wrong}

    assert answers == {(422, "invalid-input")}
    assert programs.get("Drift", "/kill-switch") == {"stopped": []}
    assert programs.refused("Revisjon", "POST", "/kill-switch", json=wrong[0]) == (403, "not-permitted")


def test_an_unknown_parameter_of_these_is_refused_too(programs: Programs) -> None:
    asked = ("/subscribers/count?x=1", "/audit?after=x", "/audit?cursor=1", "/kill-switch?a=b")

    assert {programs.refused("Drift", "GET", path) for path in asked} == {(422, "invalid-input")}
