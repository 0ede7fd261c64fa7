"""A SQLite database that many tests want filled alike: it is filled once, and copied for everybody after that."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from campaigns.clock import FixedClock
from service.database import Database


class FilledOnce:
    """What ``fill(session, clock)`` makes of an empty database, one file per moment of the clock."""

    def __init__(self, empty: Path, folder: Path, fill: Callable[[Session, FixedClock], Any]) -> None:
        self._empty, self._folder, self._fill = empty, folder, fill
        self._made: dict[datetime, Path] = {}

    def fill(self, database: Database, clock: FixedClock) -> None:
        """As if ``fill`` had been called here; it is, where something has been written to the database already."""
        here = Path(str(sa.make_url(database.url).database))
        if self._is_empty(here):
            shutil.copyfile(self._filled(clock), here)
        else:
            with database.session_scope() as session:
                self._fill(session, clock)

    def _is_empty(self, here: Path) -> bool:
        beside = here.with_name(f"{here.name}-wal")  # there while anybody has the file open
        return not beside.exists() and here.read_bytes() == self._empty.read_bytes()

    def _filled(self, clock: FixedClock) -> Path:
        now = clock.now()
        if now not in self._made:
            path = self._folder / f"{len(self._made)}.db"
            shutil.copyfile(self._empty, path)
            database = Database(f"sqlite:///{path}", synchronous="OFF")
            with database.session_scope() as session:
                self._fill(session, FixedClock(now))
            database.close()
            self._made[now] = path
        return self._made[now]
