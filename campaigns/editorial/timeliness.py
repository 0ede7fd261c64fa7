"""Texts that are true on one date only: «i dag» must go out on the day it speaks of."""

import re
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.editorial.slots import slot_in_words

_TODAY = re.compile(r"\b(i dag|today)\b", re.IGNORECASE)


def out_of_time(texts: Iterable[str], *, slot_at: datetime, occurs_on: datetime | None, zone: ZoneInfo) -> list[str]:
    """A warning for each way of saying «i dag» about another day; nobody is stopped by it."""
    if occurs_on is None or slot_at.astimezone(zone).date() == occurs_on.astimezone(zone).date():
        return []
    said = dict.fromkeys(found.group() for text in texts for found in _TODAY.finditer(text))
    when = slot_in_words(slot_at, zone)
    return [f"Teksten sier «{word}», men utkastet går ut {when}, ikke på selve dagen." for word in said]
