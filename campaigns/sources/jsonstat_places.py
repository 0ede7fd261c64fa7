"""Where the keys of a sparse JSON-stat object say that its values belong."""

import re
from collections.abc import Sequence

from campaigns.sources.refusal import PayloadRefused

_PLACE = re.compile(r"0|[1-9][0-9]{0,15}")


def position(key: str, size: int, reason: str) -> int:
    """The place a key of a sparse object names. Raises ``PayloadRefused``."""
    if not _PLACE.fullmatch(key) or int(key) >= size:
        raise PayloadRefused(reason, f"plassen «{key[:20]}» finnes ikke i en tabell med {size} celler.")
    return int(key)


def mark_seen(seen: bytearray, places: Sequence[int]) -> None:
    """Note places as told. Raises ``PayloadRefused`` for one told before."""
    for place in places:
        if seen[place]:
            raise PayloadRefused("DUPLICATE_KEY", f"nøkkelen «{place}» står to ganger i samme objekt.")
        seen[place] = 1
