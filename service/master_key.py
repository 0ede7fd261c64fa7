"""The master key: from the settings, or (outside production) one that is made once and kept in the data folder."""

import os
import secrets
from pathlib import Path

from service.settings import Settings

_FILE = "master.key"


def master_key(settings: Settings) -> bytes:
    """The bytes every other key is derived from. Settings refuse production without a key of its own."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    return _kept_in(settings.data_dir / _FILE)


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
