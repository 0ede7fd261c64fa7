"""Looking at every line of a list before anybody says yes: the good ones wait in a table, the bad ones say why.

Nothing is taken in. A thousand or a million lines cost the same memory: they pass in bunches, one transaction each.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from campaigns.clock import Clock
from campaigns.errors import InvalidInput
from campaigns.subscribers import suppression
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.list_bulk import look_again, one_of, store_lines
from campaigns.subscribers.list_columns import ListColumn, check_columns, wish_of
from campaigns.subscribers.list_file import Line, lines_of
from campaigns.subscribers.list_import import ImportState, ListFault, ListImport, ListLine
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus, Suppression
from campaigns.tables import SessionScope

BUNCH = 5_000
MOST_LINES = 2_000_000
AT_IT = timedelta(minutes=2)  # whoever works on a list says so anew within this
_LINE: sa.Table = ListLine.__table__  # type: ignore[attr-defined]
_FAULT: sa.Table = ListFault.__table__  # type: ignore[attr-defined]

Told = Callable[[ListImport], None]


def read_list(
    scope: SessionScope, clock: Clock, import_id: int, path: Path, *, keys: Keyring, told: Told | None = None
) -> None:
    """Look at every line, and count what would become of it. Begins anew if it was broken off before.

    ``told`` is called after every bunch. A file that turns out to be unreadable is dropped, with the reason.
    """
    with scope() as session:
        forget_lines(session, import_id)
        found = session.get_one(ListImport, import_id)
        found.lines = found.share = found.faults = 0
        columns, kind = check_columns(found.columns), found.kind
    places: dict[ListColumn, int] = {use: place for place, use in enumerate(columns) if use is not ListColumn.IGNORE}
    reader = _Reader(import_id, places, len(columns), keys)
    lines = lines_of(path, kind)
    try:
        next(lines, None)  # the headings
        while bunch := tuple(islice(lines, BUNCH)):
            with scope(durable=False) as session:
                found = seen(session, reader.keep(session, clock, bunch))
            if told:
                told(found)
    except InvalidInput as error:
        with scope() as session:
            drop(session, clock, session.get_one(ListImport, import_id), note=str(error))
        return
    with scope() as session:
        _count(session, session.get_one(ListImport, import_id))


def forget_lines(session: Session, import_id: int) -> None:
    """Nothing of the list's lines stays."""
    session.execute(sa.delete(_LINE).where(_LINE.c.import_id == import_id))
    session.execute(sa.delete(_FAULT).where(_FAULT.c.import_id == import_id))


def drop(session: Session, clock: Clock, found: ListImport, *, note: str | None = None) -> None:
    """Let the list be. Nothing of it was taken in."""
    assert found.id is not None
    forget_lines(session, found.id)
    found.state, found.note, found.finished_at = ImportState.DROPPED, note, clock.now()
    found.worked_until = None
    session.add(found)


def seen(session: Session, found: ListImport) -> ListImport:
    """The list as it is now, for somebody who looks at it after the transaction."""
    session.flush()
    session.refresh(found)
    session.expunge(found)
    return found


