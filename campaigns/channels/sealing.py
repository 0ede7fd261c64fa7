"""Tokens at rest: AES-256-GCM under a key derived from the master key, bound to the very cell they stand in.

The bound cell means that a sealed token copied to another account's row does not open there (security S-60).
The key's id stands in front, so that an old master key can go on opening while a new one seals (S-61).
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from campaigns.errors import CampaignError

CHANNEL_TOKENS = "channel-tokens/1"  # what is sealed; each has a key of its own (S-61)
PUSH_SECRETS = "push-secrets/1"
_NONCE_BYTES = 12


class SealBroken(CampaignError):
    """A stored token cannot be opened: wrong key, moved or changed."""


@dataclass(frozen=True)
class Cell:
    """The place in the database a secret stands in."""

    table: str
    row: str
    column: str

    def as_bytes(self) -> bytes:
        return json.dumps([self.table, self.row, self.column], ensure_ascii=False).encode()


class Sealing:
    """Seals with the first master key; opens with any of them."""

    def __init__(self, master_keys: Sequence[bytes], *, purpose: str = CHANNEL_TOKENS) -> None:
        keys = [_derived(master, purpose) for master in master_keys]
        self._newest = _key_id(keys[0])
        self._keys = {_key_id(key): key for key in keys}

    def seal(self, secret: str, cell: Cell) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._keys[self._newest]).encrypt(nonce, secret.encode(), cell.as_bytes())
        return f"{self._newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, cell: Cell) -> str:
        """The secret. Raises ``SealBroken`` when the key is unknown or the content is not what was sealed here."""
        key_id, _, encoded = sealed.partition(".")
        key = self._keys.get(key_id)
        if key is None:
            raise SealBroken("Tilgangsnøkkelen er låst med en hovednøkkel vi ikke har. Koble kontoen til på nytt.")
        try:
            content = base64.urlsafe_b64decode(encoded)
            return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], cell.as_bytes()).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SealBroken("Tilgangsnøkkelen lar seg ikke låse opp. Koble kontoen til på nytt.") from error


def token_cell(account_id: str) -> Cell:
    """Where an account's access token stands."""
    return Cell("channel_account", account_id, "sealed_token")


def _derived(master: bytes, purpose: str) -> bytes:
    if len(master) < 32:
        raise ValueError("a master key has at least 32 bytes")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"monitorposten/{purpose}".encode()).derive(master)


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"key id" + key).hexdigest()[:8]
