"""Figures that were held wait for a person, once each, and what is decided stays decided."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.errors import InvalidInput, NotFound, TransitionNotAllowed
from campaigns.indicators.finding import FindingKind
from campaigns.indicators.held import HeldFigures, HeldState, HeldStatus
from campaigns.indicators.holding import held_state, waiting
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.judgement import accept_held, refuse_held, reopen_held
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.standing import Standing, followed
from campaigns.indicators.vintage import Vintage
from campaigns.sources.source import FetchOutcome, Source
from service.database import Database
from tests.factories.followed_table import Desk

KARI = Actor.editor(3)
REASON = "Ringte kilden: tallene er riktige."


@pytest.fixture
def desk(database: Database, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    made = Desk(database, clock, tmp_path, samples)
    made.follow()
    made.poll(2)
    return made


def _held(desk: Desk) -> list[HeldState]:
    found: list[HeldState] = desk.ask(
        lambda session: list(session.exec(select(HeldState).order_by(col(HeldState.id))).all())
    )
    return found


def _judge(desk: Desk, number: int = 1, reason: str = REASON) -> None:
    with desk.database.session_scope() as session:
        accept_held(session, desk.clock, number, KARI, reason)


def _withdraw_one(desk: Desk, value: float | None = None) -> None:
    """The answer where one published figure is gone, and 2023 has come."""
    document = desk.read(2)
    place = document["id"].index("Tid")
    assert place == len(document["id"]) - 1  # the newest period is every fifth cell
    time = document["dimension"]["Tid"]["category"]
    time["index"] = {**time["index"], "2023": 5} if isinstance(time["index"], dict) else [*time["index"], "2023"]
    time.get("label", {})["2023"] = "2023"
    document["size"][place] = 6
    values = document["value"]
    rows = [values[start : start + 5] for start in range(0, len(values), 5)]
    rows[1][0] = value
    document["value"] = [cell for row in rows for cell in [*row, row[-1] * 1.01]]
    document["status"] = {}
    desk.write(document)


def test_a_held_state_is_kept_with_all_that_differs(desk: Desk) -> None:
    desk.poll(6)

    (held,) = _held(desk)

    assert (held.status, held.compared_with, held.dataset_id) == (HeldStatus.WAITING, 1, 1)
    assert "12 av 12 tall for 2021 er blitt 0 eller borte." in held.reasons
    assert "suspicious" in held.classes
    assert held.counts == {"revision": 14}  # the twelve zeros, and two figures of 2019
    assert held.changed_cells == len(held.changes) == 14
    assert held.changes[0] == {
        "codes": {"ContentsCode": "Andel", "Tid": "2021", "Type": "00"}, "period": "2021", "label": "2021",
        "words": ["Andel av totale driftskostnader", "I alt"], "old": "2.82", "new": "0",
        "old_flag": "", "new_flag": "", "kind": "revision",
    }  # fmt: skip


def test_the_same_figures_seen_again_are_one_thing_to_judge(desk: Desk) -> None:
    desk.poll(6)
    first = _held(desk)[0].first_seen_at
    desk.poll(6)

    (held,) = _held(desk)

    assert held.first_seen_at == first
    assert held.last_seen_at == desk.clock.now()


def test_what_the_source_put_right_needs_nobody(desk: Desk) -> None:
    desk.poll(6)
    desk.poll(2)

    (held,) = _held(desk)

    assert held.status is HeldStatus.PASSED
    assert desk.ask(lambda session: list(waiting(session))) == []
    assert desk.ask(lambda session: session.get_one(Dataset, 1).held_id) is None


def test_what_comes_back_waits_again(desk: Desk) -> None:
    for number in (6, 2, 6):
        desk.poll(number)

    (held,) = _held(desk)

    assert (held.status, held.decided_at) == (HeldStatus.WAITING, None)


def test_accepted_figures_are_a_vintage_with_their_findings(desk: Desk) -> None:
    _withdraw_one(desk)
    result = desk.poll()
    assert result.outcome is FetchOutcome.HELD

    _judge(desk)

    (held,) = _held(desk)
    assert (held.status, held.decided_by, held.decision_reason) == (HeldStatus.ACCEPTED, "editor:3", REASON)
    assert desk.ask(lambda session: session.get_one(Vintage, held.vintage_id).seq) == 2
    assert desk.figure("driftskostnader").period == "2023"
    assert ("driftskostnader", FindingKind.NEW_PERIOD, "2023") in desk.findings()
    assert desk.ask(lambda session: session.exec(select(HeldFigures)).all()) == []
    assert desk.poll().outcome is FetchOutcome.UNCHANGED


def test_a_decision_stands_in_the_audit_trail_with_its_reason(desk: Desk) -> None:
    desk.poll(6)

    _judge(desk, reason="  Riktig,\n ifølge   kilden. ")

    event = desk.ask(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert (event.actor, event.action, event.object_type) == ("editor:3", "vintage.vouched_for", "vintage")
    assert event.detail["reason"] == "Riktig, ifølge kilden."
    assert event.detail["held"] == 1


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001])
def test_a_decision_needs_a_reason_of_readable_length(desk: Desk, reason: str) -> None:
    desk.poll(6)

    with pytest.raises(InvalidInput) as refused:
        _judge(desk, reason=reason)

    assert refused.value.field == "reason"
    assert _held(desk)[0].waiting


def test_a_second_click_changes_nothing(desk: Desk) -> None:
    desk.poll(6)
    _judge(desk)

    with pytest.raises(TransitionNotAllowed, match="alt tatt inn"):
        _judge(desk)

    assert desk.count(Vintage) == 2


def test_nobody_can_take_in_what_the_source_no_longer_shows(desk: Desk) -> None:
    desk.poll(6)
    desk.poll(2)

    with pytest.raises(TransitionNotAllowed, match="viser noe annet nå"):
        _judge(desk)


def test_what_is_not_there_cannot_be_judged(desk: Desk) -> None:
    with pytest.raises(NotFound):
        _judge(desk, 77)
    with pytest.raises(NotFound):
        desk.ask(lambda session: held_state(session, 77))


def test_refused_figures_are_not_asked_about_again(desk: Desk) -> None:
    desk.poll(6)
    with desk.database.session_scope() as session:
        refuse_held(session, desk.clock, 1, KARI, "Nuller før publisering.")

    again = desk.poll(6)

    assert (again.outcome, again.detail) == (
        FetchOutcome.HELD, "Kilden viser fortsatt tall som er avvist: Nuller før publisering.",
    )  # fmt: skip
    assert [held.status for held in _held(desk)] == [HeldStatus.REFUSED]
    assert desk.figure("driftskostnader").value == Decimal("4.7001")
    due = desk.ask(lambda session: session.get_one(Dataset, 1).next_poll_at) - desk.clock.now()
    assert due.total_seconds() > 20 * 3600


def test_other_wrong_figures_after_a_refusal_wait_anew(desk: Desk) -> None:
    desk.poll(6)
    with desk.database.session_scope() as session:
        refuse_held(session, desk.clock, 1, KARI, "Nuller før publisering.")

    desk.poll(1)  # 2021 is gone

    assert [held.status for held in _held(desk)] == [HeldStatus.REFUSED, HeldStatus.WAITING]


def test_a_refusal_can_be_undone_while_the_source_shows_the_figures(desk: Desk) -> None:
    desk.poll(6)
    with desk.database.session_scope() as session:
        refuse_held(session, desk.clock, 1, KARI, "Feil.")
    with desk.database.session_scope() as session:
        reopen_held(session, desk.clock, 1, KARI)

    (held,) = _held(desk)
    assert (held.status, held.decided_by, held.decision_reason) == (HeldStatus.WAITING, None, None)
    actions = desk.ask(lambda session: [event.action for event in session.exec(select(AuditEvent))])
    assert actions == ["held.refused", "held.reopened"]


def test_a_refusal_cannot_be_undone_when_the_source_shows_something_else(desk: Desk) -> None:
    desk.poll(6)
    with desk.database.session_scope() as session:
        refuse_held(session, desk.clock, 1, KARI, "Feil.")
    desk.poll(2)

    with desk.database.session_scope() as session, pytest.raises(TransitionNotAllowed, match="noe annet nå"):
        reopen_held(session, desk.clock, 1, KARI)


def test_the_indicator_says_that_figures_are_held_until_somebody_has_judged(desk: Desk) -> None:
    def standing(session: Session) -> Standing:
        indicator, dataset = session.get_one(Indicator, "andel"), session.get_one(Dataset, 1)
        return followed(session, indicator, dataset, session.get_one(Source, "ressursbruk")).standing

    desk.poll(6)
    before = desk.ask(standing)
    _judge(desk)

    assert (before, desk.ask(standing)) == (Standing.HELD, Standing.WELL)
    assert desk.ask(lambda session: session.get_one(Source, "ressursbruk").failure) is None


def test_a_first_answer_that_was_held_can_be_taken_in_as_the_baseline(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, samples: Path
) -> None:
    desk = Desk(sqlite_database, clock, tmp_path, samples)
    desk.follow()
    document = desk.read(1)
    document["value"] = [0 for _ in document["value"]]
    desk.write(document)
    desk.poll()

    _judge(desk)

    assert _held(desk)[0].compared_with is None
    assert desk.count(Vintage) == 1
    assert desk.findings() == []


def test_taking_in_from_the_command_line_leaves_the_same_traces(desk: Desk) -> None:
    desk.answer(6)
    desk.clock.advance(days=2)

    (result,) = poll_due(
        desk.database.session_scope, desk.clock, desk.client, only=["andel"], blobs=desk.blobs,
        vouched_by=KARI, because=REASON,
    )  # fmt: skip

    (held,) = _held(desk)
    assert result.outcome is FetchOutcome.STORED
    assert (held.status, held.decision_reason, held.vintage_id is not None) == (HeldStatus.ACCEPTED, REASON, True)


def test_figures_in_another_unit_are_held_though_they_are_the_same(desk: Desk) -> None:
    document = desk.read(2)
    units = document["dimension"]["ContentsCode"]["category"]["unit"]
    units["Driftskost"] = {**units["Driftskost"], "base": "1 000 kr"}
    desk.write(document)

    result = desk.poll()

    assert result.outcome is FetchOutcome.HELD
    assert "Enheten for «Driftskost» er endret" in result.detail
    _judge(desk)
    assert desk.poll().outcome is FetchOutcome.UNCHANGED
    assert desk.findings() == []


def test_a_table_the_source_has_closed_is_told_once(desk: Desk) -> None:
    document = desk.read(2)
    document["extension"] = {**document.get("extension", {}), "discontinued": True}
    desk.write(document)

    closed = desk.poll()
    _judge(desk, reason="Erstattes av en ny tabell til høsten.")

    assert (closed.outcome, closed.classes) == (FetchOutcome.HELD, ("structural",))
    assert "Kilden har avsluttet tabellen" in closed.detail
    assert desk.poll().outcome is FetchOutcome.UNCHANGED
