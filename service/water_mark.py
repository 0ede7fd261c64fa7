"""How far sending has come, kept in a file outside the database: ``sendt.json`` in the folder of the data.

It is written before the mails of a claim leave, and says how many claims there had been and in which database. So at
the next start three things can be told apart:

- The ledger stands where the file says, or higher: nothing was put back.
- It stands lower: it was put back from a copy, or the server has lost commits. Whatever waits in it may have gone.
- It stands as high, but is another database (``pg_restore``, a fail-over): what had been claimed when the copy was
  made may have gone, and nothing else, for every further claim would have raised the number.

Senders of one ledger must share the folder. A folder that is lost tells nothing; then ``hold-back`` says it by hand.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from service.database import Database

_NAME = "sendt.json"
_SERVER = sa.text(
    "SELECT (SELECT system_identifier FROM pg_control_system())::text"
    " || '/' || (SELECT timeline_id FROM pg_control_checkpoint())::text"
)
_MAY_ASK = sa.text(
    "SELECT has_function_privilege('pg_control_system()', 'execute')"
    " AND has_function_privilege('pg_control_checkpoint()', 'execute')"
)
_TABLES = sa.text(
    "SELECT oid::text || '/' || 'delivery'::regclass::oid::text FROM pg_database WHERE datname = current_database()"
)


@dataclass(frozen=True)
class Mark:
    """What the file says."""

    claims: int
    ledger: str  # which database it was; empty where that cannot be told
    lost: bool = False  # the one that took its place while mails were going lacks some of them


def ledger_of(database: Database) -> str:
    """Which database this is: another one after ``pg_restore`` and after a fail-over. SQLite does not tell."""
    if database.engine.dialect.name != "postgresql":
        return ""
    with database.session_scope(read_only=True) as session:
        server = session.execute(_SERVER).scalar_one() if session.execute(_MAY_ASK).scalar_one() else ""
        return f"{server}/{session.execute(_TABLES).scalar_one()}"


class AnotherLedger(Exception):
    """The mark is of another database: nothing may leave before it has been asked what may have gone from that one."""


class WaterMark:
    """The file. Several processes may write it; it falls and changes ledger only when it is begun anew."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME

    def read(self) -> Mark | None:
        """None where nothing has been sent from here yet."""
        try:
            return Mark(**json.loads(self._path.read_text("utf-8")))
        except FileNotFoundError:
            return None

    def note(self, mark: Mark) -> None:
        """Write it down unless more is known already; comes back when the disk has it.

        Raises ``AnotherLedger`` when a server took another's place while mails were going. That one is not lower for
        long if it lacks claims, for this one raised it; so it is written down that it does.
        """
        with self._held():
            known = self.read()
            if known is not None and known.ledger != mark.ledger:
                if mark.claims <= known.claims:
                    self._write(replace(known, lost=True))
                raise AnotherLedger
            if known is None or known.claims < mark.claims:
                self._write(mark)

    def begin_anew(self, mark: Mark) -> None:
        """What may have gone has been held back: from here on the mark is of this ledger."""
        with self._held():
            self._write(mark)

    def _write(self, mark: Mark) -> None:
        unfinished = self._path.with_suffix(".ny")
        file = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(file, json.dumps(asdict(mark)).encode())
            os.fsync(file)
        finally:
            os.close(file)
        unfinished.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _held(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)  # the first thing here, where the ledger is on a server
        lock = os.open(self._path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)
