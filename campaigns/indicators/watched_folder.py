"""Files dropped in a source's folder: taken in when they are whole, and put where people see what became of them.

A file is whole when two looks, some time apart, find it the same. Afterwards it lies in ``behandlet``, or in
``avvist`` beside a text file with the reason. A crash in between takes nothing in twice: what was taken last is known
by its hash.
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from stat import S_ISREG

from sqlmodel import col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import CampaignError, Faults, TransitionNotAllowed, Unavailable
from campaigns.indicators.incoming_files import Brought, last_taken, receive, refuse, remember_refusal
from campaigns.indicators.intake import Word, take_in
from campaigns.sources.file_kinds import check_size
from campaigns.sources.incoming import BROUGHT_KINDS, Arrival, SeenFile
from campaigns.sources.refusal import in_words
from campaigns.sources.source import Source, SourceKind
from campaigns.tables import SessionScope

DONE, REFUSED = "behandlet", "avvist"
QUIET = timedelta(seconds=30)  # a copy that pauses longer than this over a network is rare, and refused as broken
ACTOR = Actor.service("folder")
_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".filepart", ".swp")
_SIGNS_OF_LIFE = frozenset({"thumbs.db", "desktop.ini", "les meg.txt"})
_LONGEST_NAME = 255  # bytes, on every file system in use
_DATED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")


@dataclass(frozen=True)
class _Found:
    """A file in a folder as it is now."""

    source_id: str
    path: Path
    size: int
    changed_ns: int


def take_dropped(scope: SessionScope, clock: Clock, *, inbox: Path, blobs: Path) -> dict[str, int]:
    """Look in every source's folder once; how many files were taken, refused, and left for a later look.

    A folder or a file that cannot be dealt with keeps no other waiting; what was wrong is raised when all are seen.
    """
    counted: Counter[str] = Counter()
    faults = Faults()
    for source_id in _watched(scope):
        with faults.told_after():
            for file in _lying(scope, source_id, inbox / source_id):
                with faults.told_after():
                    counted[_look(scope, clock, file, blobs)] += 1
    faults.tell("some dropped files could not be dealt with")
    return dict(counted)


def _lying(scope: SessionScope, source_id: str, folder: Path) -> list[_Found]:
    for made in (folder, folder / DONE, folder / REFUSED):
        made.mkdir(parents=True, exist_ok=True)
    found = list(_files(source_id, folder))
    _forget_gone(scope, source_id, found)
    return found


def released_on(name: str) -> date | None:
    """The date a file name begins with: what a person says of when the figures were released."""
    told = _DATED.match(name)
    try:
        return date.fromisoformat(told[1]) if told else None
    except ValueError:
        return None


def _watched(scope: SessionScope) -> list[str]:
    kinds = BROUGHT_KINDS - {SourceKind.PUSH}
    with scope(read_only=True) as session:
        return list(
            session.exec(select(Source.id).where(col(Source.enabled), col(Source.kind).in_(kinds)).order_by(Source.id))
        )


def _files(source_id: str, folder: Path) -> Iterator[_Found]:
    """The files people put there; not the ones a program is writing, and never what a link points to."""
    for path in sorted(folder.iterdir()):
        lower = path.name.lower()
        if lower.startswith((".", "~")) or lower.endswith(_UNFINISHED) or lower in _SIGNS_OF_LIFE:
            continue
        try:
            state = path.lstat()
        except FileNotFoundError:
            continue  # moved away since it was listed
        if S_ISREG(state.st_mode):
            yield _Found(source_id, path, state.st_size, max(state.st_mtime_ns, state.st_ctime_ns))


def _forget_gone(scope: SessionScope, source_id: str, found: list[_Found]) -> None:
    names = {file.path.name for file in found}
    with scope(read_only=True) as session:
        seen = session.exec(select(SeenFile.name).where(SeenFile.source_id == source_id)).all()
    if gone := [name for name in seen if name not in names]:
        with scope() as session:
            for name in gone:
                session.delete(session.get_one(SeenFile, (source_id, name)))


def _look(scope: SessionScope, clock: Clock, file: _Found, blobs: Path) -> str:
    if not _is_whole(scope, clock.now(), file):
        return "waiting"
    if not os.access(file.path.parent, os.W_OK | os.X_OK):
        return "stuck"  # it could not be moved afterwards, and would be taken again for ever
    try:
        body = _read(file)
        if body is None:
            return "waiting"
        if _is_last_taken(scope, file.source_id, body):
            _put_away(file.path, DONE)
            return "known"
        return _take(scope, clock, file, body, blobs)
    except Unavailable:
        return "waiting"  # a full disk: the file lies safely where it is


def _is_whole(scope: SessionScope, now: datetime, file: _Found) -> bool:
    with scope() as session:
        seen = session.get(SeenFile, (file.source_id, file.path.name))
        if seen is not None and (seen.size, seen.changed_ns) == (file.size, file.changed_ns):
            return now - seen.since >= QUIET
        seen = seen or SeenFile(source_id=file.source_id, name=file.path.name, size=0, changed_ns=0, since=now)
        seen.size, seen.changed_ns, seen.since = file.size, file.changed_ns, now
        session.add(seen)
        return False


def _read(file: _Found) -> bytes | None:
    """The bytes; nothing when somebody wrote to the file meanwhile. One that is too large is not read at all."""
    try:
        check_size(file.size)
    except CampaignError:
        return b""
    try:
        descriptor = os.open(file.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as opened:
        body = opened.read(file.size + 1)
        after = os.fstat(opened.fileno())
    return body if (len(body), after.st_size) == (file.size, file.size) else None


def _is_last_taken(scope: SessionScope, source_id: str, body: bytes) -> bool:
    digest = hashlib.sha256(body).hexdigest()
    with scope(read_only=True) as session:
        return bool(body) and last_taken(session, source_id) == digest


def _take(scope: SessionScope, clock: Clock, file: _Found, body: bytes, blobs: Path) -> str:
    brought = Brought(source_id=file.source_id, name=file.path.name, body=body, arrival=Arrival.FOLDER, actor=ACTOR)
    file_id: int | None = None
    try:
        check_size(file.size)
        file_id = receive(scope, clock, brought, blobs=blobs)
        take_in(scope, clock, file_id, Word(actor=ACTOR, released_on=released_on(file.path.name)), blobs=blobs)
    except Unavailable:
        raise
    except TransitionNotAllowed:
        return "known"  # another process took it in while we read it, and puts it away
    except CampaignError as error:
        if file_id is None:
            remember_refusal(scope, clock, brought, error)
        else:
            refuse(scope, clock, file_id, error)
        _put_away(file.path, REFUSED, in_words(error))
        return "refused"
    _put_away(file.path, DONE)
    return "taken"


def _put_away(path: Path, where: str, sentence: str | None = None) -> None:
    """Move the file; one with the same name that lies there already stays, and this one gets a number."""
    folder = path.parent / where
    target = folder / _fitting(path.stem, path.suffix)
    number = 2
    while target.exists():
        target = folder / _fitting(path.stem, f" ({number}){path.suffix}")
        number += 1
    try:
        path.replace(target)
    except FileNotFoundError:
        return  # another process has put it away
    if sentence is not None:
        advice = "Ingenting i filen er brukt. Rett den, og legg den i mappen på nytt."
        words = f"{path.name} ble avvist. {sentence}\n\n{advice}\n"
        (folder / _fitting(target.name, ".txt")).write_text(words, encoding="utf-8")


def _fitting(name: str, ending: str) -> str:
    """The name with this ending, cut where a file system would take no more."""
    room = _LONGEST_NAME - len(os.fsencode(ending))
    return os.fsencode(name)[:room].decode("utf-8", "ignore") + ending
