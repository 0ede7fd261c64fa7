"""A power cut: of the database is left what a commit has waited for the disk with, and nothing that came after it.

A killed process loses nothing it has written; a machine does. So the sender that is to be broken copies its database
whenever a commit has waited for the disk (``Keep``), and the copy takes the database's place when the power is gone.
"""

import shutil
import sqlite3
from pathlib import Path

_DATABASE = "monitorposten.db"
_PARTS = (_DATABASE, f"{_DATABASE}-wal")
_WAITS = 2  # PRAGMA synchronous: FULL


class Keep:
    """What the disk has, as files beside the database."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._disk = folder, _disk(folder)
        self._disk.mkdir()
        self._copy()

    def committed(self, connection: sqlite3.Connection) -> None:
        """In WAL a commit that waits takes everything before it along; one that does not wait takes nothing."""
        ((waits,),) = sqlite3.Cursor(connection).execute("PRAGMA synchronous").fetchall()
        if waits >= _WAITS:
            self._copy()

    def _copy(self) -> None:
        for name in _PARTS:
            if (self._folder / name).exists():
                shutil.copy(self._folder / name, self._disk)


def lose_power(folder: Path) -> None:
    """The database as the disk has it."""
    for path in folder.glob(f"{_DATABASE}*"):
        path.unlink()
    for path in _disk(folder).iterdir():
        shutil.move(path, folder)
    _disk(folder).rmdir()


def _disk(folder: Path) -> Path:
    return folder / "disk"
