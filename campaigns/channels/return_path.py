"""The return path of each delivery: bounces come back to an address that says which delivery, and cannot be forged.

``b+<token>@bounce.domain``; the token is the delivery's id and 80 bits of HMAC over it, in lower-case base32,
because local parts lose their case on the way (email contract E-70…E-73). One per delivery, the same on every attempt.
"""

import base64
import binascii
import hmac

from campaigns.base32 import base32

_MAC = 10


def return_token(delivery_id: int, key: bytes) -> str:
    """The token for this delivery."""
    number = delivery_id.to_bytes(max(5, (delivery_id.bit_length() + 7) // 8), "big")
    mac = hmac.digest(key, number, "sha256")[:_MAC]
    return base32(number + mac)


def return_path(delivery_id: int, key: bytes, bounce_domain: str) -> str:
    """The envelope sender of this delivery."""
    return path_with(return_token(delivery_id, key), bounce_domain)


def path_with(token: str, bounce_domain: str) -> str:
    """The envelope sender that carries this token."""
    return f"b+{token}@{bounce_domain}"


def read_return_token(token: str, key: bytes) -> int | None:
    """The delivery that ``return_token`` made this for; None for anything that this key did not make."""
    if not token.isascii():
        return None
    try:
        content = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    delivery_id = int.from_bytes(content[:-_MAC], "big")
    # Made anew and compared whole, so that one delivery has one spelling.
    return delivery_id if hmac.compare_digest(return_token(delivery_id, key), token.lower()) else None
