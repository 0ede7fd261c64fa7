"""What LinkedIn's refusals mean for us (social-apis.md §1.10): the table, as one function per kind of call.

A call that *prepares* (uploading a picture) can be made again whatever came of it. The call that *creates* can
not: where the table says that the post may exist, the answer is ``OutcomeUnknown`` and nothing else.
"""

import re
from datetime import UTC, datetime, timedelta

from campaigns.channels.channel import (
    ChannelFault,
    OutcomeUnknown,
    PermanentFailure,
    PublishingFailed,
    TemporaryFailure,
)
from campaigns.channels.network import Reply

_DUPLICATE_OF = re.compile(r"urn:li:(?:share|ugcPost):\d+")
_REFUSED = frozenset({400, 405, 411, 413, 415, 422})
_NOT_CREATED = (_REFUSED - {422}) | {401, 403, 404, 426, 429}  # a 422 may name a post of ours


class Throttled(Exception):
    """429 to any call: nothing was done. The adapter turns it into a wait, knowing how often it has happened."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.summary())
        self.reply = reply


def access_fault(reply: Reply) -> ChannelFault | None:
    """The fault in our access that this reply tells of, if it does. Every 401 is one, whatever its code."""
    sentence = {
        401: "LinkedIn godtar ikke lenger tilgangen vår. Koble kontoen til på nytt.",
        403: "LinkedIn sier at kontoen ikke har lov til dette. En administrator må se på rolle og tilganger.",
        426: "LinkedIn støtter ikke lenger denne versjonen av grensesnittet. Driften må sette en nyere versjon.",
    }.get(reply.status)
    return None if sentence is None else ChannelFault(sentence, reply=reply.summary())


def throttled(reply: Reply, now: datetime, *, times: int) -> TemporaryFailure:
    """LinkedIn names no time to come back, so ours: a quarter, an hour, then when its day begins (00:00 UTC)."""
    waits = (timedelta(minutes=15), timedelta(hours=1))
    if times < len(waits):
        retry_at = now + waits[times]
    else:
        tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
        retry_at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, 0, 5, tzinfo=UTC)
    return TemporaryFailure(
        "LinkedIn tar ikke imot flere kall akkurat nå. Vi prøver igjen.", reply=reply.summary(), retry_at=retry_at
    )


def preparing_fault(reply: Reply) -> PublishingFailed:
    """Why a picture could not be brought over. Nothing has been published."""
    if reply.status in _REFUSED or reply.status == 404:
        return PermanentFailure("LinkedIn tok ikke imot bildet.", reply=reply.summary())
    return access_fault(reply) or TemporaryFailure(
        "LinkedIn tok ikke imot bildet nå. Vi prøver igjen.", reply=reply.summary()
    )


def certainly_not_created(reply: Reply) -> bool:
    """Whether this answer to a create says that there is no new post."""
    return reply.status in _NOT_CREATED


def creating_fault(reply: Reply) -> PublishingFailed:
    """Why no post was confirmed, for every status but 201, 429 and a duplicate's 422."""
    if reply.status in _REFUSED:
        return PermanentFailure("LinkedIn avviste innlegget. Rett det og prøv igjen.", reply=reply.summary())
    if reply.status == 404:  # seen where a 403 is meant: the author, or our right to post as it, is gone
        return ChannelFault("LinkedIn finner ikke siden vi publiserer som.", reply=reply.summary())
    return access_fault(reply) or unknown(reply.summary())


def unknown(reply: str) -> OutcomeUnknown:
    return OutcomeUnknown("LinkedIn svarte ikke slik at vi vet om innlegget ble publisert.", reply=reply)


def duplicate_of(reply: Reply) -> str | None:
    """The post LinkedIn says this one repeats; empty when it names none. None when that is not the refusal."""
    body = reply.json()
    faults = (body.get("errorDetails") or {}).get("inputErrors") or []
    codes = {fault.get("code") for fault in faults if isinstance(fault, dict)} | {body.get("code")}
    message = str(body.get("message", ""))
    if reply.status != 422 or ("DUPLICATE_POST" not in codes and "duplicate" not in message.lower()):
        return None
    named = _DUPLICATE_OF.search(message)
    return named[0] if named else ""


def code_of(reply: Reply) -> str:
    """LinkedIn's word for the fault, where it gives one; newer replies put it among the input errors."""
    body = reply.json()
    faults = (body.get("errorDetails") or {}).get("inputErrors") or []
    first = next((fault.get("code") for fault in faults if isinstance(fault, dict)), None)
    return str(body.get("code") or first or "")
