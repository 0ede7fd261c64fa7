"""Files on their way in: kept when they come, and looked at, let be or refused before any figure of them counts."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import CampaignError, NotFound, Refused, TransitionNotAllowed, Unavailable
from campaigns.sources import blobs as kept
from campaigns.sources.file_kinds import check_file
from campaigns.sources.incoming import BROUGHT_KINDS, Arrival, FileState, IncomingFile
from campaigns.sources.refusal import in_words
from campaigns.sources.source import Source
from campaigns.tables import SessionScope


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A file on its way in: its bytes, what it is called, and who brings it."""

    source_id: str
    name: str
    body: bytes
    arrival: Arrival
    actor: Actor


def open_source(session: Session, source_id: str) -> Source:
    """The source, if files may be brought to it. Raises ``NotFound`` or ``Refused``."""
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound("Kilden", source_id)
    if source.kind not in BROUGHT_KINDS:
        raise Refused(f"Kilden {source_id} hentes fra nettet ({source.kind.value}) og tar ikke imot filer.")
    if not source.enabled:
        raise Refused(f"Kilden {source_id} er slått av i katalogen. Slå den på før du leverer filer til den.")
    return source


def receive(scope: SessionScope, clock: Clock, brought: Brought, *, blobs: Path) -> int:
    """Keep the file and wait for somebody's word; the id it got. The same file again gets the one it has.

    Raises ``PayloadRefused`` for what is no such file; then nothing was kept. ``TransitionNotAllowed`` says that it
    lay in a folder and another process has just taken it in.
    """
    with scope(read_only=True) as session:
        kind = open_source(session, brought.source_id).kind
    check_file(kind, brought.name, brought.body)
    digest = keep_bytes(blobs, brought.body)
    with scope() as session:
        # Two who bring the same file at once come one after the other, and the second finds what the first did.
        session.exec(select(Source.id).where(Source.id == brought.source_id).with_for_update()).one()
        if brought.arrival is Arrival.FOLDER and last_taken(session, brought.source_id) == digest:
            raise _already(FileState.WAITING)
        waiting = session.exec(
            select(IncomingFile.id).where(
                IncomingFile.source_id == brought.source_id,
                IncomingFile.sha256 == digest,
                IncomingFile.state == FileState.WAITING,
            )
        ).first()
        return waiting or _add(session, clock, brought, digest)


def file_of(session: Session, source_id: str, file_id: int) -> IncomingFile:
    """The file with this id in this source. Raises ``NotFound``."""
    file = session.get(IncomingFile, file_id)
    if file is None or file.source_id != source_id:
        raise NotFound("Filen", file_id)
    return file


def latest_files(session: Session, source_id: str, count: int = 20) -> Sequence[IncomingFile]:
    """The files that came last, newest first."""
    return session.exec(
        select(IncomingFile)
        .where(IncomingFile.source_id == source_id)
        .order_by(col(IncomingFile.id).desc())
        .limit(count)
    ).all()


def last_taken(session: Session, source_id: str) -> str | None:
    """The hash of the file whose figures were taken in last."""
    return session.exec(
        select(IncomingFile.sha256)
        .where(IncomingFile.source_id == source_id, IncomingFile.state == FileState.TAKEN)
        .order_by(col(IncomingFile.decided_at).desc(), col(IncomingFile.id).desc())
        .limit(1)
    ).first()


def discard(session: Session, clock: Clock, file_id: int, actor: Actor) -> None:
    """Let the file be; it can be looked at again."""
    step(session, file_id, FileState.WAITING, state=FileState.DISCARDED, decided_at=clock.now())
    audit.record(session, clock, actor, "file.discarded", ("file", file_id))


def reopen(session: Session, clock: Clock, file_id: int, actor: Actor) -> None:
    """Put a file that was discarded or refused back to wait, to be looked at by a person."""
    file = session.get(IncomingFile, file_id)
    last = file.state if file is not None and file.state is FileState.REFUSED else FileState.DISCARDED
    step(session, file_id, last, state=FileState.WAITING, decided_at=None, detail=None)
    audit.record(session, clock, actor, "file.reopened", ("file", file_id))


def remember_refusal(scope: SessionScope, clock: Clock, brought: Brought, error: CampaignError) -> None:
    """Write down that a file nobody is looking at was refused before it was kept."""
    with scope() as session:
        file_id = _add(session, clock, brought, hashlib.sha256(brought.body).hexdigest())
        _refuse(session, clock, file_id, error)


def refuse(scope: SessionScope, clock: Clock, file_id: int, error: CampaignError) -> None:
    """Write down that a waiting file was refused, where those who look after the source will see it."""
    with scope() as session:
        _refuse(session, clock, file_id, error)


def _refuse(session: Session, clock: Clock, file_id: int, error: CampaignError) -> None:
    sentence = in_words(error)
    try:
        step(session, file_id, FileState.WAITING, state=FileState.REFUSED, decided_at=clock.now(), detail=sentence)
    except TransitionNotAllowed:
        return  # another has taken it in meanwhile, and what it said counts
    file = session.get_one(IncomingFile, file_id, populate_existing=True)
    source = session.get_one(Source, file.source_id)
    source.failure, source.last_failure_at = f"Filen «{file.name}» ble avvist: {sentence}", clock.now()
    session.add(source)


def keep_bytes(blobs: Path, body: bytes) -> str:
    """Keep the bytes under their hash. Raises ``Unavailable`` when the disk will not."""
    try:
        return kept.keep(blobs, body)
    except OSError as error:
        raise Unavailable(
            f"Filen kunne ikke lagres på disken: {error.strerror or error}. Prøv igjen senere."
        ) from error


def step(session: Session, file_id: int, expected: FileState, **values: Any) -> None:
    """From one state to the next, once: of two who try at the same time, one changes no row."""
    changed = session.execute(
        sa.update(IncomingFile)
        .where(col(IncomingFile.id) == file_id, col(IncomingFile.state) == expected)
        .values(**values)
    )
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        raise _already(values["state"])


def _already(wanted: FileState) -> TransitionNotAllowed:
    return TransitionNotAllowed("Filen er allerede tatt inn eller lagt til side.", state="", wanted=str(wanted))


def _add(session: Session, clock: Clock, brought: Brought, digest: str) -> int:
    file = IncomingFile(
        source_id=brought.source_id,
        name=plain_name(brought.name),
        sha256=digest,
        size=len(brought.body),
        arrival=brought.arrival,
        actor=brought.actor.name,
        received_at=clock.now(),
    )
    session.add(file)
    session.flush()
    assert file.id is not None
    return file.id


def plain_name(name: str) -> str:
    """The file's own name, without folders and without what cannot be shown."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(character for character in last if character.isprintable())[-200:] or "fil"
