"""The bytes a source sent, kept as they came, under their own hash."""

import hashlib
import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def keep(folder: Path, body: bytes) -> str:
    """Store the bytes and return their SHA-256. Nothing half-written is ever found under a hash."""
    digest = hashlib.sha256(body).hexdigest()
    place = _place(folder, digest)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, prefix=".", delete=False) as part:
            try:
                part.write(body)
                part.flush()
                os.fsync(part.fileno())
            except OSError:
                Path(part.name).unlink(missing_ok=True)
                raise
        Path(part.name).replace(place)
    return digest


def fetch(folder: Path, digest: str) -> bytes:
    """The bytes with this hash. Raises ``FileNotFoundError`` when they were never kept."""
    return _place(folder, digest).read_bytes()


def _place(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest
