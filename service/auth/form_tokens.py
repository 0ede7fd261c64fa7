"""The hidden token of a form whose reader is not signed in: signed, stateless, and no cookie (S-21).

It says only when the form was shown, so that a form can refuse to be filled in faster than a person reads.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(hours=12)
_VERSION = b"form-1"


def issue_form_token(key: bytes, now: datetime) -> str:
    """A token for a form shown now."""
    shown = str(int(now.timestamp())).encode()
    return f"{shown.decode()}.{_signature(key, shown)}"


def form_shown_at(key: bytes, token: str, now: datetime) -> datetime | None:
    """When the form with this token was shown; None when the token is not ours or too old."""
    shown, _, signature = token.partition(".")
    if not shown.isascii() or not shown.isdigit() or len(shown) > 12:
        return None
    if not hmac.compare_digest(signature.encode(), _signature(key, shown.encode()).encode()):
        return None
    at = datetime.fromtimestamp(int(shown), UTC)
    return at if timedelta(0) <= now - at <= LIFETIME else None


def _signature(key: bytes, shown: bytes) -> str:
    digest = hmac.new(key, _VERSION + b":" + shown, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
