"""A figure that readers have got from us is revised: the correction that is owed, once, and how it ends."""

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.delivery.archive_marks import Corrected, marks_on
from campaigns.delivery.correction_desk import corrections
from campaigns.delivery.correction_notes import notes_on_figure
from campaigns.delivery.what_went_out import register_what_went_out
from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.corrections.closing import close_task, reopen_task
from campaigns.drafting.corrections.noticing import UNPRINTED, notice_revisions
from campaigns.drafting.corrections.quotation import Quotation, QuoteKind
from campaigns.drafting.corrections.task import CorrectionTask, TaskState
from campaigns.drafting.corrections.unquoted import log_unquoted_revisions
from campaigns.drafting.staleness import mark_stale
from campaigns.editorial.draft import Draft, DraftStatus, Snapshot
from campaigns.errors import InvalidInput, TransitionNotAllowed
from campaigns.indicators.finding import Finding, FindingKind, FindingState
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from service.database import Database
from tests.factories.newsroom import PLAN
from tests.factories.published_figures import publish, resource_use_followed
from tests.factories.revised_figures import resource_use_with, send_out
from tests.fakes.charts import FakeCharts

EDITOR = Actor.editor(1)


@pytest.fixture
def sent(database: Database, clock: FixedClock) -> Database:
    """The 2021 figures have gone out."""
    with database.session_scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use_with())
        publish(session, clock, dataset, resource_use_with(year="2021"))
    (draft_id,) = draft_what_is_new(database.session_scope, clock, FakeCharts(), PLAN)
    send_out(database, clock, draft_id)
    return database


def run(database: Database, clock: FixedClock) -> list[int]:
    """What the timetable does every minute; returns the drafts that were made."""
    scope = database.session_scope
    register_what_went_out(scope, clock)
    with scope() as session:
        notice_revisions(session, clock)
        log_unquoted_revisions(session, clock)
        mark_stale(session, clock)
    return draft_what_is_new(scope, clock, FakeCharts(), PLAN)


def mailed(database: Database, clock: FixedClock, draft_id: int) -> None:
    """It stood in an issue with its own number."""
    sha256, now = f"{draft_id:064}", clock.now()
    with database.session_scope() as session:
        session.add(Snapshot(sha256=sha256, draft_id=draft_id, version=1, content="{}", created_at=now))
        session.add(
            Issue(
                id=draft_id, slug=f"utsendelse-{draft_id}", status=IssueStatus.SENT, subject="Nye tall",
                slot_at=now, closed_at=now, message_date=now,
            )
        )  # fmt: skip
        session.flush()
        session.add(IssueItem(issue_id=draft_id, position=0, draft_id=draft_id, snapshot_sha256=sha256))


def revise(database: Database, clock: FixedClock, **figures: str) -> None:
    with database.session_scope() as session:
        publish(session, clock, session.exec(select(Dataset)).one(), resource_use_with(year="2021", **figures))


def tasks(database: Database) -> list[CorrectionTask]:
    with database.session_scope(read_only=True) as session:
        found = list(session.exec(select(CorrectionTask).order_by(col(CorrectionTask.id))))
        session.expunge_all()
        return found


def told(database: Database, *, closed: bool = False) -> list[tuple[str, str, str]]:
    """The figures of the first task: label, old, new; with ordinary spaces."""
    with database.session_scope(read_only=True) as session:
        rows = corrections(session, closed=closed).rows
        return [(one.label, one.old.replace("\u00a0", " "), one.new.replace("\u00a0", " ")) for one in rows[0].figures]


def quoted(session: Session, kind: QuoteKind) -> list[str]:
    rows = session.exec(select(Quotation).where(Quotation.kind == kind).order_by(col(Quotation.id)))
    return [f"{row.indicator_id} {row.period}: {row.printed}".replace("\u00a0", " ") for row in rows]


