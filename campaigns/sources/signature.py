"""Whether a pushed message is from the one who has the secret, and from now: Standard Webhooks (standardwebhooks.com).

The signature is HMAC-SHA-256 over ``id.timestamp.body``, in base64 behind ``v1,``; several may be given, apart by a
blank. A secret is written ``whsec_`` and base64.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.errors import Refused

TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"
_SECRET_BYTES = 32
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_.:-]{1,120}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class SignatureRefused(Refused):
    """Nobody who has the secret sent this; or nobody says who did."""


class Stale(SignatureRefused):
    """The message is signed for another time than now."""


def new_secret() -> str:
    """A secret as it is shown to a person, once."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, *, message_id: str, timestamp: str, body: bytes) -> str:
    """What a sender puts in the header."""
    return f"v1,{base64.b64encode(_mac(secret, message_id, timestamp, body)).decode()}"


def check_head(*, message_id: str, timestamp: str, now: datetime) -> None:
    """What can be said before the body is read. Raises ``SignatureRefused``."""
    if _MESSAGE_ID.fullmatch(message_id) is None or _TIMESTAMP.fullmatch(timestamp) is None:
        raise SignatureRefused("Meldingen mangler webhook-id eller webhook-timestamp (sekunder siden 1970).")
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
        raise Stale(
            "Meldingen er signert for mer enn fem minutter siden eller fram i tid. Still klokken, og signer på nytt."
        )


def check_signature(keys: Sequence[str], *, message_id: str, timestamp: str, given: str, body: bytes) -> None:
    """Raises ``SignatureRefused`` when no key made any of the signatures."""
    claimed = [_decoded(part) for part in given.split(" ")[:5] if part.startswith("v1,")]
    made = [_mac(key, message_id, timestamp, body) for key in keys]
    # Every pair is compared, so that the time it takes tells nothing of which was near.
    good = [hmac.compare_digest(one, other) for one in claimed for other in made]
    if not any(good):
        raise SignatureRefused(
            "Signaturen stemmer ikke. Se etter at nøkkelen er kildens, og at innholdet er som signert."
        )


def _mac(secret: str, message_id: str, timestamp: str, body: bytes) -> bytes:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part.removeprefix("v1,"), validate=True)
    except (binascii.Error, ValueError):
        return b""
