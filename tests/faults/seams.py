"""Faults at one exact call: the process ends, or the call fails, at the n-th touch of a socket, the database or a file.

For a process that is there to be broken: ``watch`` puts counters under the standard library's sockets and SQLite
driver and under the calls that write a file to the disk, and never takes them out. What is counted is what the sender
does, in the order it does it.
"""

import errno
import os
import signal
import socket
import sqlite3
import stat
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Self

_ERRNO = {"EIO": errno.EIO, "ENOSPC": errno.ENOSPC}
ENDED = 9  # the exit code of a process that ended itself here


class Seam(StrEnum):
    """Where it is counted."""

    SOCKET = "socket"  # connect, send, receive, close
    DATABASE = "database"  # every statement, and every commit
    WRITE = "write"  # statements that change something, and commits
    COMMIT = "commit"
    FILE = "file"  # open, write, sync and rename


class Action(StrEnum):
    """What happens there."""

    END = "end"  # without a word, as by SIGKILL, before the call
    END_AFTER = "end-after"  # when the call is done and nobody has heard of it
    SLEEP = "sleep"  # when the call is done, as by SIGSTOP, until somebody sends SIGCONT
    EIO = "disk I/O error"  # SQLite gives the transaction up by itself; a socket or a file says EIO
    ENOSPC = "database or disk is full"
    EIO_AFTER = "disk I/O error after all"  # done, and told as if it were not: a commit whose answer was lost


@dataclass(frozen=True)
class Fault:
    """One fault, at the ``at``-th call of a seam; the first is 1."""

    seam: Seam
    at: int
    action: Action


class Watch:
    """Counts, and strikes once."""

    def __init__(self, fault: Fault | None) -> None:
        self.calls: Counter[str] = Counter()
        self.struck: str | None = None
        self._fault = fault

    def call(
        self,
        *seams: Seam,
        do: Callable[[], Any],
        give_up: Callable[[], None] | None = None,
        done: Callable[[], None] | None = None,
    ) -> Any:
        struck = None
        for seam in seams:
            self.calls[seam.value] += 1
            if self._fault and (self._fault.seam, self._fault.at) == (seam, self.calls[seam.value]):
                struck = self._fault.action
                self.struck = struck.name
        if struck is Action.END:
            os._exit(ENDED)
        if struck in {Action.EIO, Action.ENOSPC}:
            _fail(struck, give_up)
        result = do()
        if done:
            done()
        if struck is Action.END_AFTER:
            os._exit(ENDED)
        if struck is Action.SLEEP:
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # this thread, so that it is here it stops
        if struck is Action.EIO_AFTER:
            raise sqlite3.OperationalError(Action.EIO.value)
        return result


def watch(fault: Fault | None, *, committed: Callable[[sqlite3.Connection], None] | None = None) -> Watch:
    """Count from here on in this process, and strike at the fault. ``committed`` is called after each commit."""
    found = Watch(fault)
    for name in ("connect", "send", "sendall", "recv", "close"):
        setattr(socket.socket, name, _counted(found, Seam.SOCKET, getattr(socket.socket, name)))
    _watch_files(found)

    def run(connection: sqlite3.Connection, sql: str, do: Callable[[], Any]) -> Any:
        seams = _seams(sql)
        after = partial(committed, connection) if committed and Seam.COMMIT in seams else None
        return found.call(*seams, do=do, give_up=partial(_give_up, connection), done=after)

    class WatchedCursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> Self:
            done: Self = run(self.connection, sql, lambda: sqlite3.Cursor.execute(self, sql, parameters))
            return done

        def executemany(self, sql: str, parameters: Any) -> Self:
            done: Self = run(self.connection, sql, lambda: sqlite3.Cursor.executemany(self, sql, parameters))
            return done

    class WatchedConnection(sqlite3.Connection):
        def cursor(self, _factory: Any = None) -> Any:
            return super().cursor(WatchedCursor)

        def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
            made: sqlite3.Cursor = self.cursor().execute(sql, parameters)
            return made

        def executemany(self, sql: str, parameters: Any) -> sqlite3.Cursor:
            made: sqlite3.Cursor = self.cursor().executemany(sql, parameters)
            return made

        def commit(self) -> None:
            run(self, "COMMIT", lambda: sqlite3.Connection.commit(self))

    sqlite3.dbapi2.connect = partial(sqlite3.connect, factory=WatchedConnection)  # type: ignore[assignment]
    return found


def _watch_files(found: Watch) -> None:
    for name in ("open", "fsync", "replace"):
        setattr(os, name, _counted(found, Seam.FILE, getattr(os, name)))
    write = os.write

    def watched(file: int, data: Any) -> int:
        """A pipe is no file: what goes through it, one thread says to another."""
        if stat.S_ISFIFO(os.fstat(file).st_mode):
            return write(file, data)
        done: int = found.call(Seam.FILE, do=lambda: write(file, data))
        return done

    os.write = watched


def _fail(how: Action, give_up: Callable[[], None] | None) -> None:
    if give_up is None:
        raise OSError(_ERRNO[how.name], how.value)
    give_up()
    raise sqlite3.OperationalError(how.value)


def _counted(watch: Watch, seam: Seam, call: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        return watch.call(seam, do=lambda: call(*arguments, **named))

    return counted


def _seams(sql: str) -> tuple[Seam, ...]:
    verb = sql.lstrip().split(maxsplit=1)[0].upper()
    if verb == "COMMIT":
        return Seam.DATABASE, Seam.WRITE, Seam.COMMIT
    return (Seam.DATABASE, Seam.WRITE) if verb in {"INSERT", "UPDATE", "DELETE"} else (Seam.DATABASE,)


def _give_up(connection: sqlite3.Connection) -> None:
    """What SQLite does on a full or broken disk before it says so."""
    if connection.in_transaction:
        sqlite3.Cursor(connection).execute("ROLLBACK")
