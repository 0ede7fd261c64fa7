"""Bringing a list: the file is chosen, its columns said, its lines looked at and shown, and then somebody says yes.

The looking and the taking in are done by whoever has time (``work_on_lists``), so that no page waits for a million
lines and a restart goes on with them. The file itself is removed as soon as its lines have been looked at.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.errors import InvalidInput, NotFound, TransitionNotAllowed
from campaigns.subscribers.formula_guard import guarded
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.list_columns import HEADINGS, check_columns, guessed_columns
from campaigns.subscribers.list_file import kind_of, look_at_list
from campaigns.subscribers.list_import import ImportState, ListImport
from campaigns.subscribers.list_intake import allow, take_in
from campaigns.subscribers.list_reading import AT_IT, Told, drop, fault_lines, read_list, seen
from campaigns.subscribers.lists import ImportRefused, Provenance
from campaigns.tables import SessionScope

LEFT_LYING = timedelta(days=1)  # a list nobody decides on is let be: it holds addresses of people who are not here
_MOST_FAULTS = 1_000  # in a sentence for somebody who waits; all of them can be downloaded at the desk


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody says about a list."""

    columns: Sequence[str]  # what each stands for, in the file's order
    provenance: Provenance


def receive(session: Session, clock: Clock, path: Path, *, name: str, by: Actor) -> ListImport:
    """A file has come. Guesses its columns; nobody has been taken in. Raises ``InvalidInput``."""
    kind = kind_of(name)
    columns = guessed_columns(look_at_list(path, kind))
    found = ListImport(
        name=Path(name).name[:200], kind=kind, columns=[use.value for use in columns], by=by.name,
        created_at=clock.now(),
    )  # fmt: skip
    session.add(found)
    session.flush()
    record(session, clock, by, "subscribers.list_brought", ("import", found.id))
    return found


def describe(session: Session, found: ListImport, said: Said) -> None:
    """Say what the columns are and where the addresses come from; the lines are looked at from now on."""
    if found.state not in {ImportState.CHOSEN, ImportState.READING}:
        raise TransitionNotAllowed("Listen er alt lest.", state=found.state.value, wanted="reading")
    found.columns = [use.value for use in check_columns(said.columns)]
    found.provenance = said.provenance.text.strip()[:500]
    reason = said.provenance.already_confirmed
    found.already_confirmed = reason.strip()[:500] if reason else None
    found.state = ImportState.READING
    session.add(found)


def let_be(session: Session, clock: Clock, found: ListImport, *, by: Actor) -> None:
    """Nothing of it is to be taken in. Raises ``TransitionNotAllowed`` once it is being taken in."""
    if found.state not in {ImportState.CHOSEN, ImportState.READING, ImportState.READ}:
        raise TransitionNotAllowed("Listen er alt tatt inn eller lagt bort.", state=found.state.value, wanted="dropped")
    drop(session, clock, found)
    record(session, clock, by, "subscribers.list_dropped", ("import", found.id))


def list_of(session: Session, import_id: int) -> ListImport:
    """The list. Raises ``NotFound``."""
    found = session.get(ListImport, import_id)
    if found is None:
        raise NotFound("Listen", import_id)
    return found


def latest_lists(session: Session, limit: int = 10) -> Sequence[ListImport]:
    """The newest first."""
    return session.exec(select(ListImport).order_by(col(ListImport.id).desc()).limit(limit)).all()


def file_of(folder: Path, found: ListImport) -> Path:
    """Where the file lies until it has been read."""
    return folder / f"{found.id}.{found.kind.value}"


def work_on_lists(scope: SessionScope, clock: Clock, folder: Path, *, keys: Keyring) -> dict[str, int]:
    """Read what is to be read and take in what is to be taken in, one list at a time; how many of each."""
    done = {"lists_read": 0, "lists_taken_in": 0, "lists_forgotten": _forget_left_lying(scope, clock, folder)}
    while (work := _next_work(scope, clock)) is not None:
        import_id, state, path = work[0], work[1], folder / work[2]
        if state is ImportState.TAKING:
            take_in(scope, clock, import_id, keys=keys)
            done["lists_taken_in"] += 1
            continue
        if path.exists():
            read_list(scope, clock, import_id, path, keys=keys)
        else:
            with scope() as session:
                note = "Filen var borte da den skulle leses, så ingenting er tatt inn. Velg den på nytt."
                drop(session, clock, list_of(session, import_id), note=note)
        path.unlink(missing_ok=True)
        done["lists_read"] += 1
    return done


