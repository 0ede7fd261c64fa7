"""Take in a file that somebody brings, by the same path as an answer that was fetched.

It is read for each table it concerns and taken in by somebody's word: all its tables in one transaction, or none.
What it says is then compared, held or stored like any answer.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, NotFound, Unavailable
from campaigns.indicators.brought_tables import FollowedTable, Reading, followed_tables, read_for
from campaigns.indicators.incoming_files import open_source, step
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.poll_result import Answer, PollResult
from campaigns.indicators.question import query_sha256
from campaigns.indicators.recording import record_answer
from campaigns.sources import blobs as kept
from campaigns.sources.incoming import FileState, IncomingFile
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source
from campaigns.tables import SessionScope


@dataclass(frozen=True, kw_only=True)
class Word:
    """What somebody says when a file is taken in.

    ``released_on`` is when the figures were released, and ``embargo_until`` keeps them inside the desk until then.
    With ``vouched_for``, a reason, they are taken in although they look unusual.
    """

    actor: Actor
    released_on: date | None = None
    embargo_until: datetime | None = None
    vouched_for: str | None = None


def readings_of(scope: SessionScope, file_id: int, *, blobs: Path) -> list[Reading]:
    """What the file says of each table it concerns."""
    source, tables, body = _opened(scope, file_id, blobs)
    return read_for(source, body, tables)


def take_in(
    scope: SessionScope,
    clock: Clock,
    file_id: int,
    word: Word,
    *,
    blobs: Path,
    also: Callable[[Session], None] | None = None,
) -> list[PollResult]:
    """Record every table of the file; all or none. ``also`` is done in the same transaction.

    Raises ``PayloadRefused`` or ``InvalidInput`` when one cannot be read, ``TransitionNotAllowed`` the second time.
    """
    source, tables, body = _opened(scope, file_id, blobs)
    _check_word(clock, word)
    readings = read_for(source, body, tables)
    for reading in readings:
        if reading.refusal is not None:
            raise reading.refusal
    with scope() as session:
        if also is not None:
            also(session)
        file = _claim(session, clock, file_id, word)
        results = [_record(session, clock, file, reading, word) for reading in readings]
        file.outcomes = [_outcome(result) for result in results]
        session.add(file)
        audit.record(
            session, clock, word.actor, "file.taken_in", ("file", file_id),
            source=file.source_id, sha256=file.sha256, arrival=file.arrival.value, reason=word.vouched_for,
        )  # fmt: skip
        return results


def _opened(scope: SessionScope, file_id: int, blobs: Path) -> tuple[Source, list[FollowedTable], bytes]:
    with scope(read_only=True) as session:
        file = session.get(IncomingFile, file_id)
        if file is None:
            raise NotFound("Filen", file_id)
        source = open_source(session, file.source_id)
        tables = followed_tables(session, source, file)
        session.expunge_all()
    try:
        return source, tables, kept.fetch(blobs, file.sha256)
    except OSError as error:
        raise Unavailable("Filen ligger ikke lenger på disken. Last den opp på nytt.") from error


def _check_word(clock: Clock, word: Word) -> None:
    if word.embargo_until is not None and word.embargo_until <= clock.now():
        raise InvalidInput(
            "Sperrefristen er passert. La feltet stå tomt, eller velg et senere tidspunkt.", field="embargo"
        )
    if word.released_on is not None and word.released_on > clock.today() and word.embargo_until is None:
        raise InvalidInput(
            "Datoen tallene ble offentliggjort, er ikke kommet ennå. Sett en sperrefrist hvis de ikke er ute.",
            field="released_on",
        )


def _claim(session: Session, clock: Clock, file_id: int, word: Word) -> IncomingFile:
    values = {"state": FileState.TAKEN, "decided_at": clock.now()}
    step(session, file_id, FileState.WAITING, **values)
    file = session.get_one(IncomingFile, file_id, populate_existing=True)
    file.released_on, file.embargo_until = word.released_on, word.embargo_until
    return file


def _record(session: Session, clock: Clock, file: IncomingFile, reading: Reading, word: Word) -> PollResult:
    table = reading.table
    assert table is not None
    dataset_id = _remember_question(session, file, reading)
    dataset = session.get_one(Dataset, dataset_id)
    source = session.get_one(Source, file.source_id)
    dataset.last_polled_at = clock.now()
    if word.embargo_until is not None:
        dataset.embargo_until = word.embargo_until
    session.add(dataset)
    session.flush()
    if table.updated is None and word.released_on is not None and word.released_on <= clock.today():
        table = replace(table, updated=datetime.combine(word.released_on, time(), ZoneInfo(source.timezone)))
    answer = Answer(f"{file.arrival.name} {file.name}", None, {}, file.sha256, file.size, handed_over=True)
    vouched_by = word.actor if word.vouched_for else None
    result = record_answer(
        _within(session), clock, dataset_id, answer, table, vouched_by=vouched_by, because=word.vouched_for or ""
    )
    if result.failed:
        raise PayloadRefused("NOT_COMPARABLE", result.detail)
    return result


def _remember_question(session: Session, file: IncomingFile, reading: Reading) -> int:
    """The dataset this table belongs to, with what a person said of its columns written into its question."""
    query: Mapping[str, Any] = reading.followed.query
    digest = query_sha256(query)
    if reading.followed.dataset_id is None:
        dataset = Dataset(source_id=file.source_id, query=dict(query), query_sha256=digest)
    else:
        dataset = session.get_one(Dataset, reading.followed.dataset_id)
    if dataset.id is None or dataset.query != query:
        twin = session.exec(
            select(Dataset).where(Dataset.source_id == file.source_id, Dataset.query_sha256 == digest)
        ).first()
        if twin is not None:
            raise InvalidInput("En annen tabell i kilden leses på nøyaktig samme måte.", field="columns")
        dataset.query, dataset.query_sha256 = dict(query), digest
        session.add(dataset)
        session.flush()
    assert dataset.id is not None
    return dataset.id


def _outcome(result: PollResult) -> dict[str, Any]:
    return {
        "dataset_id": result.dataset_id,
        "outcome": result.outcome.value if result.outcome else None,
        "detail": result.detail,
        "findings": result.findings,
    }


def _within(session: Session) -> SessionScope:
    """A scope that stays inside this transaction, so that all tables of a file are recorded or none."""

    @contextmanager
    def scope(*, read_only: bool = False, durable: bool = True) -> Iterator[Session]:  # noqa: ARG001 - the port's own
        yield session

    return scope
