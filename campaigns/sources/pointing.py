"""Which tables an entry in a feed speaks of.

The answer only schedules a fetch; what came of it the figures say (tracking.md §3.1).
"""

import re

from campaigns.sources.feeds import SSB, FeedItem

# «04859: Areal og befolkning», «HLTH_DH010 - "Dataset: updated data"»
_LEADING_CODE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.$@-]{1,79})(?::\s| [-–] ).*", re.DOTALL)
_DAY = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}")
_DIGITS = re.compile(r"[0-9]{1,5}")
# Eurostat tells what was updated; of these, only what says DATA has figures in it.
_ABOUT_A_DATASET = re.compile(r"[A-Z]+(?:_[A-Z]+)+")


def tables_of(item: FeedItem) -> tuple[str, ...]:
    """The tables the entry may mean: told in SSB's own elements, or leading the title, or ending the link."""
    told = [each.text for each in item.extensions if (each.namespace, each.name) == (SSB, "tableid") and each.text]
    if told:
        return tuple(dict.fromkeys(map(padded, told)))
    leading = _LEADING_CODE.fullmatch(item.title)
    last = (item.link or "").partition("?")[0].partition("#")[0].rstrip("/").rpartition("/")[2]
    found = [leading[1] if leading else "", last[:80]]
    return tuple(dict.fromkeys(padded(name) for name in found if name and not _DAY.fullmatch(name)))


def padded(table: str) -> str:
    """A table number with the zeros that SSB's feed may have lost: 4859 is 04859."""
    return table.zfill(5) if _DIGITS.fullmatch(table) else table


def same_table(one: str, other: str) -> bool:
    """Whether two spellings name the same table."""
    return padded(one).casefold() == padded(other).casefold()


def speaks_of_figures(item: FeedItem) -> bool:
    """False for what says in so many words that only structure or a code list changed; true when in doubt."""
    codes = [category for category in item.categories if _ABOUT_A_DATASET.fullmatch(category)]
    return not codes or any(code.endswith("_DATA") or code == "NEW_DATASET" for code in codes)
