"""Signed links for subscribers: what each lets its bearer do, for how long, and how it is read back.

A token is 38 bytes in lower-case base32 (61 characters), so that the same one fits in an address of a web page and in
the local part of a mail address, where letters lose their case. It says which subscriber, never which address:

    version and purpose 1 · key id 2 · subscriber 5 · issued 4 · expires 4 (0 = never) · epoch 2 · MAC 20

The MAC is HMAC-SHA-256, cut to 160 bits, over all of that and the list's name, with a key of the purpose's own:
a token for one purpose or list is worth nothing for another (S-50, E-41).
"""

import base64
import binascii
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from campaigns.base32 import base32
from campaigns.errors import Refused
from campaigns.subscribers.keys import Keyring
from campaigns.subscribers.subscriber import Subscriber

_VERSION = 1
_FIELDS = struct.Struct(">B2s5sIIH")
_MAC_LENGTH = 20
_LENGTH = 61


class Purpose(Enum):
    """What a link is for: (number in the token, how long it lives)."""

    CONFIRM = (1, timedelta(hours=72))  # once: signed over the subscriber's epoch
    UNSUBSCRIBE = (2, None)  # as long as the mail may be read, which is for ever
    PREFERENCES = (
        3,
        timedelta(days=3 * 365),
    )  # in every newsletter: see and change, nothing that a forward may not see
    SETTINGS = (4, timedelta(hours=24))  # mailed on request to the address itself: also a copy of the data, and erasure

    def __init__(self, number: int, life: timedelta | None) -> None:
        self.number = number
        self.life = life


class LinkInvalid(Refused):
    """Not a link of ours, or not for this."""

    def __init__(self) -> None:
        super().__init__("Lenken virker ikke. Kanskje ble den delt i to av e-postprogrammet; kopier hele adressen.")


class LinkExpired(Refused):
    """It was ours, but its time is over. ``subscriber_id`` is whose it was: they are told so in their language."""

    def __init__(self, subscriber_id: int) -> None:
        super().__init__("Lenken er for gammel. Skriv inn e-postadressen din på nytt, så sender vi en ny.")
        self.subscriber_id = subscriber_id


class NobodyThere(Refused):
    """It is ours, and the one it was made for has been erased since."""

    def __init__(self) -> None:
        super().__init__("Vi har ikke lenger noe lagret om deg. Vil du ha nyhetsbrevet, melder du deg på på nytt.")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a good token says."""

    subscriber_id: int
    purpose: Purpose
    issued_at: datetime
    epoch: int


class Links:
    """Makes and reads the links of one list. ``issued_at`` is stored time, so that a retry makes the same bytes."""

    def __init__(self, keys: Keyring, *, public_url: str, list_id: str) -> None:
        self._keys = keys
        self._public_url = public_url.rstrip("/")
        self._list = list_id.encode()

    def confirm_url(self, subscriber: Subscriber, issued_at: datetime) -> str:
        token = self.token(Purpose.CONFIRM, _id_of(subscriber), issued_at, epoch=subscriber.epoch)
        return f"{self._public_url}/bekreft/{token}"

    def unsubscribe_token(self, subscriber_id: int, issued_at: datetime) -> str:
        return self.token(Purpose.UNSUBSCRIBE, subscriber_id, issued_at)

    def unsubscribe_url(self, subscriber_id: int, issued_at: datetime) -> str:
        return f"{self._public_url}/u/{self.unsubscribe_token(subscriber_id, issued_at)}"

    def preferences_url(self, subscriber_id: int, issued_at: datetime) -> str:
        return f"{self._public_url}/innstillinger/{self.token(Purpose.PREFERENCES, subscriber_id, issued_at)}"

    def settings_url(self, subscriber: Subscriber, issued_at: datetime) -> str:
        return f"{self._public_url}/innstillinger/{self.token(Purpose.SETTINGS, _id_of(subscriber), issued_at)}"

    def page_url(self, path: str = "/") -> str:
        """A public page without a token."""
        return f"{self._public_url}{path}"

    def token(self, purpose: Purpose, subscriber_id: int, issued_at: datetime, *, epoch: int = 0) -> str:
        key_id, key = self._keys.signing_key(_label(purpose))
        issued = int(issued_at.timestamp())
        expires = issued + int(purpose.life.total_seconds()) if purpose.life else 0
        head = (_VERSION << 4) | purpose.number
        fields = _FIELDS.pack(head, key_id, subscriber_id.to_bytes(5, "big"), issued, expires, epoch % 65_536)
        return base32(fields + self._mac(key, fields))

    def read(self, token: str, *purposes: Purpose, now: datetime) -> Grant:
        """What this token grants, if it is for one of these purposes. Raises ``LinkInvalid`` or ``LinkExpired``."""
        content = _decoded(token)
        fields, mac = content[: _FIELDS.size], content[_FIELDS.size :]
        head, key_id, subscriber, issued, expires, epoch = _FIELDS.unpack(fields)
        for purpose in purposes:
            key = self._keys.trusted_keys(_label(purpose)).get(key_id)
            if key is None or not hmac.compare_digest(mac, self._mac(key, fields)):
                continue
            if head != (_VERSION << 4) | purpose.number:
                continue
            subscriber_id = int.from_bytes(subscriber, "big")
            if expires and now.timestamp() > expires:
                raise LinkExpired(subscriber_id)
            return Grant(
                subscriber_id=subscriber_id,
                purpose=purpose,
                issued_at=datetime.fromtimestamp(issued, UTC),
                epoch=epoch,
            )
        raise LinkInvalid

    def _mac(self, key: bytes, fields: bytes) -> bytes:
        return hmac.digest(key, fields + self._list, "sha256")[:_MAC_LENGTH]


def same_epoch(grant: Grant, subscriber: Subscriber) -> bool:
    """Whether nothing has been confirmed or withdrawn since the link was made."""
    return grant.epoch == subscriber.epoch % 65_536


def _label(purpose: Purpose) -> str:
    return f"link:{purpose.name.lower()}"


def _id_of(subscriber: Subscriber) -> int:
    if subscriber.id is None:
        raise ValueError("a link needs a subscriber that is stored")
    return subscriber.id


def _decoded(token: str) -> bytes:
    if len(token) != _LENGTH or not token.isascii():
        raise LinkInvalid
    try:
        content = base64.b32decode(token.upper() + "===")
    except binascii.Error as error:
        raise LinkInvalid from error
    # One token has one spelling: the last character holds a spare bit that must be as we write it.
    if base32(content) != token.lower():
        raise LinkInvalid
    return content
