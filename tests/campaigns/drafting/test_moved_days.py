"""A day that is moved or cancelled after it was drafted: no second draft, and the first one says so."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, select

from campaigns.audit import Actor
from campaigns.clock import FixedClock
from campaigns.days.default_days import default_days
from campaigns.days.load import load_days
from campaigns.days.override import override_day
from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.renew import renew_drafts
from campaigns.drafting.staleness import acknowledge, mark_stale
from campaigns.editorial.changes import DraftChanges
from campaigns.editorial.draft import Approval, ApprovalMode, Draft, DraftStatus
from campaigns.editorial.workflow import approve, edit, reopen, submit
from service.database import Database
from tests.factories.newsroom import PLAN, approver, author
from tests.fakes.charts import FakeCharts


@pytest.fixture
def drafted(database: Database, clock: FixedClock) -> Database:
    """20 May 2027 has its draft."""
    with database.session_scope() as session:
        load_days(session, clock, [day for day in default_days() if day.id == "clinical-trials-day"])
    draft_what_is_new(database.session_scope, clock, FakeCharts(), PLAN)
    return database


def _override(session: Session, clock: FixedClock, **given: object) -> None:
    override_day(
        session, clock, "clinical-trials-day", 2027,
        source="ecrin.org", entered_by=Actor.service("test"), **given,  # type: ignore[arg-type]
    )  # fmt: skip


def _only(session: Session) -> Draft:
    return session.exec(select(Draft)).one()


def test_a_day_has_one_draft_a_year_wherever_it_moves(drafted: Database, clock: FixedClock) -> None:
    with drafted.session_scope() as session:
        _override(session, clock, start=date(2027, 5, 21))

    made = draft_what_is_new(drafted.session_scope, clock, FakeCharts(), PLAN)

    assert made == []
    with drafted.session_scope(read_only=True) as session:
        assert _only(session).idempotency_key == "day:clinical-trials-day:2027"


def test_an_approved_draft_of_a_day_that_moves_is_stopped_and_says_so(drafted: Database, clock: FixedClock) -> None:
    with drafted.session_scope() as session:
        draft = _only(session)
        astrid, gunnar, draft_id = author(session), approver(session), draft.id or 0
        edit(session, draft_id, astrid, DraftChanges(title="Vår tittel"), seen_version=1, clock=clock)
        submit(session, draft_id, astrid, clock=clock)
        approve(session, draft_id, gunnar, sha256=draft.content_sha256, mode=ApprovalMode.TWO_PERSON, clock=clock)
        _override(session, clock, start=date(2027, 5, 21))

    with drafted.session_scope() as session:
        marked = mark_stale(session, clock)

    with drafted.session_scope(read_only=True) as session:
        draft = _only(session)
        assert marked == [draft.id]
        assert (draft.status, draft.title) == (DraftStatus.STALE, "Vår tittel")
        assert (draft.note or "").startswith("Dagen er flyttet fra 20. mai 2027 til 21. mai 2027.")
        assert session.exec(select(Approval)).one().void_reason == "dagen er flyttet"


def test_an_untouched_draft_follows_its_day(drafted: Database, clock: FixedClock) -> None:
    with drafted.session_scope() as session:
        _override(session, clock, start=date(2027, 5, 21))
        mark_stale(session, clock)

    renew_drafts(drafted.session_scope, clock, FakeCharts(), PLAN)

    with drafted.session_scope() as session:
        draft = _only(session)
        assert (draft.status, draft.note) == (DraftStatus.DRAFT, None)
        assert draft.occurs_on == datetime(2027, 5, 20, 22, tzinfo=UTC)
        assert draft.slot_at == datetime(2027, 5, 21, 7, tzinfo=UTC)
        assert mark_stale(session, clock) == []


def test_the_draft_of_a_day_that_is_cancelled_waits_for_a_person(drafted: Database, clock: FixedClock) -> None:
    with drafted.session_scope() as session:
        _override(session, clock, cancelled=True)
        mark_stale(session, clock)

    assert renew_drafts(drafted.session_scope, clock, FakeCharts(), PLAN).rewritten == []

    with drafted.session_scope(read_only=True) as session:
        assert _only(session).status is DraftStatus.STALE
        assert "er avlyst. Trekk utkastet tilbake." in (_only(session).note or "")


def test_a_day_that_stays_where_it_is_leaves_its_draft_alone(drafted: Database, clock: FixedClock) -> None:
    with drafted.session_scope() as session:
        assert mark_stale(session, clock) == []


@pytest.mark.parametrize("word", [{"start": date(2027, 5, 21)}, {"cancelled": True}])
def test_a_person_may_keep_what_is_written_and_is_not_stopped_again(
    drafted: Database, clock: FixedClock, word: dict[str, object]
) -> None:
    with drafted.session_scope() as session:
        _override(session, clock, **word)
        mark_stale(session, clock)
        draft_id = _only(session).id or 0

        acknowledge(session, draft_id, clock)
        reopen(session, draft_id, author(session), clock=clock)

        assert mark_stale(session, clock) == []
        assert _only(session).status is DraftStatus.DRAFT


def test_only_a_stale_draft_can_be_kept_as_it_is(drafted: Database, clock: FixedClock) -> None:
    with drafted.session_scope() as session:
        _override(session, clock, start=date(2027, 5, 21))

        acknowledge(session, _only(session).id or 0, clock)

        assert mark_stale(session, clock) == [_only(session).id]