def test_what_went_out_is_registered_as_it_was_printed(sent: Database, clock: FixedClock) -> None:
    assert len(register_what_went_out(sent.session_scope, clock)) == 1
    assert register_what_went_out(sent.session_scope, clock) == []

    with sent.session_scope(read_only=True) as session:
        assert "driftskostnader 2021: 4,7 mrd. kr" in quoted(session, QuoteKind.LEVEL)
        assert "driftskostnader 2021: +8,0 %" in quoted(session, QuoteKind.CHANGE)
        assert any("på rad" in one for one in quoted(session, QuoteKind.REMARK))
        assert "driftskostnader 2019: 4,4 mrd. kr" in quoted(session, QuoteKind.CHART)
        level = session.exec(
            select(Quotation).where(Quotation.kind == QuoteKind.LEVEL, Quotation.indicator_id == "driftskostnader")
        ).one()
        assert level.cells == [{"series": level.series, "period": "2021", "value": "4700.1"}]
        assert (level.compared_seq, set(level.channels)) == (2, {"newsletter", "linkedin", "facebook"})


def test_a_revised_figure_opens_one_task_with_the_old_and_the_new(sent: Database, clock: FixedClock) -> None:
    run(sent, clock)
    revise(sent, clock, driftskost="4590")

    made = run(sent, clock)

    assert ("Driftskostnader til forskning, 2021", "4,7 mrd. kr", "4,6 mrd. kr") in told(sent)
    assert ("Driftskostnader til forskning, 2021, endring fra 2019", "+8,0 %", "+5,5 %") in told(sent)
    assert len(made) == len(tasks(sent)) == 1
    assert run(sent, clock) == []
    assert len(tasks(sent)) == 1
    with sent.session_scope(read_only=True) as session:
        row = corrections(session, closed=False).rows[0]
        assert row.draft is not None
        assert (row.draft.id, row.draft.title.startswith("Rettelse: ")) == (made[0], True)


def test_a_figure_only_the_chart_showed_gets_a_draft_of_its_own(sent: Database, clock: FixedClock) -> None:
    run(sent, clock)
    with sent.session_scope() as session:
        publish(session, clock, session.exec(select(Dataset)).one(), resource_use_with(year="2021", cost_2017="3900"))

    (draft_id,) = run(sent, clock)

    assert any(old == "3,7 mrd. kr" and new == "3,9 mrd. kr" for _, old, new in told(sent))
    with sent.session_scope(read_only=True) as session:
        draft = session.get_one(Draft, draft_id)
        assert draft.idempotency_key == f"correction:{tasks(sent)[0].id}"
        assert "3,9 mrd. kr" in draft.title.replace("\u00a0", " ")


def test_a_change_no_printed_digit_shows_is_logged_and_nothing_more(sent: Database, clock: FixedClock) -> None:
    run(sent, clock)
    revise(sent, clock, driftskost="4700.5")

    assert run(sent, clock) == []

    assert tasks(sent) == []
    with sent.session_scope(read_only=True) as session:
        assert len(session.exec(select(AuditEvent).where(AuditEvent.action == UNPRINTED)).all()) == 1
        (finding,) = session.exec(select(Finding).where(Finding.kind == FindingKind.REVISION)).all()
        assert (finding.state, "Ingen trykte tall" in (finding.reason or "")) == (FindingState.DISMISSED, True)


@pytest.mark.parametrize(("threshold", "drafts"), [(None, 0), ("2", 1), ("3", 0)])
def test_what_was_never_quoted_is_logged_unless_it_is_large(
    database: Database, clock: FixedClock, threshold: str | None, drafts: int
) -> None:
    with database.session_scope() as session:
        dataset = resource_use_followed(session)
        session.get_one(Indicator, "driftskostnader").revision_threshold = threshold
        publish(session, clock, dataset, resource_use_with(year="2021"))
    revise(database, clock, driftskost="4590")  # 2,3 % less

    assert len(run(database, clock)) == drafts
    assert tasks(database) == []


def test_a_source_that_goes_back_leaves_nothing_to_correct(sent: Database, clock: FixedClock) -> None:
    run(sent, clock)
    revise(sent, clock, driftskost="4590")
    run(sent, clock)
    revise(sent, clock)

    run(sent, clock)

    assert [task.state for task in tasks(sent)] == [TaskState.REVERTED]


def test_a_second_revision_adds_to_the_open_task(sent: Database, clock: FixedClock) -> None:
    run(sent, clock)
    revise(sent, clock, driftskost="4590")
    run(sent, clock)
    revise(sent, clock, driftskost="4500")

    run(sent, clock)

    assert [task.state for task in tasks(sent)] == [TaskState.OPEN]
    assert ("Driftskostnader til forskning, 2021", "4,7 mrd. kr", "4,5 mrd. kr") in told(sent)


