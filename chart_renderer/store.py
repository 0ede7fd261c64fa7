"""Pictures kept by what they contain: the name is the SHA-256 of the bytes, so an address never changes its picture.

A file appears whole or not at all (write, fsync, rename). Beside the pictures lies an index from the key a picture
was drawn under to its name, so that an unchanged figure is never drawn twice. What nobody points at any more and
nobody has asked for in a while is collected.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from chart_renderer.errors import StoreFailed

_UNFINISHED_FOR = timedelta(hours=1)  # a file being written that has not got its name by then never will
_NAME = re.compile(r"[0-9a-f]{64}")


class Collected(NamedTuple):
    """What was removed: so many files, so many bytes."""

    files: int
    bytes: int


class ImageStore:
    """A folder of PNG files. Safe for several threads and processes at once: writing the same twice is harmless."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep the bytes and return their name. Raises ``StoreFailed`` and leaves nothing behind if it cannot."""
        name = hashlib.sha256(content).hexdigest()
        path = self.path(name)
        if not path.is_file():
            self._write(path, content, lasting=True)
        return name

    def get(self, name: str) -> bytes | None:
        """The bytes under that name, or None. A file that is damaged counts as missing and is removed."""
        try:
            content = self.path(name).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != name:
            self.path(name).unlink(missing_ok=True)
            return None
        return content

    def path(self, name: str) -> Path:
        """Where the picture of that name lies, whether it is there or not."""
        return self.folder / _valid(name)[:2] / f"{name}.png"

    def remember(self, key: str, name: str) -> None:
        """Note that this key was drawn as that picture. Whole or not at all; lost with the power, it is drawn anew."""
        self._write(self._entry(key), _valid(name).encode(), lasting=False)

    def recall(self, key: str) -> tuple[str, bytes] | None:
        """Name and bytes of the picture drawn under that key, if both are still there."""
        try:
            name = self._entry(key).read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        content = self.get(name) if _NAME.fullmatch(name) else None
        if content is None:
            return None
        with suppress(OSError):  # its age counts from when it was last wanted
            os.utime(self.path(name))
        return name, content

    def collect(self, in_use: Collection[str], *, unwanted_for: timedelta, now: datetime) -> Collected:
        """Remove pictures that are not ``in_use`` and were not wanted for so long, and what crashes left behind.

        An index entry goes with its picture. Raises nothing: a file that cannot be removed is there next time, too.
        """
        before, unfinished = (now - unwanted_for).timestamp(), (now - _UNFINISHED_FOR).timestamp()
        files = size = 0
        for path in self._files():
            limit = unfinished if path.name.startswith(".") else before
            if path.suffix == ".png" and path.stem in in_use:
                continue
            with suppress(OSError):
                status = path.stat()
                if status.st_mtime < limit and not (path.parent.parent.name == "keys" and self._leads(path)):
                    path.unlink()
                    files, size = files + 1, size + status.st_size
        return Collected(files, size)

    def _files(self) -> Iterator[Path]:
        """Pictures first, then the index."""
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        return iter(sorted(found, key=lambda path: (path.suffix != ".png", path)))

    def _leads(self, entry: Path) -> bool:
        """Whether an index entry points to a picture that is there."""
        name = entry.read_text(encoding="ascii", errors="replace")
        return _NAME.fullmatch(name) is not None and self.path(name).is_file()

    def _entry(self, key: str) -> Path:
        return self.folder / "keys" / _valid(key)[:2] / key

    def _write(self, path: Path, content: bytes, *, lasting: bool) -> None:
        unfinished: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
                unfinished = Path(file.name)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.chmod(0o644)
            unfinished.replace(path)
            if lasting:
                _sync_folder(path.parent)
        except OSError as error:
            if unfinished is not None:
                unfinished.unlink(missing_ok=True)
            raise StoreFailed(
                f"Bildet kunne ikke lagres i {self.folder}: {error.strerror or error}. Frigjør plass eller rett "
                "tilgangen til mappen, og prøv igjen."
            ) from error


def _valid(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a SHA-256 in hexadecimal: {name!r}")
    return name


def _sync_folder(folder: Path) -> None:
    """The new name itself must reach the disk, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
