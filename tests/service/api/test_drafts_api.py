"""Drafts through the API: what is written, read, changed and previewed, and each step on the way out."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from campaigns.days.default_days import default_days
from campaigns.editorial.blocks import FigureBlock, TextBlock
from tests.factories.newsroom import SLOT, stored_draft
from tests.factories.programs import Programs
from tests.factories.shared_figure import studies
from tests.fakes.charts import FakeCharts

DRAFTS = "/drafts"
FIGURE = FigureBlock(spec=studies(), alt_text="Linjen går opp.")
TEXT = {"kind": "text", "text": "Vi inviterer til møte."}
WHOLE: dict[str, Any] = {
    "title": "Møte om helsedata", "subjects": ["helsedata"], "blocks": [TEXT], "slot_at": SLOT.isoformat(),
}  # fmt: skip


@pytest.fixture
def draft(programs: Programs) -> dict[str, Any]:
    """One that Skriver has written."""
    found: dict[str, Any] = programs.post("Skriver", DRAFTS, **WHOLE)
    return found


@pytest.fixture
def made(programs: Programs) -> dict[str, Any]:
    """One for three channels that the service has made."""
    with programs.desk.service.database.session_scope() as session:
        text = TextBlock(text="Gratulerer med dagen!")
        number = stored_draft(session, programs.desk.clock, blocks=(text,)).id
    found: dict[str, Any] = programs.get("Skriver", f"{DRAFTS}/{number}")
    return found


@pytest.fixture
def charts(programs: Programs) -> Iterator[None]:
    """What draws is slow to start; what it draws is tested elsewhere."""
    vars(programs.desk.service)["charts"] = FakeCharts()
    yield
    del vars(programs.desk.service)["charts"]


@pytest.fixture
def patch(programs: Programs) -> Callable[..., Any]:
    def change(draft: dict[str, Any], **body: Any) -> Any:
        asked = {"version": draft["version"]} | body
        return programs.call("Skriver", "PATCH", f"{DRAFTS}/{draft['id']}", json=asked).get_json()

    return change


def test_it_is_written_for_the_newsletter(programs: Programs, draft: dict[str, Any]) -> None:
    assert (draft["state"], draft["kind"], draft["subjects"]) == ("draft", "news", ["helsedata"])
    assert (draft["blocks"], draft["slot_at"], draft["lacks"]) == ([TEXT], SLOT.isoformat(), [])
    enabled = {name: channel["enabled"] for name, channel in draft["channels"].items()}
    assert enabled == {"newsletter": True, "linkedin": False, "facebook": False}
    assert draft["steps"] == ["edit", "reschedule", "submit", "withdraw"]
    assert programs.get("Revisjon", f"{DRAFTS}/{draft['id']}") == draft | {"steps": []}


def test_without_a_time_it_is_proposed_one(programs: Programs) -> None:
    found = programs.post("Skriver", DRAFTS, title="Møte")

    assert found["slot_at"] > programs.desk.clock.now().isoformat()
    assert [lack["field"] for lack in found["lacks"]] == ["blocks"]


def test_the_same_request_again_writes_no_other(programs: Programs) -> None:
    answers = [
        programs.call("Skriver", "POST", DRAFTS, json=WHOLE, headers={"Idempotency-Key": "mote"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].get_json() == answers[1].get_json()
    assert answers[0].headers["Location"].endswith(f"/api/v1/drafts/{answers[0].get_json()['id']}")


def test_they_are_listed_the_newest_first_page_by_page(programs: Programs) -> None:
    ids = [programs.post("Skriver", DRAFTS, title=f"Nummer {number}")["id"] for number in range(3)]

    first = programs.get("Leser", f"{DRAFTS}?limit=2")
    second = programs.get("Leser", f"{DRAFTS}?limit=2&cursor={first['cursor']}")

    assert [one["id"] for one in first["drafts"] + second["drafts"]] == ids[::-1]
    assert second["cursor"] is None
    assert programs.get("Leser", f"{DRAFTS}?state=published")["drafts"] == []


def test_all_of_it_is_changed_at_once_and_the_rest_stays(made: dict[str, Any], patch: Callable[..., Any]) -> None:
    post = {"text": "Nytt i dag", "hashtags": ["#helse"], "link": ""}

    changed = patch(
        made,
        title="Dagen",
        blocks=[TEXT, {"kind": "event", "title": "Seminar", "starts_at": "2027-06-01T09:00:00+02:00"}],
        channels={"linkedin": post, "facebook": {"enabled": False}},
        slot_at="2027-05-21T09:00:00+02:00",
    )

    assert (changed["title"], [block["kind"] for block in changed["blocks"]]) == ("Dagen", ["text", "event"])
    linkedin = changed["channels"]["linkedin"]
    assert (linkedin["text"], linkedin["hashtags"], linkedin["link"]) == ("Nytt i dag", ["helse"], None)
    assert linkedin["alt_text"] == made["channels"]["linkedin"]["alt_text"]
    assert changed["channels"]["facebook"] == made["channels"]["facebook"] | {"enabled": False}
    assert changed["slot_at"] == "2027-05-21T07:00:00+00:00"
    assert patch(changed | {"version": made["version"]}, title="Dagen") == changed  # sent twice


def test_a_stale_version_is_refused_with_the_present_one(
    programs: Programs, draft: dict[str, Any], patch: Callable[..., Any]
) -> None:
    newer = patch(draft, title="Bedre")
    body = {"version": draft["version"], "title": "Enda bedre"}

    answer = programs.call("Begge", "PATCH", f"{DRAFTS}/{draft['id']}", json=body)

    assert (answer.status_code, answer.get_json()["current"]) == (409, newer["version"])
    assert answer.get_json()["detail"] == "Utkastet er endret siden du leste det. Les det på nytt."


@pytest.mark.parametrize("version", [0, 2**31, 10**30, "1", True, None])
def test_a_version_that_is_none_is_refused(programs: Programs, draft: dict[str, Any], version: object) -> None:
    path = f"{DRAFTS}/{draft['id']}"

    for method, address in (("PATCH", path), ("POST", f"{path}/submission")):
        answer = programs.call("Skriver", method, address, json={"version": version})
        assert (answer.status_code, answer.get_json()["field"]) == (422, "version")


def test_a_figure_is_kept_by_its_number_or_left_out(programs: Programs, patch: Callable[..., Any]) -> None:
    with programs.desk.service.database.session_scope() as session:
        number = stored_draft(session, programs.desk.clock, blocks=(FIGURE,), variants={}).id
    found = programs.get("Skriver", f"{DRAFTS}/{number}")
    assert [block["figure"] for block in found["blocks"]] == [1]

    kept = patch(found, blocks=[TEXT, {"kind": "figure", "figure": 1}])
    gone = patch(kept, blocks=[TEXT])

    assert kept["blocks"] == [TEXT, found["blocks"][0]]
    assert gone["blocks"] == [TEXT]
    assert patch(gone, blocks=[{"kind": "figure", "figure": 1}])["field"] == "blocks.0.figure"
    invented = found["blocks"][0] | {"alt_text": "Tallene doblet seg"}
    assert patch(gone, blocks=[invented])["type"].endswith("/invalid-input")


@pytest.mark.usefixtures("charts")
@pytest.mark.parametrize(("said", "told"), [({}, "Linjen faller."), ({"alt_text": "Studiene blir færre."}, None)])
def test_another_figure_first_is_told_by_its_own_text_unless_one_is_given(
    programs: Programs, patch: Callable[..., Any], said: dict[str, Any], told: str | None
) -> None:
    spec = FIGURE.spec.model_copy(update={"title": "Avsluttede studier"})
    other = FIGURE.model_copy(update={"spec": spec, "alt_text": "Linjen faller."})
    with programs.desk.service.database.session_scope() as session:
        number = stored_draft(session, programs.desk.clock, blocks=(FIGURE, other)).id
    found = programs.get("Skriver", f"{DRAFTS}/{number}")

    moved = patch(
        found,
        blocks=[{"kind": "figure", "figure": 2}, {"kind": "figure", "figure": 1}],
        channels={"linkedin": {"text": "Nytt", **said}},
    )

    before, linkedin = found["channels"]["linkedin"], moved["channels"]["linkedin"]
    assert [block["spec"]["title"] for block in moved["blocks"]] == ["Avsluttede studier", FIGURE.spec.title]
    assert (linkedin["text"], linkedin["alt_text"]) == ("Nytt", told or said["alt_text"])
    assert linkedin["image_sha256"] != before["image_sha256"]


def test_its_versions_are_what_an_approval_binds_to(
    programs: Programs, draft: dict[str, Any], patch: Callable[..., Any]
) -> None:
    newer = patch(draft, title="Bedre")
    path = f"{DRAFTS}/{draft['id']}/versions"

    first = programs.get("Revisjon", f"{path}?limit=1")
    second = programs.get("Revisjon", f"{path}?limit=1&cursor={first['cursor']}")

    assert [one["sha256"] for one in first["versions"] + second["versions"]] == [
        newer["content_sha256"], draft["content_sha256"],
    ]  # fmt: skip
    assert (first["versions"][0]["content"]["title"], second["cursor"]) == ("Bedre", None)


def test_each_channel_is_previewed_as_it_would_go_out(programs: Programs, made: dict[str, Any]) -> None:
    path = f"{DRAFTS}/{made['id']}/preview"

    mail = programs.get("Leser", path)
    facebook = programs.get("Leser", f"{path}?channel=facebook")
    linkedin = programs.get("Leser", f"{path}?channel=linkedin")

    assert ("Gratulerer med dagen!" in mail["html"], mail["channel"]) == (True, "newsletter")
    assert (facebook["text"], facebook["problems"]) == ("Gratulerer med dagen!", [])
    assert "kliniskestudier" in linkedin["text"]
    assert linkedin["problems"][0].startswith("Bildet som ble godkjent, finnes ikke lenger")  # it never was drawn
    assert programs.refused("Leser", "GET", f"{path}?channel=x") == (422, "invalid-input")


def test_one_writes_another_approves_and_nobody_both(programs: Programs, draft: dict[str, Any]) -> None:
    path, seen = f"{DRAFTS}/{draft['id']}", {"version": draft["version"]}
    sent = programs.post("Skriver", f"{path}/submission", **seen)
    yes = {"sha256": sent["content_sha256"]}

    assert programs.refused("Skriver", "POST", f"{path}/approval", json=yes) == (403, "not-permitted")
    assert programs.refused("Leser", "POST", f"{path}/approval", json={"sha256": "0" * 64}) == (409, "conflict")
    approved = programs.post("Leser", f"{path}/approval", **yes)
    assert (approved["state"], approved["approver"], approved["author"]) == ("scheduled", "Leser", "Skriver")
    assert programs.post("Skriver", f"{path}/withdrawal", **seen)["state"] == "withdrawn"
    assert programs.post("Skriver", f"{path}/reopening", **seen)["state"] == "draft"


def test_who_wrote_it_cannot_approve_it_with_another_role(programs: Programs) -> None:
    own = programs.post("Begge", DRAFTS, **WHOLE)
    sent = programs.post("Begge", f"{DRAFTS}/{own['id']}/submission", version=own["version"])

    answer = programs.refused(
        "Begge", "POST", f"{DRAFTS}/{own['id']}/approval", json={"sha256": sent["content_sha256"]}
    )

    assert answer == (403, "not-permitted")


def test_it_is_sent_back_rejected_and_moved_by_who_saw_it(programs: Programs, draft: dict[str, Any]) -> None:
    path, seen = f"{DRAFTS}/{draft['id']}", {"version": draft["version"]}
    words = seen | {"comment": "Stryk siste setning."}
    programs.post("Skriver", f"{path}/submission", **seen)

    back = programs.post("Leser", f"{path}/change-request", **words)
    assert (back["state"], back["note"]) == ("changes_requested", "Stryk siste setning.")
    programs.post("Skriver", f"{path}/submission", **seen)
    moved = programs.post("Leser", f"{path}/schedule", **seen, slot_at="2027-05-25T09:00:00+02:00")
    for noun in ("submission", "withdrawal"):
        assert programs.refused("Skriver", "POST", f"{path}/{noun}", json=seen) == (409, "conflict")
    assert programs.refused("Leser", "POST", f"{path}/rejection", json=words) == (409, "conflict")
    vouched = programs.post("Skriver", f"{path}/vouching", sha256=moved["content_sha256"])
    assert vouched["last_editor"] == "Skriver"
    assert programs.post("Leser", f"{path}/rejection", version=moved["version"], comment="Nei.")["state"] == "rejected"


def test_nothing_is_planned_for_a_day_that_is_barred(programs: Programs, draft: dict[str, Any]) -> None:
    with programs.desk.service.database.session_scope() as session:
        session.add_all(one for one in (entry.as_day() for entry in default_days()) if one.id == "constitution-day")
    path, seen = f"{DRAFTS}/{draft['id']}", {"version": draft["version"]}
    barred = {"slot_at": "2027-05-17T09:00:00+02:00"}
    moved = programs.call("Skriver", "PATCH", path, json=seen | barred).get_json()

    sent = programs.refused("Skriver", "POST", f"{path}/submission", json={"version": moved["version"]})
    set_to = programs.refused("Skriver", "POST", f"{path}/schedule", json={"version": moved["version"]} | barred)

    assert (sent, set_to) == ((422, "invalid-input"), (422, "invalid-input"))
    assert programs.get("Leser", path)["state"] == "draft"


def test_what_is_missing_comes_back_as_sentences(programs: Programs) -> None:
    empty = programs.post("Skriver", DRAFTS, title="Møte")

    answer = programs.call("Skriver", "POST", f"{DRAFTS}/{empty['id']}/submission", json={"version": empty["version"]})

    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (422, "incomplete")
    assert [lack["field"] for lack in answer.get_json()["lacks"]] == ["blocks"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": ""}, "title"),
        ({"subjects": ["astrologi"]}, "topics"),
        ({"blocks": [{"kind": "figure", "figure": 1}]}, "blocks.0"),
        ({"blocks": [{"kind": "text", "text": ""}]}, "blocks.0.text.text"),
        ({"slot_at": "2020-05-20T09:00:00+02:00"}, "slot"),
        ({"farge": "blå"}, "farge"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(programs: Programs, given: dict[str, Any], field: str) -> None:
    answer = programs.call("Skriver", "POST", DRAFTS, json=WHOLE | given)

    assert (answer.status_code, answer.get_json()["field"]) == (422, field)
    assert programs.get("Leser", DRAFTS)["drafts"] == []


def test_what_is_under_embargo_is_there_for_those_who_prepare_it(programs: Programs) -> None:
    with programs.desk.service.database.session_scope() as session:
        number = stored_draft(session, programs.desk.clock, embargo_until=SLOT).id

    for path in ("", "/versions", "/preview?channel=facebook"):
        assert programs.get("Leser", f"{DRAFTS}/{number}{path}")
        assert programs.refused("Revisjon", "GET", f"{DRAFTS}/{number}{path}") == (404, "not-found")
    assert programs.get("Drift", DRAFTS)["drafts"] == []
