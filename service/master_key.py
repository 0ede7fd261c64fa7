"""The master key: from the settings, or (outside production) one that is made once and kept in the data folder.

Nothing is signed or sealed with it: each purpose has a key of its own, derived from it (S-61).
"""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.settings import Settings

_FILE = "master.key"


def master_key(settings: Settings) -> bytes:
    """The bytes every other key is derived from. Settings refuse production without a key of its own."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    return _kept_in(settings.data_dir / _FILE)


def master_keys(settings: Settings) -> tuple[bytes, ...]:
    """It, and the one before it if that is still believed: the first one signs and seals."""
    previous = settings.previous_secret_key.get_secret_value()
    return (master_key(settings), *([previous.encode()] if previous else []))


def derived(master: bytes, purpose: str) -> bytes:
    """The key for this purpose: ``form``, ``sign-in``, ``return-path`` …"""
    return HKDF(SHA256(), length=32, salt=None, info=f"monitorposten/{purpose}".encode()).derive(master)


def _kept_in(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = secrets.token_hex(32).encode()
    partial = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        partial.touch(mode=0o600)
        partial.write_bytes(fresh)
        try:
            os.link(partial, path)  # fails when another process was first; then its key is the one
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_bytes().strip()
