"""Six successive answers of one table, polled through the real client into the real database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.errors import NotFound
from campaigns.indicators.finding import Finding, FindingKind
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.key_figures import KeyFigure, NoChange, key_figure
from campaigns.indicators.observations import latest_vintage, series
from campaigns.indicators.poll_result import PollResult
from campaigns.indicators.refresh import poll_due
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources import blobs
from campaigns.sources.source import Fetch, FetchOutcome, Source
from service.database import Database
from tests.factories.followed_table import NAMES, Desk


@pytest.fixture
def desk(database: Database, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    made = Desk(database, clock, tmp_path, samples)
    made.follow()
    return made


@pytest.fixture
def quick_desk(sqlite_database: Database, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    """On SQLite alone: for what the engine cannot matter to."""
    return Desk(sqlite_database, clock, tmp_path, samples)


def test_the_six_answers_leave_exactly_what_the_documents_state(desk: Desk) -> None:
    results = [desk.poll(number) for number in NAMES]

    assert [result.outcome for result in results] == [
        FetchOutcome.STORED, FetchOutcome.STORED, FetchOutcome.STORED, FetchOutcome.UNCHANGED, FetchOutcome.UNCHANGED,
        FetchOutcome.HELD,
    ]  # fmt: skip
    assert [result.verdict for result in results] == ["nothing", "announce", "correct", "nothing", "nothing", "hold"]
    assert results[0].classes == ("baseline",)
    assert desk.findings() == [
        ("driftskostnader", FindingKind.NEW_PERIOD, "2021"),
        ("arsverk", FindingKind.NEW_PERIOD, "2021"),
        ("andel", FindingKind.NEW_PERIOD, "2021"),
        ("snittkostnad", FindingKind.NEW_PERIOD, "2021"),
        ("driftskostnader", FindingKind.REVISION, "2021"),
    ]
    assert (desk.count(Vintage), desk.count(Fetch)) == (3, 6)


def test_the_key_figures_of_2021_are_those_of_the_panel(desk: Desk) -> None:
    desk.poll(1)
    desk.poll(2)

    costs, years, share, average = (
        desk.figure(name) for name in ("driftskostnader", "arsverk", "andel", "snittkostnad")
    )

    assert (costs.value, round(costs.change or 0, 1)) == (Decimal("4.7001"), Decimal("8.0"))
    assert (costs.period, costs.base_period, costs.base_period_label) == ("2021", "2019", "2019")
    assert (years.value, round(years.change or 0, 1)) == (Decimal(3350), Decimal("3.7"))
    assert (share.value, share.change) == (Decimal("2.82"), Decimal("-0.10"))
    assert (average.value, average.change) == (Decimal("1.403"), Decimal(52000))


def test_a_revision_carries_the_figure_it_corrects(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.poll(number)

    def told(session: Session) -> tuple[KeyFigure, KeyFigure]:
        found = session.exec(select(Finding).where(Finding.kind == FindingKind.REVISION)).one()
        return KeyFigure.from_json(found.earlier), KeyFigure.from_json(found.key_figure)

    before, now = desk.ask(told)

    assert (before.value, now.value) == (Decimal("4.7001"), Decimal("4.688"))
    assert [round(figure.change, 1) for figure in (before, now)] == [Decimal("8.0"), Decimal("7.5")]
    assert now == desk.figure("driftskostnader")
    assert before == desk.figure("driftskostnader", as_of_seq=2)


def test_every_vintage_can_still_be_read(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.poll(number)

    def read(session: Session, seq: int) -> dict[str, Decimal | None]:
        indicator = session.get_one(Indicator, "driftskostnader")
        return {found.period.code: found.source_value for found in series(session, indicator, as_of_seq=seq)}

    published = desk.ask(lambda session: [read(session, seq) for seq in (1, 2, 3)])

    assert published[0] == {
        "2015": Decimal("3298.4"), "2016": Decimal(3481), "2017": Decimal("3690.2"), "2019": Decimal("4351.9"),
    }  # fmt: skip
    assert published[1] == {**published[0], "2021": Decimal("4700.1")}
    assert published[2] == {**published[1], "2019": Decimal("4360.5"), "2021": Decimal(4688)}
    assert desk.count(ObservationVersion) == 48 + 12 + 4


def test_a_gap_stays_a_gap_with_its_symbol(desk: Desk) -> None:
    desk.poll(1)
    private = {"Type": "02", "ContentsCode": "Andel"}

    found = desk.ask(lambda session: series(session, session.get_one(Indicator, "andel"), slice=private))

    assert [(each.period.code, each.value, each.flag) for each in found][:2] == [
        ("2015", None, ":"), ("2016", Decimal("2.35"), ""),
    ]  # fmt: skip


def test_a_held_answer_keeps_the_last_good_figures_and_its_own_bytes(desk: Desk) -> None:
    desk.poll(2)
    before = desk.figure("driftskostnader")

    held = desk.poll(6)

    assert "2021" in held.detail
    assert desk.figure("driftskostnader") == before
    assert desk.count(Vintage) == 1
    fetch = desk.ask(lambda session: session.exec(select(Fetch).order_by(col(Fetch.id).desc())).first())
    assert blobs.fetch(desk.blobs, fetch.body_sha256) == desk.table.read_bytes()
    source = desk.ask(lambda session: session.get_one(Source, "ressursbruk"))
    assert source.failure.startswith("Holdt tilbake: ")


def test_a_person_can_vouch_for_what_was_held_and_it_is_remembered(desk: Desk) -> None:
    desk.poll(2)
    held = desk.poll(1)  # 2021 is gone: an older copy, or a correction that only a person can tell
    someone = Actor.editor(7)

    (taken,) = poll_due(
        desk.database.session_scope, desk.clock, desk.client, only=["andel"], blobs=desk.blobs, vouched_by=someone
    )

    assert (held.outcome, taken.outcome) == (FetchOutcome.HELD, FetchOutcome.STORED)
    assert desk.figure("andel").period == "2019"
    assert desk.findings() == []
    event = desk.ask(lambda session: session.exec(select(AuditEvent)).one())
    assert (event.actor, event.action, event.object_type) == ("editor:7", "vintage.vouched_for", "vintage")


def test_a_malformed_answer_loses_nothing_and_is_said_in_a_sentence(desk: Desk) -> None:
    desk.poll(2)
    desk.table.write_bytes((desk.samples / "sources/malformed/ssb-03024-commented.json").read_bytes())

    refused = desk.poll()

    assert refused.outcome is FetchOutcome.REFUSED
    assert "linje 9" in refused.detail
    assert desk.figure("driftskostnader").value == Decimal("4.7001")
    source = desk.ask(lambda session: session.get_one(Source, "ressursbruk"))
    assert (source.consecutive_failures, source.failure) == (1, refused.detail)
    assert desk.poll(2).outcome is FetchOutcome.UNCHANGED
    source = desk.ask(lambda session: session.get_one(Source, "ressursbruk"))
    assert (source.consecutive_failures, source.failure, source.last_success_at) == (0, None, desk.clock.now())


def test_a_new_state_waits_for_a_second_fetch_to_agree(quick_desk: Desk) -> None:
    desk = quick_desk
    desk.follow(settle_minutes=10)
    desk.poll(1)

    first = desk.poll(2)
    due = desk.ask(lambda session: session.get_one(Dataset, 1).next_poll_at)
    desk.clock.move_to(due)
    (second,) = poll_due(desk.database.session_scope, desk.clock, desk.client, blobs=desk.blobs)

    assert (first.outcome, second.outcome) == (FetchOutcome.SETTLING, FetchOutcome.STORED)
    assert second.findings == 4


def test_a_state_that_changes_while_it_settles_starts_waiting_anew(quick_desk: Desk) -> None:
    desk = quick_desk
    desk.follow(settle_minutes=10)
    desk.poll(1)

    outcomes = [desk.poll(2).outcome, desk.poll(3).outcome, desk.poll(1).outcome, desk.poll(3).outcome]

    assert outcomes == [
        FetchOutcome.SETTLING, FetchOutcome.SETTLING, FetchOutcome.UNCHANGED, FetchOutcome.SETTLING,
    ]  # fmt: skip


def test_it_polls_only_what_is_due(quick_desk: Desk) -> None:
    desk = quick_desk
    desk.follow()
    desk.poll(1)

    assert poll_due(desk.database.session_scope, desk.clock, desk.client, blobs=desk.blobs) == []
    due = desk.ask(lambda session: session.get_one(Dataset, 1).next_poll_at) - desk.clock.now()
    assert timedelta(hours=21) <= due <= timedelta(hours=27)


def test_it_polls_a_named_indicator_whether_due_or_not(quick_desk: Desk) -> None:
    desk = quick_desk
    desk.follow()
    desk.poll(1)

    only = ["andel", "arsverk"]
    (result,) = poll_due(desk.database.session_scope, desk.clock, desk.client, only=only, blobs=desk.blobs)

    assert result.outcome is FetchOutcome.UNCHANGED
    with pytest.raises(NotFound, match="ukjent"):
        poll_due(desk.database.session_scope, desk.clock, desk.client, only=["ukjent"], blobs=desk.blobs)


def test_two_that_poll_at_once_store_one_vintage(desk: Desk) -> None:
    desk.answer(1)
    desk.clock.advance(days=2)

    def poll(only: list[str] | None) -> list[PollResult]:
        return poll_due(desk.database.session_scope, desk.clock, desk.client, only=only, blobs=desk.blobs)

    with ThreadPoolExecutor(4) as pool:
        results = [found for each in pool.map(poll, [None, None, ["andel"], ["andel"]]) for found in each]

    assert [result.outcome for result in results].count(FetchOutcome.STORED) == 1
    assert desk.count(Vintage) == 1
    assert desk.count(ObservationVersion) == 48


def test_it_says_when_an_indicator_asks_for_a_series_that_is_not_there(quick_desk: Desk) -> None:
    desk = quick_desk
    desk.follow()
    with desk.database.session_scope() as session:
        session.get_one(Indicator, "andel").slice = {"Type": "99", "ContentsCode": "Andel"}

    result = desk.poll(1)

    assert result.outcome is FetchOutcome.STORED
    assert result.detail == "Indikatoren andel: Utvalget (slice) må velge én kode i «Type»: 00, 01, 02."
    assert [found[0] for found in (desk.poll(2), desk.findings())[1]] == ["driftskostnader", "arsverk", "snittkostnad"]


def test_a_full_disk_is_told_and_nothing_is_stored(quick_desk: Desk) -> None:
    desk = quick_desk
    desk.follow()
    desk.blobs.write_text("a file where the folder should be")

    result = desk.poll(1)

    assert result.outcome is FetchOutcome.FAILED
    assert result.detail.startswith("Svaret kunne ikke lagres på disken")
    assert desk.count(Vintage) == 0


def test_unfinished_hours_are_waited_out(quick_desk: Desk) -> None:
    desk = quick_desk
    desk.follow(release_hours=True)
    with desk.database.session_scope() as session:
        session.get_one(Source, "ressursbruk").url = "https://data.ssb.no/api/pxwebapi/v2"
    desk.clock.move_to(datetime(2027, 5, 10, 5, 30, tzinfo=UTC))

    (result,) = poll_due(desk.database.session_scope, desk.clock, desk.client, blobs=desk.blobs)

    assert result.outcome is None
    assert "08.15" in result.detail
    due = desk.ask(lambda session: session.get_one(Dataset, 1).next_poll_at)
    assert datetime(2027, 5, 10, 6, 20, tzinfo=UTC) <= due <= datetime(2027, 5, 10, 6, 30, tzinfo=UTC)


def test_a_figure_without_an_earlier_one_has_no_change(quick_desk: Desk) -> None:
    desk = quick_desk
    desk.follow()
    desk.poll(1)

    found = desk.ask(lambda session: key_figure(session, session.get_one(Indicator, "andel"), period="2015"))

    assert (found.change, found.no_change_reason) == (None, NoChange.NO_EARLIER_PERIOD)
    assert desk.ask(lambda session: latest_vintage(session, 1)).seq == 1
