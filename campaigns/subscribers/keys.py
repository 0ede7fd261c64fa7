"""Keys for one purpose each, all derived from the master secret (security contract S-61).

Two masters may live at once, so that the secret can be changed without breaking the links in mails already sent:
the first one signs, all of them are believed.
"""

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SALT = b"monitorposten subscribers v1"
_SHORTEST = 16


class Keyring:
    """Derives keys by label. Nothing that holds it can be printed into a log by mistake."""

    def __init__(self, masters: Sequence[bytes]) -> None:
        if not masters or any(len(master) < _SHORTEST for master in masters):
            raise ValueError(f"a keyring needs at least one master of {_SHORTEST} bytes or more")
        self._masters = tuple(masters)
        self._known: dict[tuple[bytes, str], tuple[bytes, bytes]] = {}  # a mail needs several, every mail the same

    def signing_key(self, label: str) -> tuple[bytes, bytes]:
        """The (key id, key) that new things are signed with."""
        return self._derived(self._masters[0], label)

    def trusted_keys(self, label: str) -> dict[bytes, bytes]:
        """Every key that old things may have been signed with, by key id."""
        return dict(self._derived(master, label) for master in self._masters)

    def keyed_hash(self, label: str, text: str) -> str:
        """A hash that nobody without the secret can find the text from by trying likely ones."""
        return self.keyed_hashes(label, text)[0]

    def keyed_hashes(self, label: str, text: str) -> tuple[str, ...]:
        """The hash under every master that is trusted, the present one first."""
        keys = (self._derived(master, label)[1] for master in self._masters)
        return tuple(hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in keys)

    def _derived(self, master: bytes, label: str) -> tuple[bytes, bytes]:
        found = self._known.get((master, label))
        if found is None:
            material = HKDF(algorithm=SHA256(), length=34, salt=_SALT, info=label.encode()).derive(master)
            found = self._known[master, label] = material[:2], material[2:]
        return found