def test_the_correction_that_goes_out_ends_the_task_and_is_noted_on_the_original(
    sent: Database, clock: FixedClock
) -> None:
    run(sent, clock)
    revise(sent, clock, driftskost="4590")
    (draft_id,) = run(sent, clock)

    send_out(sent, clock, draft_id)
    run(sent, clock)

    (task,) = tasks(sent)
    assert (task.state, task.correction_draft_id) == (TaskState.CORRECTED, draft_id)
    with sent.session_scope(read_only=True) as session:
        original = session.exec(select(Draft).where(Draft.id != draft_id)).one()
        (note,) = notes_on_figure(session, original.slug or "")
    assert "4,6\u00a0mrd.\u00a0kr" in [new for _, _, new in note.figures]


def test_the_issues_on_both_sides_of_a_correction_are_marked(sent: Database, clock: FixedClock) -> None:
    mailed(sent, clock, 1)
    run(sent, clock)
    revise(sent, clock, driftskost="4590")
    (draft_id,) = run(sent, clock)
    clock.advance(days=1)
    send_out(sent, clock, draft_id)
    mailed(sent, clock, draft_id)
    run(sent, clock)

    with sent.session_scope(read_only=True) as session:
        marks = marks_on(session, [1, draft_id, 404], clock.now())
        assert marks.keys() == {1, draft_id}
        assert marks[1].corrected == Corrected(at=clock.now(), slug=f"utsendelse-{draft_id}")
        assert [issue.id for issue in marks[draft_id].corrects] == [1]
        assert (marks[1].corrects, marks[draft_id].corrected) == ((), None)


def test_it_is_closed_with_a_reason_and_opened_again(sent: Database, clock: FixedClock) -> None:
    run(sent, clock)
    revise(sent, clock, driftskost="4590")
    run(sent, clock)

    with sent.session_scope() as session:
        with pytest.raises(InvalidInput, match="Skriv hvordan"):
            close_task(session, clock, 1, outcome="not_needed", reason=" ", actor=EDITOR)
        with pytest.raises(InvalidInput, match="Velg om"):
            close_task(session, clock, 1, outcome="reverted", reason="x", actor=EDITOR)
        close_task(session, clock, 1, outcome="not_needed", reason="Saken er trukket.", actor=EDITOR)
        close_task(session, clock, 1, outcome="not_needed", reason="Én gang til.", actor=EDITOR)
    run(sent, clock)
    assert [(task.state, task.reason) for task in tasks(sent)] == [(TaskState.NOT_NEEDED, "Saken er trukket.")]

    with sent.session_scope() as session:
        reopen_task(session, clock, 1, actor=EDITOR)
    assert [task.state for task in tasks(sent)] == [TaskState.OPEN]


def test_it_is_not_opened_again_beside_a_newer_one(sent: Database, clock: FixedClock) -> None:
    run(sent, clock)
    revise(sent, clock, driftskost="4590")
    run(sent, clock)
    with sent.session_scope() as session:
        close_task(session, clock, 1, outcome="not_needed", reason="Nei.", actor=EDITOR)
    revise(sent, clock, driftskost="4500")
    run(sent, clock)

    assert [task.state for task in tasks(sent)] == [TaskState.NOT_NEEDED, TaskState.OPEN]
    with sent.session_scope() as session, pytest.raises(TransitionNotAllowed, match="nyere rettelse"):
        reopen_task(session, clock, 1, actor=EDITOR)


def test_a_draft_that_waits_says_which_of_its_figures_changed(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use_with())
        publish(session, clock, dataset, resource_use_with(year="2021"))
    draft_what_is_new(database.session_scope, clock, FakeCharts(), PLAN)
    revise(database, clock, driftskost="4690")

    run(database, clock)

    with database.session_scope(read_only=True) as session:
        draft = session.exec(select(Draft)).one()
        note, status = (draft.note or "").replace("\u00a0", " "), draft.status
    assert status is DraftStatus.STALE
    assert "Driftskostnader til forskning 2021: 4,7 → 4,69 mrd. kr" in note