def bring_in(
    scope: SessionScope, clock: Clock, path: Path, *, provenance: Provenance, keys: Keyring, by: Actor
) -> ListImport:
    """The whole way in one go, with the columns as guessed: nothing is taken in when a line is wrong."""
    look = look_at_list(path, kind_of(path.name))
    said = Said(columns=[use.value for use in guessed_columns(look)], provenance=provenance)
    found = look_through(scope, clock, path, said, keys=keys, by=by)
    return settle(scope, clock, found, keys=keys, by=by)


def look_through(
    scope: SessionScope, clock: Clock, path: Path, said: Said, *, keys: Keyring, by: Actor, told: Told | None = None
) -> ListImport:
    """Read the list and count what would become of it. Raises ``InvalidInput`` when it cannot be read."""
    with scope() as session:
        found = receive(session, clock, path, name=path.name, by=by)
        describe(session, found, said)
        found.worked_until = clock.now() + AT_IT  # whoever waits does the work
        import_id = found.id or 0
    read_list(scope, clock, import_id, path, keys=keys, told=told)
    with scope(read_only=True) as session:
        found = list_of(session, import_id)
        if found.state is ImportState.DROPPED:
            raise InvalidInput(found.note or "Filen kunne ikke leses.", field="fil")
        return seen(session, found)


def settle(
    scope: SessionScope,
    clock: Clock,
    found: ListImport,
    *,
    keys: Keyring,
    by: Actor,
    passing_over_faults: bool = False,
    told: Told | None = None,
) -> ListImport:
    """Take in a list that was looked through, for somebody who waits.

    Raises ``ImportRefused``, with a sentence per bad line, and then the list is let be.
    """
    import_id, faults = found.id or 0, []
    with scope() as session:
        found = list_of(session, import_id)
        if found.faults and not passing_over_faults:
            wrong = islice(fault_lines(session, import_id), _MOST_FAULTS)
            faults = [(fault.line, fault.sentence) for fault in wrong]
            total = found.faults
            drop(session, clock, found)
        else:
            allow(session, clock, found, actor=by, passing_over_faults=passing_over_faults)
            found.worked_until = clock.now() + AT_IT
    if faults:
        raise ImportRefused(faults, total)
    take_in(scope, clock, import_id, keys=keys, told=told)
    with scope(read_only=True) as session:
        return seen(session, list_of(session, import_id))


def fault_list(session: Session, found: ListImport) -> Iterator[str]:
    """The lines that are wrong, as CSV that can be corrected and brought again, each with its reason at the end."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    width = len(found.columns)
    names = (HEADINGS.get(use, f"kolonne {at}") for at, use in enumerate(found.columns, start=1))
    writer.writerow(["linje", *names, "feil"])
    for fault in fault_lines(session, found.id or 0):
        cells = [*fault.cells, *[""] * (width - len(fault.cells))]
        writer.writerow([fault.line, *map(guarded, cells), fault.sentence])
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()


def _next_work(scope: SessionScope, clock: Clock) -> tuple[int, ImportState, str] | None:
    """The oldest list that waits for us and nobody is at, taken so that nobody else begins on it."""
    free = sa.or_(col(ListImport.worked_until).is_(None), col(ListImport.worked_until) < clock.now())
    waiting = sa.and_(col(ListImport.state).in_((ImportState.READING, ImportState.TAKING)), free)
    with scope(read_only=True) as session:
        if session.exec(select(ListImport.id).where(waiting).limit(1)).first() is None:
            return None
    with scope() as session:
        found = session.exec(
            select(ListImport).where(waiting).order_by(col(ListImport.id)).limit(1).with_for_update(skip_locked=True)
        ).first()
        if found is None:
            return None
        found.worked_until = clock.now() + AT_IT
        session.add(found)
        return found.id or 0, found.state, file_of(Path(), found).name


def _forget_left_lying(scope: SessionScope, clock: Clock, folder: Path) -> int:
    """Lists that nobody has decided on for a day."""
    undecided = sa.and_(
        col(ListImport.state).in_((ImportState.CHOSEN, ImportState.READ)),
        col(ListImport.created_at) < clock.now() - LEFT_LYING,
    )
    with scope(read_only=True) as session:
        old = [(found.id or 0, file_of(folder, found)) for found in session.exec(select(ListImport).where(undecided))]
    for import_id, path in old:
        with scope() as session:
            note = "Ingen avgjorde det innen et døgn, så listen er lagt bort. Ingenting er tatt inn."
            drop(session, clock, list_of(session, import_id), note=note)
        path.unlink(missing_ok=True)
    return len(old)