class _Reader:
    """Lines of one list into rows, a bunch at a time."""

    def __init__(self, import_id: int, places: dict[ListColumn, int], width: int, keys: Keyring) -> None:
        self._import_id, self._places, self._width, self._keys = import_id, places, width, keys

    def keep(self, session: Session, clock: Clock, bunch: tuple[Line, ...]) -> ListImport:
        """Store what the lines say; the list, with how far it has come."""
        found = session.get_one(ListImport, self._import_id)
        if found.lines + len(bunch) > MOST_LINES:
            raise InvalidInput(f"Listen har mer enn {MOST_LINES} linjer. Del den opp.", field="fil")
        good: dict[str, dict[str, Any]] = {}
        faults: list[dict[str, Any]] = []
        for line in bunch:
            try:
                row = self._row(line)
            except InvalidInput as error:
                faults.append(self._fault(line.number, str(error), line.cells))
                continue
            first = good.setdefault(row["canonical_key"], row)
            if first is not row:
                faults.append(self._fault(line.number, _twice(first["line"]), line.cells))
        for key, first_at in self._earlier(session, good):
            row = good.pop(key)
            faults.append(self._fault(row["line"], _twice(first_at), (row["raw"],)))
        if good:
            store_lines(session, list(good.values()))
        if faults:
            session.execute(sa.insert(_FAULT), faults)
        found.lines += len(bunch)
        found.share = max((line.share for line in bunch), default=0) or found.share
        found.faults += len(faults)
        found.worked_until = clock.now() + AT_IT
        session.add(found)
        return found

    def _earlier(self, session: Session, good: dict[str, dict[str, Any]]) -> list[tuple[str, int]]:
        """Which of these addresses stand further up in the file, and on which line."""
        known = sa.select(_LINE.c.canonical_key, _LINE.c.line).where(
            _LINE.c.import_id == self._import_id, one_of(session, _LINE.c.canonical_key, list(good))
        )
        return [(key, line) for key, line in session.execute(known)]

    def _row(self, line: Line) -> dict[str, Any]:
        if line.fault:
            raise InvalidInput(line.fault)
        cells = line.cells
        if len(cells) < self._width or any(cells[self._width :]):
            raise InvalidInput("Linjen har ikke like mange felter som første linje.")
        wish = wish_of(cells, self._places)
        hashes = suppression.hashes_of(wish.address.canonical_key, self._keys)
        topics, detail = _in_json(wish.topics, wish.frequency)
        return {
            "import_id": self._import_id,
            "line": line.number,
            "raw": wish.address.raw,
            "normalized": wish.address.normalized,
            "ascii_email": wish.address.ascii_email,
            "canonical_key": wish.address.canonical_key,
            "address_hash": hashes[0],
            "older_hash": hashes[1] if len(hashes) > 1 else "",
            "language": wish.language.value,
            "frequency": wish.frequency.value,
            "topics": topics,
            "detail": detail,
        }

    def _fault(self, line: int, sentence: str, cells: tuple[str, ...]) -> dict[str, Any]:
        return {"import_id": self._import_id, "line": line, "sentence": sentence[:300], "cells": list(cells)}


def here_already() -> sa.ColumnElement[bool]:
    """Whether the line's address is a subscriber's, in whatever state."""
    return sa.exists().where(col(Subscriber.canonical_key) == _LINE.c.canonical_key)


def to_be_left_alone() -> sa.ColumnElement[bool]:
    """Whether the line's address left, complained, or is held back for any other reason."""
    hashed = sa.exists().where(col(Suppression.address_hash).in_((_LINE.c.address_hash, _LINE.c.older_hash)))
    left = sa.exists().where(
        col(Subscriber.canonical_key) == _LINE.c.canonical_key,
        col(Subscriber.status) == SubscriberStatus.UNSUBSCRIBED,
    )
    return sa.or_(hashed, left)


def _count(session: Session, found: ListImport) -> None:
    mine = _LINE.c.import_id == found.id
    standing = sa.case((to_be_left_alone(), "left_alone"), (here_already(), "known"), else_="new")
    rows = session.execute(sa.select(standing, sa.func.count()).where(mine).group_by(sa.text("1")))
    counted: dict[str, int] = {row[0]: row[1] for row in rows}
    found.new, found.known = counted.get("new", 0), counted.get("known", 0)
    found.left_alone = counted.get("left_alone", 0)
    found.state, found.share, found.worked_until = ImportState.READ, 100, None
    session.add(found)
    look_again(session)


def fault_lines(session: Session, import_id: int) -> Iterator[ListFault]:
    """Every line that is wrong, in the file's order."""
    query = sa.select(ListFault).where(col(ListFault.import_id) == import_id).order_by(col(ListFault.line))
    yield from session.execute(query.execution_options(yield_per=1_000)).scalars()


@lru_cache(maxsize=5_000)
def _in_json(topics: tuple[str, ...], frequency: Frequency) -> tuple[str, str]:
    """The choice as a subscriber's row says it, and what the consent covers."""
    detail = {"topics": list(topics), "frequency": frequency.value, "paused_until": None}
    return json.dumps(list(topics)), json.dumps(detail)


def _twice(first_at: int) -> str:
    return f"Adressen står også på linje {first_at}."
