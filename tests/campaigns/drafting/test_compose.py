"""Findings and days become drafts: once each, whatever fails beside them, on both engines."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.days.day import CommemorativeDay, PostPolicy
from campaigns.days.default_days import default_days
from campaigns.days.load import load_days
from campaigns.drafting.compose import DraftingRefused, draft_what_is_new
from campaigns.drafting.figure_editing import figure_of, redraw_figure
from campaigns.drafting.figure_wish import FigureWish
from campaigns.drafting.renew import renew_drafts, rewrite_with_new_figures
from campaigns.drafting.staleness import acknowledge, mark_stale
from campaigns.editorial.changes import DraftChanges
from campaigns.editorial.draft import Approval, ApprovalMode, ChannelName, Draft, DraftKind, DraftStatus
from campaigns.editorial.editor import Editor
from campaigns.editorial.snapshot import variants_of
from campaigns.editorial.workflow import approve, edit, reopen, submit
from campaigns.indicators.finding import Finding, FindingState
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.language import Language
from chart_renderer.renderer import RenderedImage
from chart_renderer.spec import FigureSpec, FigureType
from service.database import Database
from service.demo.figures import clinical_studies, resource_use
from tests.factories.newsroom import PLAN, approver, author
from tests.factories.published_figures import clinical_studies_followed, publish, resource_use_followed
from tests.fakes.charts import FakeCharts, broken


@pytest.fixture
def monitor(database: Database, clock: FixedClock) -> Database:
    """Figures of two sources, the newest of one just out, and 20 May ten days ahead."""
    with database.session_scope() as session:
        load_days(session, clock, [day for day in default_days() if day.id == "clinical-trials-day"])
        publish(session, clock, clinical_studies_followed(session), clinical_studies().as_jsonstat())
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use("2019").as_jsonstat())
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())
    return database


def drafts(database: Database) -> dict[DraftKind, Draft]:
    with database.session_scope(read_only=True) as session:
        found = {draft.kind: draft for draft in session.exec(select(Draft))}
        session.expunge_all()
        return found


def images(database: Database, draft: Draft) -> dict[ChannelName, str | None]:
    with database.session_scope(read_only=True) as session:
        return {variant.channel: variant.image_sha256 for variant in variants_of(session, draft)}


def test_it_makes_one_draft_of_a_vintage_and_one_of_a_day(monitor: Database, clock: FixedClock) -> None:
    made = draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    found = drafts(monitor)
    assert len(made) == 2
    assert set(found) == {DraftKind.NEW_PERIOD, DraftKind.DAY}
    assert found[DraftKind.DAY].slot_at == datetime(2027, 5, 20, 7, tzinfo=UTC)
    assert found[DraftKind.DAY].occurs_on == datetime(2027, 5, 19, 22, tzinfo=UTC)
    assert found[DraftKind.NEW_PERIOD].slot_at == datetime(2027, 5, 11, 7, tzinfo=UTC)
    assert all(images(monitor, found[DraftKind.DAY]).values())
    with monitor.session_scope(read_only=True) as session:
        assert {finding.state for finding in session.exec(select(Finding))} == {FindingState.DRAFTED}


def test_it_makes_nothing_the_second_time(monitor: Database, clock: FixedClock) -> None:
    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    charts = FakeCharts()

    assert draft_what_is_new(monitor.session_scope, clock, charts, PLAN) == []
    assert charts.drawn == []


def test_two_processes_at_once_make_each_draft_once(monitor: Database, clock: FixedClock) -> None:
    meet = threading.Barrier(2)
    made: list[int] = []

    class Meeting(FakeCharts):
        """Both have written their texts before either has stored its draft."""

        def render(self, spec: FigureSpec, canvas_id: str) -> RenderedImage:
            if not self.drawn:
                meet.wait(timeout=60)
            return super().render(spec, canvas_id)

    def run() -> None:
        made.extend(draft_what_is_new(monitor.session_scope, clock, Meeting(), PLAN))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    assert len(made) == len(set(made)) == 2
    assert len(drafts(monitor)) == 2


def test_it_keeps_the_text_when_the_chart_fails_and_adds_the_picture_later(
    monitor: Database, clock: FixedClock
) -> None:
    charts = FakeCharts(broken())
    draft_what_is_new(monitor.session_scope, clock, charts, PLAN)
    day = drafts(monitor)[DraftKind.DAY]
    assert not any(images(monitor, day).values())
    assert (day.note or "").startswith("Bildet mangler: Figuren ble ikke tegnet")

    charts.failure = None
    renewed = renew_drafts(monitor.session_scope, clock, charts, PLAN)

    again = drafts(monitor)[DraftKind.DAY]
    assert len(renewed.illustrated) == 2
    assert (again.note, again.version) == (None, 2)
    assert all(images(monitor, again).values())


def test_it_draws_nothing_more_while_the_charts_still_fail(monitor: Database, clock: FixedClock) -> None:
    charts = FakeCharts(broken())
    draft_what_is_new(monitor.session_scope, clock, charts, PLAN)

    renewed = renew_drafts(monitor.session_scope, clock, charts, PLAN)

    assert renewed.illustrated == []
    assert drafts(monitor)[DraftKind.DAY].version == 1


def test_it_tells_of_a_chart_the_catalogue_makes_impossible_and_writes_the_rest(
    monitor: Database, clock: FixedClock
) -> None:
    with monitor.session_scope() as session:
        indicator = session.get_one(Indicator, "ho21-kliniske-studier")
        indicator.chart = {**indicator.chart, "typ": "line"}
        session.add(indicator)

    made = draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    day = drafts(monitor)[DraftKind.DAY]
    assert len(made) == 2
    assert "ho21-kliniske-studier kunne ikke lages" in (day.note or "")


def test_it_makes_the_other_drafts_when_one_cannot_be_written(monitor: Database, clock: FixedClock) -> None:
    with monitor.session_scope() as session:
        day = session.get_one(CommemorativeDay, "clinical-trials-day")
        day.hashtags = {"nb": ["ClinicalTrialsDay2024"]}
        session.add(day)

    with pytest.raises(DraftingRefused, match="ClinicalTrialsDay2024") as refused:
        draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    assert len(refused.value.made) == 1
    assert set(drafts(monitor)) == {DraftKind.NEW_PERIOD}


@pytest.mark.parametrize("policy", [PostPolicy.OPTIONAL, PostPolicy.QUIET, PostPolicy.AVOID, PostPolicy.WARN])
def test_it_leaves_days_alone_that_ask_for_no_post(monitor: Database, clock: FixedClock, policy: PostPolicy) -> None:
    with monitor.session_scope() as session:
        day = session.get_one(CommemorativeDay, "clinical-trials-day")
        day.post_policy = policy
        session.add(day)

    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    assert DraftKind.DAY not in drafts(monitor)


def test_it_waits_until_a_day_is_near(monitor: Database, clock: FixedClock) -> None:
    clock.move_to(datetime(2027, 5, 1, 8, tzinfo=UTC))

    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    assert DraftKind.DAY not in drafts(monitor)


def _scheduled(database: Database, clock: FixedClock, kind: DraftKind) -> int:
    with database.session_scope() as session:
        draft = session.exec(select(Draft).where(Draft.kind == kind)).one()
        astrid, gunnar = author(session), approver(session)
        assert draft.id is not None
        submit(session, draft.id, astrid, clock=clock)
        approve(session, draft.id, gunnar, sha256=draft.content_sha256, mode=ApprovalMode.TWO_PERSON, clock=clock)
        return draft.id


def _revise(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        indicator = session.get_one(Indicator, "driftskostnader")
        publish(session, clock, session.get_one(Dataset, indicator.dataset_id), resource_use("rettet").as_jsonstat())


def test_it_stops_an_approved_draft_when_newer_figures_come(monitor: Database, clock: FixedClock) -> None:
    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    draft_id = _scheduled(monitor, clock, DraftKind.NEW_PERIOD)
    _revise(monitor, clock)

    with monitor.session_scope() as session:
        marked = mark_stale(session, clock)

    with monitor.session_scope(read_only=True) as session:
        draft = session.get_one(Draft, draft_id)
        assert marked == [draft_id]
        assert (draft.status, draft.approved_sha256) == (DraftStatus.STALE, None)
        assert "10. mai 2027" in (draft.note or "")
        assert session.exec(select(Approval)).one().void_reason == "nyere tall"
        assert mark_stale(session, clock) == []


def test_it_writes_untouched_stale_drafts_anew(monitor: Database, clock: FixedClock) -> None:
    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    _revise(monitor, clock)
    with monitor.session_scope() as session:
        mark_stale(session, clock)

    renewed = renew_drafts(monitor.session_scope, clock, FakeCharts(), PLAN)

    draft = drafts(monitor)[DraftKind.NEW_PERIOD]
    assert renewed.rewritten == [draft.id]
    assert draft.status is DraftStatus.DRAFT
    assert "7,5" in draft.title
    with monitor.session_scope() as session:
        assert mark_stale(session, clock) == []


def test_it_leaves_what_a_person_has_written_until_they_ask(monitor: Database, clock: FixedClock) -> None:
    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    with monitor.session_scope() as session:
        astrid = author(session)
        draft = session.exec(select(Draft).where(Draft.kind == DraftKind.NEW_PERIOD)).one()
        edit(session, draft.id or 0, astrid, DraftChanges(title="Min tittel"), seen_version=1, clock=clock)
    _revise(monitor, clock)
    with monitor.session_scope() as session:
        mark_stale(session, clock)

    assert renew_drafts(monitor.session_scope, clock, FakeCharts(), PLAN).rewritten == []
    with monitor.session_scope(read_only=True) as session:
        asking = session.exec(select(Editor)).one()
        session.expunge(asking)
    rewrite_with_new_figures(monitor.session_scope, draft_id := drafts(monitor)[DraftKind.NEW_PERIOD].id or 0, asking,
                             clock=clock, charts=FakeCharts(), plan=PLAN)  # fmt: skip

    with monitor.session_scope(read_only=True) as session:
        rewritten = session.get_one(Draft, draft_id)
        assert "7,5" in rewritten.title
        assert rewritten.last_editor_id == asking.id


def test_a_rewritten_draft_keeps_the_figure_a_person_chose(monitor: Database, clock: FixedClock) -> None:
    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    draft_id = drafts(monitor)[DraftKind.NEW_PERIOD].id or 0
    with monitor.session_scope() as session:
        astrid = author(session)
        session.expunge(astrid)
    wish = FigureWish(kind=FigureType.AREA, title="Slik går det", canvases={ChannelName.LINKEDIN: "portrait"})
    redraw_figure(
        monitor.session_scope, draft_id, astrid, wish, seen_version=1, clock=clock, charts=FakeCharts()
    )  # fmt: skip
    _revise(monitor, clock)
    with monitor.session_scope() as session:
        mark_stale(session, clock)

    rewrite_with_new_figures(
        monitor.session_scope, draft_id, astrid, clock=clock, charts=FakeCharts(), plan=PLAN
    )  # fmt: skip

    with monitor.session_scope(read_only=True) as session:
        rewritten = session.get_one(Draft, draft_id)
        block = figure_of(rewritten)
        canvases = {variant.channel: variant.canvas for variant in variants_of(session, rewritten)}
        assert block is not None
        assert "7,5" in rewritten.title
        assert (block.spec.type, block.spec.title) == (FigureType.AREA, "Slik går det")
        assert canvases[ChannelName.LINKEDIN] == "portrait"


def test_a_person_may_keep_the_old_figures_until_newer_ones_come(monitor: Database, clock: FixedClock) -> None:
    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    draft_id = _scheduled(monitor, clock, DraftKind.NEW_PERIOD)
    _revise(monitor, clock)
    with monitor.session_scope() as session:
        mark_stale(session, clock)

        acknowledge(session, draft_id, clock)
        reopen(session, draft_id, author(session, "Berit"), clock=clock)

        assert mark_stale(session, clock) == []
        assert "8,0" in session.get_one(Draft, draft_id).title


def test_it_falls_back_when_nobody_has_named_the_day_in_nynorsk(monitor: Database, clock: FixedClock) -> None:
    with monitor.session_scope() as session:
        day = session.get_one(CommemorativeDay, "clinical-trials-day")
        day.names = {"nb": day.names["nb"]}
        session.add(day)
    nynorsk = replace(PLAN, language=Language.NYNORSK)

    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), nynorsk)

    found = drafts(monitor)
    assert found[DraftKind.DAY].language is Language.BOKMAAL
    assert found[DraftKind.NEW_PERIOD].language is Language.NYNORSK


def test_it_writes_an_untouched_day_anew_when_its_figures_change(monitor: Database, clock: FixedClock) -> None:
    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    before = clinical_studies()
    newer = replace(before, cells={**before.cells, ("Alle", "2025"): "281"}, updated="2027-05-12T06:00:00Z")
    with monitor.session_scope() as session:
        indicator = session.get_one(Indicator, "ho21-kliniske-studier")
        publish(session, clock, session.get_one(Dataset, indicator.dataset_id), newer.as_jsonstat())
        mark_stale(session, clock)

    renewed = renew_drafts(monitor.session_scope, clock, FakeCharts(), PLAN)

    day = drafts(monitor)[DraftKind.DAY]
    with monitor.session_scope(read_only=True) as session:
        text = next(variant.text for variant in variants_of(session, day) if variant.channel is ChannelName.LINKEDIN)
    assert renewed.rewritten == [day.id]
    assert day.status is DraftStatus.DRAFT
    assert "til 281." in text
