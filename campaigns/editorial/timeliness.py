"""Texts that are true on one date only: «i dag» must go out on the day it speaks of."""

import re
from zoneinfo import ZoneInfo

from campaigns.editorial.completeness import Lack
from campaigns.editorial.draft import Draft, Variant
from campaigns.editorial.slots import slot_in_words

_TODAY = re.compile(r"\b(i dag|today)\b", re.IGNORECASE)


def out_of_time(draft: Draft, variants: list[Variant], zone: ZoneInfo) -> list[Lack]:
    """A warning for each text that would say «i dag» about another day; nobody is stopped by it."""
    if draft.slot_at is None or draft.occurs_on is None:
        return []
    if draft.slot_at.astimezone(zone).date() == draft.occurs_on.astimezone(zone).date():
        return []
    texts = {f"{variant.channel.value}.text": variant.text for variant in variants if variant.enabled}
    texts["blocks"] = " ".join(str(block.get("text", "")) for block in draft.blocks)
    when = slot_in_words(draft.slot_at, zone)
    return [
        Lack(field, f"Teksten sier «{found.group()}», men utkastet går ut {when}, ikke på selve dagen.")
        for field, text in texts.items()
        if (found := _TODAY.search(text))
    ]
