"""The findings inbox: what a person may decide, what comes of it, and that nothing is drafted behind their back."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.inbox import Heap, Inbox, inbox
from campaigns.drafting.on_request import draft_on_request
from campaigns.drafting.renew import rewrite_with_new_figures
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import Editor
from campaigns.errors import InvalidInput, NotFound, NotPermitted, TransitionNotAllowed
from campaigns.indicators.finding import Finding, FindingKind, FindingState
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.triage import dismiss, restore, snooze
from campaigns.language import Language
from chart_renderer.numbers import NO_BREAK_SPACE
from service.database import Database
from service.demo.figures import resource_use
from tests.factories.newsroom import PLAN, approver, author
from tests.factories.published_figures import publish, resource_use_followed
from tests.fakes.charts import FakeCharts

KARI = Actor.editor(1)


@pytest.fixture
def monitor(database: Database, clock: FixedClock) -> Database:
    """New figures of four indicators; drafts of two of them wait to be asked for."""
    with database.session_scope() as session:
        author(session, "Kari")
        dataset = resource_use_followed(session)
        for indicator_id in ("andel", "snittkostnad"):
            session.get_one(Indicator, indicator_id).draft_on_request = True
        publish(session, clock, dataset, resource_use("2019").as_jsonstat())
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())
    return database


def finding_of(session: Session, indicator_id: str) -> Finding:
    return session.exec(select(Finding).where(Finding.indicator_id == indicator_id)).one()


def id_of(database: Database, indicator_id: str) -> int:
    with database.session_scope(read_only=True) as session:
        return finding_of(session, indicator_id).id or 0


def look(database: Database, clock: FixedClock, heap: Heap = Heap.OPEN, language: Language = Language.BOKMAAL) -> Inbox:
    with database.session_scope(read_only=True) as session:
        found = inbox(session, clock, heap=heap, language=language)
        session.expunge_all()
        return found


def asked(database: Database, clock: FixedClock, indicator_id: str) -> int:
    with database.session_scope(read_only=True) as session:
        kari = session.exec(select(Editor).where(Editor.name == "Kari")).one()
        session.expunge(kari)
    return draft_on_request(
        database.session_scope, id_of(database, indicator_id), kari, clock=clock, charts=FakeCharts(), plan=PLAN
    )


def newsletter(database: Database, draft_id: int) -> str:
    with database.session_scope(read_only=True) as session:
        return str(session.get_one(Draft, draft_id).blocks).replace(NO_BREAK_SPACE, " ")


def test_the_most_newsworthy_comes_first_in_words(monitor: Database, clock: FixedClock) -> None:
    found = look(monitor, clock)

    assert [row.indicator.id for row in found.rows][-1] == "andel"
    assert [row.finding.news_value for row in found.rows] == [48, 48, 48, 20]
    costs = next(row for row in found.rows if row.indicator.id == "driftskostnader")
    assert " ".join(costs.sentences).replace(NO_BREAK_SPACE, " ") == (
        "Driftskostnadene til forskning økte med 8,0 prosent fra 2019 til 2021, til 4,7 milliarder kroner."
        " Det er fjerde måling på rad med økning."
    )
    assert costs.minor == ("Det er det høyeste nivået i en tallserie som går tilbake til 2015.",)


def test_it_is_read_in_the_readers_language(monitor: Database, clock: FixedClock) -> None:
    (row, *_) = look(monitor, clock, language=Language.ENGLISH).rows

    assert row.sentences[1].endswith("in a row to show an increase.")


def test_only_what_waits_for_nobody_is_drafted_by_itself(monitor: Database, clock: FixedClock) -> None:
    (draft_id,) = draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    text = newsletter(monitor, draft_id)
    assert "Driftskostnader til forskning" in text
    assert "Snittkostnad" not in text
    assert look(monitor, clock).counts == {Heap.OPEN: 2, Heap.SNOOZED: 0, Heap.DISMISSED: 0, Heap.DRAFTED: 2}
    assert {row.draft.id for row in look(monitor, clock, Heap.DRAFTED).rows if row.draft} == {draft_id}


def test_a_draft_on_request_takes_those_that_wait_beside_it(monitor: Database, clock: FixedClock) -> None:
    draft_id = asked(monitor, clock, "snittkostnad")

    text = newsletter(monitor, draft_id)
    assert "Snittkostnad" in text
    assert "Driftskostnader til forskning" in text
    assert look(monitor, clock).counts[Heap.DRAFTED] == 4
    assert asked(monitor, clock, "andel") == draft_id
    assert draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN) == []


def test_it_gets_a_draft_of_its_own_where_the_others_have_theirs(monitor: Database, clock: FixedClock) -> None:
    (together,) = draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    own = asked(monitor, clock, "snittkostnad")

    assert own != together
    assert "Driftskostnader til forskning" not in newsletter(monitor, own)
    assert asked(monitor, clock, "snittkostnad") == own
    (row,) = [row for row in look(monitor, clock, Heap.DRAFTED).rows if row.indicator.id == "snittkostnad"]
    assert row.draft is not None
    assert row.draft.id == own


def test_drafts_written_anew_keep_to_their_own_findings(monitor: Database, clock: FixedClock) -> None:
    (together,) = draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    own = asked(monitor, clock, "snittkostnad")
    with monitor.session_scope(read_only=True) as session:
        kari = session.exec(select(Editor)).one()
        session.expunge(kari)

    for draft_id in (together, own):
        rewrite_with_new_figures(monitor.session_scope, draft_id, kari, clock=clock, charts=FakeCharts(), plan=PLAN)

    assert "Snittkostnad" not in newsletter(monitor, together)
    assert "Snittkostnad" in newsletter(monitor, own)


def test_a_dismissed_finding_is_in_no_draft(monitor: Database, clock: FixedClock) -> None:
    with monitor.session_scope() as session:
        dismiss(session, clock, finding_of(session, "arsverk").id or 0, reason="  Kjent   fra før ", actor=KARI)

    (draft_id,) = draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    assert "årsverk" not in newsletter(monitor, draft_id)
    (row,) = look(monitor, clock, Heap.DISMISSED).rows
    assert (row.finding.reason, row.decided_by) == ("Kjent fra før", "Kari")
    with pytest.raises(TransitionNotAllowed, match="Angre det først"):
        asked(monitor, clock, "arsverk")


def test_what_is_taken_back_waits_to_be_asked_for(monitor: Database, clock: FixedClock) -> None:
    with monitor.session_scope() as session:
        number = finding_of(session, "driftskostnader").id or 0
        dismiss(session, clock, number, reason="Feil", actor=KARI)
        restore(session, clock, number, actor=KARI)
        restore(session, clock, number, actor=KARI)

    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)

    assert "driftskostnader" in [row.indicator.id for row in look(monitor, clock).rows]
    with monitor.session_scope(read_only=True) as session:
        told = session.exec(select(AuditEvent.action).where(col(AuditEvent.object_type) == "finding")).all()
        assert told == ["finding.dismissed", "finding.restored"]


def test_what_is_put_off_comes_back_on_its_day(monitor: Database, clock: FixedClock) -> None:
    with monitor.session_scope() as session:
        number = finding_of(session, "driftskostnader").id or 0
        snooze(session, clock, number, until=date(2027, 5, 12), actor=KARI)
    seen = []
    for hours in (0, 24, 24):
        clock.advance(hours=hours)
        draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
        seen.append([row.woken for row in look(monitor, clock).rows if row.indicator.id == "driftskostnader"])

    assert seen == [[], [], [True]]
    assert look(monitor, clock, Heap.SNOOZED).rows == ()


@pytest.mark.parametrize("until", [date(2027, 5, 9), date(2027, 5, 10), date(2029, 6, 1)])
def test_it_is_put_off_to_a_day_to_come(monitor: Database, clock: FixedClock, until: date) -> None:
    with monitor.session_scope() as session, pytest.raises(InvalidInput) as refused:
        snooze(session, clock, finding_of(session, "andel").id or 0, until=until, actor=KARI)

    assert refused.value.field == "until"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_it_is_dismissed_with_a_reason(monitor: Database, clock: FixedClock, reason: str) -> None:
    with monitor.session_scope() as session, pytest.raises(InvalidInput) as refused:
        dismiss(session, clock, finding_of(session, "andel").id or 0, reason=reason, actor=KARI)

    assert refused.value.field == "reason"


def test_a_finding_with_a_draft_is_decided_there(monitor: Database, clock: FixedClock) -> None:
    draft_what_is_new(monitor.session_scope, clock, FakeCharts(), PLAN)
    number = id_of(monitor, "driftskostnader")
    tomorrow = clock.today() + timedelta(days=1)

    with monitor.session_scope() as session:
        with pytest.raises(TransitionNotAllowed, match="Åpne utkastet"):
            dismiss(session, clock, number, reason="For sent", actor=KARI)
        with pytest.raises(TransitionNotAllowed, match="Åpne utkastet"):
            snooze(session, clock, number, until=tomorrow, actor=KARI)
        with pytest.raises(TransitionNotAllowed, match="Åpne utkastet"):
            restore(session, clock, number, actor=KARI)
        assert finding_of(session, "driftskostnader").state is FindingState.DRAFTED


def test_only_authors_ask_for_drafts_and_only_of_what_there_is(monitor: Database, clock: FixedClock) -> None:
    with monitor.session_scope() as session:
        ola, kari = approver(session, "Ola"), session.exec(select(Editor).where(Editor.name == "Kari")).one()
        session.flush()
        session.expunge_all()

    with pytest.raises(NotPermitted):
        draft_on_request(
            monitor.session_scope, id_of(monitor, "andel"), ola, clock=clock, charts=FakeCharts(), plan=PLAN
        )
    with pytest.raises(NotFound):
        draft_on_request(monitor.session_scope, 999, kari, clock=clock, charts=FakeCharts(), plan=PLAN)


def test_a_revision_says_old_and_new(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use("2021").as_jsonstat())
        publish(session, clock, dataset, resource_use("rettet").as_jsonstat())

    (row,) = look(database, clock).rows

    assert row.finding.kind is FindingKind.REVISION
    assert row.title == "Rettelse: Driftskostnadene til forskning i 2021 var 4,69 mrd. kr, ikke 4,70 mrd. kr".replace(
        " mrd. kr", f"{NO_BREAK_SPACE}mrd.{NO_BREAK_SPACE}kr"
    )
    assert len(row.sentences) == 2


def test_it_is_filtered_by_indicator_and_kind(monitor: Database, clock: FixedClock) -> None:
    with monitor.session_scope(read_only=True) as session:
        one = inbox(session, clock, heap=Heap.OPEN, language=Language.BOKMAAL, indicator_id="andel")
        none = inbox(session, clock, heap=Heap.OPEN, language=Language.BOKMAAL, kind=FindingKind.REVISION)

        assert [row.indicator.id for row in one.rows] == ["andel"]
        assert one.counts[Heap.OPEN] == 1
        assert len(one.indicators) == 4
        assert none.rows == ()


def test_figures_that_have_been_replaced_are_marked(monitor: Database, clock: FixedClock) -> None:
    with monitor.session_scope() as session:
        dataset = session.exec(select(Dataset)).one()
        publish(session, clock, dataset, resource_use("rettet").as_jsonstat())

    marked = {(row.finding.kind, row.overtaken) for row in look(monitor, clock).rows}

    assert marked == {(FindingKind.NEW_PERIOD, True), (FindingKind.REVISION, False)}
