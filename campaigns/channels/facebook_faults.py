"""What Facebook's refusals mean for us (social-apis.md §2.5). The code decides, never the HTTP status.

As with LinkedIn, a call that prepares may be made again; one that creates only where Facebook says that it did
not. What is not in the table is not a refusal we know, so it is ``OutcomeUnknown``.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from campaigns.channels.channel import (
    ChannelFault,
    OutcomeUnknown,
    PermanentFailure,
    PublishingFailed,
    TemporaryFailure,
)
from campaigns.channels.network import Reply

_TOKEN = frozenset({102, 190})
_PERMISSION = frozenset({3, 10, 368}) | frozenset(range(200, 300))
_RATE = frozenset({4, 17, 32, 341, 613}) | frozenset(range(80001, 80015))
_CONTENT = frozenset({100, 120, 220, 321, 324, 1609005})
_IMAGE_REFUSED, _ALREADY_POSTED, _TOO_FAST = 1366046, 1366051, 1390008
_RATE_WAIT = timedelta(minutes=15)


def is_repetition(reply: Reply) -> bool:
    """Facebook says that the page has this post already."""
    error = error_of(reply)
    return error.get("code") == 506 or error.get("error_subcode") == _ALREADY_POSTED


def known_fault(reply: Reply, now: datetime) -> PublishingFailed | None:
    """The failure for a code that says that nothing was made; None for every other answer."""
    error = error_of(reply)
    code, subcode, words = error.get("code"), error.get("error_subcode"), reply.summary()
    if code in _RATE or subcode == _TOO_FAST or (not error and reply.status == 429):
        return TemporaryFailure(
            "Facebook tar ikke imot flere kall akkurat nå. Vi prøver igjen.",
            reply=words, retry_at=now + _regain_wait(reply),
        )  # fmt: skip
    if code in _TOKEN:
        return ChannelFault("Facebook godtar ikke lenger tilgangen vår. Koble siden til på nytt.", reply=words)
    if code in _PERMISSION:
        return ChannelFault(
            "Facebook sier at siden ikke har lov til dette. En administrator må se på rolle og tilganger.", reply=words
        )
    if subcode == _IMAGE_REFUSED:
        return PermanentFailure("Facebook tok ikke imot bildet: for stort, eller feil type.", reply=words)
    if code in _CONTENT:
        return PermanentFailure("Facebook avviste innlegget. Rett det og prøv igjen.", reply=words)
    return None


def preparing_fault(reply: Reply, now: datetime) -> PublishingFailed:
    """Why the picture could not be brought over. Nothing has been published."""
    return known_fault(reply, now) or TemporaryFailure(
        "Facebook tok ikke imot bildet nå. Vi prøver igjen.", reply=reply.summary()
    )


def unknown(reply: str) -> OutcomeUnknown:
    return OutcomeUnknown("Facebook svarte ikke slik at vi vet om innlegget ble publisert.", reply=reply)


def error_of(reply: Reply) -> dict[str, Any]:
    error = reply.json().get("error")
    return error if isinstance(error, dict) else {}


def _regain_wait(reply: Reply) -> timedelta:
    """As long as Facebook's own header says, in minutes per business and kind of use; else a quarter."""
    try:
        usage = json.loads(reply.headers.get("X-Business-Use-Case-Usage", "{}"))
        minutes = max(int(use.get("estimated_time_to_regain_access", 0)) for uses in usage.values() for use in uses)
    except (ValueError, AttributeError, TypeError):  # no header, or not in the shape it is documented in
        return _RATE_WAIT
    return max(timedelta(minutes=minutes), _RATE_WAIT)
