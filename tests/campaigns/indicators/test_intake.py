"""A file that somebody brings goes the way of every answer: kept, compared, held or stored, and said once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from campaigns.audit import Actor, AuditEvent
from campaigns.clock import FixedClock
from campaigns.errors import InvalidInput, NotFound, Refused, TransitionNotAllowed, Unavailable
from campaigns.indicators.finding import Finding
from campaigns.indicators.incoming_files import Brought, discard, receive, reopen
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.intake import Word, readings_of, take_in
from campaigns.indicators.observations import latest_vintage, series
from campaigns.indicators.poll_result import PollResult
from campaigns.indicators.vintage import Vintage
from campaigns.sources.incoming import Arrival, FileState, IncomingFile
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from service.database import Database
from tests.factories.workbooks import USES, key_figures, workbook

KARI = Actor.editor(1)


class Inbox:
    """A source whose key figures come as workbooks."""

    def __init__(self, database: Database, clock: FixedClock, folder: Path) -> None:
        self.database, self.clock, self.blobs = database, clock, folder / "kilder"
        self.scope = database.session_scope

    def follow(self, *queries: dict[str, Any]) -> None:
        with self.scope() as session:
            session.add(Source(id="rhf", kind=SourceKind.XLSX, url="", attribution={"nb": "RHF"}))
            session.flush()
            for number, query in enumerate(queries, start=1):
                session.add(Dataset(id=number, source_id="rhf", query=query, query_sha256=str(number)))
                session.flush()
                session.add(
                    Indicator(
                        id=f"kostnader-{number}",
                        dataset_id=number,
                        slice={"Indikator": "Driftskostnader"},
                        title={"nb": "Driftskostnader"},
                    )
                )

    def bring(self, body: bytes, name: str = "nøkkeltall.xlsx", source_id: str = "rhf") -> int:
        brought = Brought(source_id=source_id, name=name, body=body, arrival=Arrival.UPLOAD, actor=KARI)
        return receive(self.scope, self.clock, brought, blobs=self.blobs)

    def take(self, body: bytes, name: str = "nøkkeltall.xlsx", **word: Any) -> PollResult:
        self.clock.advance(days=1)
        return self.take_waiting(self.bring(body, name), **word)[0]

    def take_waiting(self, file_id: int, **word: Any) -> list[PollResult]:
        return take_in(self.scope, self.clock, file_id, Word(actor=KARI, **word), blobs=self.blobs)

    def values(self, indicator_id: str = "kostnader-1") -> list[str]:
        with self.scope(read_only=True) as session:
            found = series(session, session.get_one(Indicator, indicator_id))
            return [f"{each.period.code}={each.value}" for each in found]

    def file(self, file_id: int) -> IncomingFile:
        with self.scope(read_only=True) as session:
            found = session.get_one(IncomingFile, file_id)
            session.expunge(found)
            return found

    def count(self, table: type[Vintage] | type[Fetch] | type[Finding] | type[IncomingFile]) -> int:
        with self.scope(read_only=True) as session:
            return len(session.exec(select(table)).all())


@pytest.fixture
def inbox(database: Database, clock: FixedClock, tmp_path: Path) -> Inbox:
    made = Inbox(database, clock, tmp_path)
    made.follow({"columns": USES})
    return made


def test_the_first_file_is_the_baseline_and_the_next_tells_what_is_new(inbox: Inbox) -> None:
    first = inbox.take(key_figures())
    second = inbox.take(key_figures(more=(4900, 3400)))

    assert (first.outcome, first.classes, first.findings) == (FetchOutcome.STORED, ("baseline",), 0)
    assert (second.outcome, second.classes, second.findings) == (FetchOutcome.STORED, ("new period",), 1)
    assert inbox.values() == ["2019=4351.9", "2021=4700.1", "2023=4900"]


def test_a_corrected_file_is_a_revision(inbox: Inbox) -> None:
    inbox.take(key_figures())

    assert inbox.take(key_figures("4 688,0")).classes == ("revision",)


def test_the_same_file_again_changes_nothing(inbox: Inbox) -> None:
    inbox.take(key_figures())

    assert inbox.take(key_figures()).outcome is FetchOutcome.UNCHANGED
    assert inbox.count(Vintage) == 1


def test_what_came_and_who_took_it_is_remembered(inbox: Inbox) -> None:
    body = key_figures()
    file_id = inbox.bring(body)
    inbox.take_waiting(file_id, released_on=date(2027, 5, 3))

    with inbox.scope(read_only=True) as session:
        fetch = session.exec(select(Fetch)).one()
        vintage = latest_vintage(session, 1)
        events = session.exec(select(AuditEvent.action)).all()
        session.expunge_all()
    file = inbox.file(file_id)
    assert (fetch.request, fetch.body_sha256, fetch.body_bytes) == ("UPLOAD nøkkeltall.xlsx", file.sha256, len(body))
    assert (file.state, file.outcomes[0]["outcome"], file.released_on) == (FileState.TAKEN, "stored", date(2027, 5, 3))
    assert vintage is not None
    assert vintage.source_updated_at == datetime(2027, 5, 2, 22, 0, tzinfo=UTC)
    assert events == ["file.taken_in"]


def test_a_file_is_taken_in_once(inbox: Inbox) -> None:
    file_id = inbox.bring(key_figures())
    inbox.take_waiting(file_id)

    with pytest.raises(TransitionNotAllowed, match="allerede tatt inn"):
        inbox.take_waiting(file_id)


def test_two_who_take_it_at_once_make_one_vintage(inbox: Inbox) -> None:
    file_id = inbox.bring(key_figures())

    def take() -> str:
        try:
            return str(inbox.take_waiting(file_id)[0].outcome)
        except TransitionNotAllowed:
            return "too late"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(task.result() for task in [pool.submit(take), pool.submit(take)])

    assert outcomes == ["stored", "too late"]
    assert (inbox.count(Vintage), inbox.count(Fetch)) == (1, 1)


def test_the_same_upload_twice_waits_once(inbox: Inbox) -> None:
    assert inbox.bring(key_figures()) == inbox.bring(key_figures())


def test_unusual_figures_are_held_until_somebody_vouches_for_them(inbox: Inbox) -> None:
    inbox.take(key_figures())
    held = inbox.take(key_figures(0, more=(0, 0)))
    vouched = inbox.take(key_figures(0, more=(0, 0)), vouched_for="Avtalt med RHF.")

    assert held.outcome is FetchOutcome.HELD
    assert vouched.outcome is FetchOutcome.STORED
    with inbox.scope(read_only=True) as session:
        actions = session.exec(select(AuditEvent.action).order_by(col(AuditEvent.id))).all()
    assert "vintage.vouched_for" in actions


def test_one_table_that_cannot_be_read_leaves_the_others_out_too(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    inbox = Inbox(database, clock, tmp_path)
    inbox.follow({"columns": USES, "sheet": "Tabell 1"}, {"columns": USES, "sheet": "Tabell 2"})
    file_id = inbox.bring(workbook())

    with pytest.raises(PayloadRefused, match="Tabell 2"):
        inbox.take_waiting(file_id)

    assert (inbox.count(Vintage), inbox.count(Fetch)) == (0, 0)
    assert inbox.file(file_id).state is FileState.WAITING


def test_a_name_says_which_tables_a_file_concerns(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    inbox = Inbox(database, clock, tmp_path)
    inbox.follow({"columns": USES, "file": "nøkkel*.xlsx"}, {"columns": USES, "file": "regioner*.xlsx"})

    results = inbox.take_waiting(inbox.bring(key_figures(), name="Nøkkeltall mai.xlsx"))

    assert [result.dataset_id for result in results] == [1]
    with pytest.raises(InvalidInput, match=r"heter «annet\.xlsx»"):
        inbox.take_waiting(inbox.bring(key_figures(), name="annet.xlsx"))


def test_a_source_without_tables_gets_its_first_from_a_file(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    inbox = Inbox(database, clock, tmp_path)
    inbox.follow()
    file_id = inbox.bring(key_figures())
    assert isinstance(readings_of(inbox.scope, file_id, blobs=inbox.blobs)[0].refusal, InvalidInput)
    with inbox.scope() as session:
        session.get_one(IncomingFile, file_id).mapping = {"ny": {"columns": USES, "header": 3}}

    inbox.take_waiting(file_id)

    with inbox.scope(read_only=True) as session:
        dataset = session.exec(select(Dataset)).one()
        assert dataset.query == {"columns": USES, "header": 3}
        assert latest_vintage(session, dataset.id or 0) is not None


def test_what_is_said_of_the_columns_is_kept_for_the_next_file(inbox: Inbox) -> None:
    file_id = inbox.bring(key_figures())
    said = {"sheet": "Tabell 1", "header": 3, "columns": USES}
    with inbox.scope() as session:
        session.get_one(IncomingFile, file_id).mapping = {"1": said}

    inbox.take_waiting(file_id)

    with inbox.scope(read_only=True) as session:
        assert session.get_one(Dataset, 1).query == said


def test_an_embargo_follows_the_figures(inbox: Inbox) -> None:
    until = datetime(2027, 6, 1, 6, 0, tzinfo=UTC)

    inbox.take(key_figures(), embargo_until=until, released_on=date(2027, 6, 1))

    with inbox.scope(read_only=True) as session:
        assert session.get_one(Dataset, 1).embargo_until == until


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ({"released_on": date(2028, 1, 1)}, "er ikke kommet ennå"),
        ({"embargo_until": datetime(2027, 1, 1, tzinfo=UTC)}, "Sperrefristen er passert"),
    ],
)
def test_it_refuses_dates_that_cannot_be_meant(inbox: Inbox, word: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        inbox.take(key_figures(), **word)

    assert inbox.count(Vintage) == 0


def test_a_discarded_file_can_be_looked_at_again(inbox: Inbox) -> None:
    file_id = inbox.bring(key_figures())
    with inbox.scope() as session:
        discard(session, inbox.clock, file_id, KARI)
    with pytest.raises(TransitionNotAllowed):
        inbox.take_waiting(file_id)
    with inbox.scope() as session:
        reopen(session, inbox.clock, file_id, KARI)

    assert inbox.take_waiting(file_id)[0].outcome is FetchOutcome.STORED


def test_a_file_that_is_gone_from_the_disk_is_asked_for_again(inbox: Inbox) -> None:
    file_id = inbox.bring(key_figures())
    for path in inbox.blobs.rglob("*"):
        if path.is_file():
            path.unlink()

    with pytest.raises(Unavailable, match="Last den opp på nytt"):
        inbox.take_waiting(file_id)


def test_it_takes_files_only_where_they_belong(inbox: Inbox) -> None:
    with inbox.scope() as session:
        session.add(Source(id="ssb", kind=SourceKind.PXWEB2, url="https://ssb.example.no"))
        session.add(Source(id="av", kind=SourceKind.CSV, url="", enabled=False))

    with pytest.raises(Refused, match="tar ikke imot filer"):
        inbox.bring(b"x", source_id="ssb")
    with pytest.raises(Refused, match="slått av"):
        inbox.bring(b"x", source_id="av")
    with pytest.raises(NotFound):
        inbox.bring(b"x", source_id="ukjent")
    assert inbox.count(IncomingFile) == 0


@pytest.mark.parametrize("name", ["../../etc/passwd.xlsx", "C:\\Users\\kari\\passwd.xlsx", "pas\x00s\nwd.xlsx"])
def test_a_name_is_only_a_name(inbox: Inbox, name: str) -> None:
    assert inbox.file(inbox.bring(key_figures(), name=name)).name == "passwd.xlsx"
