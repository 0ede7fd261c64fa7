"""A figure as people type it: decimal comma, blanks between thousands, symbols for what is missing."""

import re
from enum import StrEnum

from campaigns.sources.json_text import decimal_number
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Cell


class DecimalMark(StrEnum):
    """What stands before the decimals. Never guessed from a number: «4,351» is two different ones."""

    COMMA = ","
    POINT = "."


MISSING = frozenset({".", "..", "...", ":", "-", "–", "*", "#N/A"})
PROVISIONAL = "*"
_BLANKS = re.compile(r"[ \u00a0\u202f\u2009]")
_DIGITS = r"[-\u2212]?(?:[0-9]{1,3}(?:[ \u00a0\u202f\u2009][0-9]{3})++|[0-9]++)"
_FORMS = {
    DecimalMark.COMMA: re.compile(rf"({_DIGITS}(?:,[0-9]++)?)"),
    DecimalMark.POINT: re.compile(rf"({_DIGITS}(?:\.[0-9]++)?(?:[eE][+-]?[0-9]{{1,2}})?)"),
}


def read_figure(text: str, mark: DecimalMark, where: str) -> Cell:
    """The figure, or why there is none. A star after it says provisional; a per cent sign changes no figure.

    Raises ``PayloadRefused`` for anything else: a word among figures means that columns have moved.
    """
    stripped = text.strip(" \t\u00a0\u202f\u2009\r\n")
    if not stripped or stripped in MISSING:
        return Cell(None, stripped)
    provisional = stripped.endswith(PROVISIONAL)
    bare = stripped.removesuffix(PROVISIONAL).rstrip().removesuffix("%").rstrip()
    if _FORMS[mark].fullmatch(bare) is None:
        raise PayloadRefused(
            "NUMBER_UNREADABLE", f"«{stripped[:30]}» i {where} er ikke et tall med desimaltegnet «{mark.value}»."
        )
    number = _BLANKS.sub("", bare).replace("\u2212", "-").replace(",", ".")
    return Cell(decimal_number(number), PROVISIONAL if provisional else "")
