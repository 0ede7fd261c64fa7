"""What is worth saying, and when, through the API."""

from datetime import datetime, timedelta

import pytest

from campaigns.clock import FixedClock
from campaigns.days.day import CommemorativeDay
from campaigns.days.default_days import default_days
from campaigns.editorial.draft import ChannelName, DraftStatus
from service.demo.figures import resource_use
from tests.factories.newsroom import SLOT, stored_draft
from tests.factories.programs import Programs
from tests.factories.published_figures import publish, resource_use_followed

DAYS = "/days?from=2027-05-01&to=2027-05-31"
CALENDAR = "/calendar?from=2027-05-01&to=2027-05-31"


@pytest.fixture
def told(programs: Programs, clock: FixedClock) -> Programs:
    """New figures of four indicators."""
    with programs.desk.service.database.session_scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use("2019").as_jsonstat())
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())
    return programs


def test_findings_are_told_in_words_and_numbers(told: Programs) -> None:
    found = told.get("Revisjon", "/findings")["findings"]

    assert len(found) == 4
    worth = [one["news_value"] for one in found]
    assert worth == sorted(worth, reverse=True)
    assert all(one["sentences"] and one["key_figure"]["period"] == "2021" for one in found)
    english = told.get("Revisjon", "/findings?language=en")["findings"]
    assert {one["title"] for one in english}.isdisjoint(one["title"] for one in found)


def test_they_are_found_by_heap_and_indicator(told: Programs) -> None:
    first = told.get("Leser", "/findings")["findings"][0]

    assert told.get("Leser", f"/findings?indicator={first['indicator']}")["findings"] == [first]
    assert told.get("Leser", "/findings?heap=dismissed") == {"findings": [], "cursor": None}
    assert told.get("Leser", "/findings?cursor=2") == {"findings": [], "cursor": None}


def test_days_in_use_are_listed_between_two_dates(programs: Programs) -> None:
    with programs.desk.service.database.session_scope() as session:
        known: list[CommemorativeDay] = [entry.as_day() for entry in default_days()]
        for day in known:
            day.enabled = day.id == "clinical-trials-day"
            session.add(day)

    (day,) = programs.get("Leser", DAYS)["days"]

    assert (day["id"], day["start"], day["post_on"]) == ("clinical-trials-day", "2027-05-20", "2027-05-20")
    assert programs.get("Leser", "/days?from=2027-06-01&to=2027-06-01") == {"days": []}


def test_the_calendar_holds_days_drafts_and_holidays_between_two_dates(programs: Programs) -> None:
    with programs.desk.service.database.session_scope() as session:
        for entry in default_days():
            day = entry.as_day()
            day.enabled = day.id in {"clinical-trials-day", "ascension-day"}
            session.add(day)
        slotted = stored_draft(session, programs.desk.clock).id
        later = {"slot_at": None, "occurs_on": SLOT + timedelta(days=3)}
        unslotted = stored_draft(session, programs.desk.clock, key="later", **later).id
        stored_draft(session, programs.desk.clock, key="gone").status = DraftStatus.WITHDRAWN
        secret = stored_draft(session, programs.desk.clock, key="secret", embargo_until=SLOT).id

    found = programs.get("Revisjon", CALENDAR)

    assert [day["id"] for day in found["days"]] == ["clinical-trials-day"]
    first, second = found["drafts"]
    assert (first["id"], first["on"], first["channels"]) == (slotted, "2027-05-20", list(ChannelName))
    assert datetime.fromisoformat(first["slot_at"]) == SLOT
    assert (second["id"], second["on"], second["slot_at"]) == (unslotted, "2027-05-23", None)
    assert {"on": "2027-05-06", "name": "Kristi himmelfartsdag"} in found["holidays"]
    assert secret in [draft["id"] for draft in programs.get("Skriver", CALENDAR)["drafts"]]
    assert programs.get("Leser", "/calendar?from=2027-06-01&to=2027-06-01") == {
        "days": [],
        "drafts": [],
        "holidays": [],
    }


@pytest.mark.parametrize(
    "path",
    [
        "/findings?heap=x", "/findings?kind=x", "/findings?language=se", "/findings?cursor=-1", "/findings?limit=1",
        "/days", "/days?from=2027-05-01", "/days?from=2027-05-01&to=i+morgen", "/days?from=2027-05-02&to=2027-05-01",
        "/days?from=2027-01-01&to=2099-01-01", "/days?from=0001-01-01&to=0001-01-02",
        "/calendar", "/calendar?from=2027-05-02&to=2027-05-01", "/calendar?from=2027-05-01&to=2027-05-02&kind=day",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(programs: Programs, path: str) -> None:
    assert programs.refused("Leser", "GET", path) == (422, "invalid-input")
