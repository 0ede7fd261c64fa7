"""A draft that has been overtaken, on the desk: what happened, and a way on that does not lead back."""

import pytest
from sqlmodel import select

from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.staleness import mark_stale
from campaigns.editorial.changes import DraftChanges
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.editorial.editor import Editor
from campaigns.editorial.workflow import edit
from campaigns.indicators.indicator import Dataset
from service.demo.figures import resource_use
from tests.factories.published_figures import publish, resource_use_followed
from tests.factories.staff_desk import StaffDesk
from tests.fakes.charts import FakeCharts


@pytest.fixture
def overtaken(desk: StaffDesk, monkeypatch: pytest.MonkeyPatch) -> StaffDesk:
    """Astrid has written into the draft of the 2021 figures, and then they were revised."""
    service, clock = desk.service, desk.clock
    scope = service.database.session_scope
    monkeypatch.setitem(vars(service), "charts", FakeCharts())
    with scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use("2019").as_jsonstat())
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())
    (draft_id,) = draft_what_is_new(scope, clock, service.charts, service.drafting_plan)
    with scope() as session:
        astrid = session.exec(select(Editor).where(Editor.name == "Astrid")).one()
        edit(session, draft_id, astrid, DraftChanges(title="Vår tittel"), seen_version=1, clock=clock)
        followed = session.exec(select(Dataset)).one()
        publish(session, clock, followed, resource_use("rettet").as_jsonstat())
        mark_stale(session, clock)
    return desk


def _draft(desk: StaffDesk) -> Draft:
    with desk.service.database.session_scope(read_only=True) as session:
        found = session.exec(select(Draft)).one()
        session.expunge(found)
        return found


def test_the_queue_and_the_page_say_what_happened_and_what_can_be_done(overtaken: StaffDesk) -> None:
    browser = overtaken.browser("Astrid")

    listed, own = browser.get("/redaksjon/").text, browser.get("/redaksjon/utkast/1").text

    assert "Foreldet: se over på nytt" in listed
    assert "Kilden har kommet med nyere tall" in listed
    assert "/redaksjon/utkast/1/nyskriving" in own
    assert "/redaksjon/utkast/1/gjenapning" in own


def test_an_author_writes_it_anew_with_the_figures_of_today(overtaken: StaffDesk) -> None:
    response = overtaken.browser("Astrid").post("/redaksjon/utkast/1/nyskriving")

    draft = _draft(overtaken)
    assert response.headers["Location"].endswith("melding=nyskrevet")
    assert draft.status is DraftStatus.DRAFT
    assert "7,5" in draft.title


def test_an_author_keeps_what_is_written_and_the_next_run_lets_it_be(overtaken: StaffDesk) -> None:
    overtaken.browser("Astrid").post("/redaksjon/utkast/1/gjenapning")

    with overtaken.service.database.session_scope() as session:
        assert mark_stale(session, overtaken.clock) == []
    assert (_draft(overtaken).status, _draft(overtaken).title) == (DraftStatus.DRAFT, "Vår tittel")


def test_one_who_only_reads_can_do_neither(overtaken: StaffDesk) -> None:
    browser = overtaken.browser("Revisor")

    assert "nyskriving" not in browser.get("/redaksjon/utkast/1").text
    assert browser.post("/redaksjon/utkast/1/nyskriving").status_code == 403
