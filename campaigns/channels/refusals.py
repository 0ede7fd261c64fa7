"""What a refusal means: the table in refusals.yaml, asked with a server's own words and codes.

The words outrank a generic code, and what the refusing server said outranks what the reporting one added.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from campaigns.channels.mail_category import Category
from campaigns.channels.wordings import read_wordings

_MAX_WORDS = 2_000

_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_CODE_WITH_STATUS = re.compile(r"(?<![\d.])([45]\d\d)[ -]{1,3}#?([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
_CODE = re.compile(r"(?:^|said:|[\]:#;,(>]|reason:|error|was:|<<<|-)\s{0,20}([45]\d\d)(?=[\s:#,.-]|$)", re.IGNORECASE)
# "5.1.0 - Unknown address error 550-'...'": some relays put a heading of their own before the server's words.
_HEADED = re.compile(r"^[45]\.\d\.\d{1,3} - [A-Za-z ]{3,60}(?=[45]\d\d-')")

_LINK = re.compile(r"https?://\S{1,500}", re.IGNORECASE)
_ADDRESS = re.compile(r"<?[^\s<>@:;,()\[\]\"']{1,100}@[A-Za-z0-9.-]{1,200}>?")
_WHO_SAID = re.compile(r"\bhost \S{1,200} {0,3}(?:\[[^\]\s]{1,60}\])?,? (?:said|refused to talk to me):", re.IGNORECASE)
_REPEATED_CODE = re.compile(r"(?<![\d.])[45]\d\d[ -](?:[45]\.\d{1,3}\.\d{1,3}\b)?")
_SPACE = re.compile(r"\s+")
_INNER_DOT = re.compile(r"(?<=\w)\.(?=\w)")

_ABOUT_THE_SENDER = re.compile(
    r"after (?:mail from|ehlo|helo|initial connection|connect)|in reply to (?:mail from|ehlo|helo)|\[mail_from\]"
    r"|refused to talk to me|rejected mail from|smtp:mail\b",
    re.IGNORECASE,
)
_GONE = frozenset({Category.DEAD_ADDRESS, Category.DEAD_DOMAIN, Category.INACTIVE})
_ABOUT_THE_READER = _GONE | {Category.MAILBOX_FULL}


@dataclass(frozen=True)
class Row:
    """One row of the table. ``example`` is a refusal that it is there for.

    ``ours``: it refuses us and all we send, when our own relay says it.
    """

    category: Category
    ours: bool
    words: re.Pattern[str] | None
    status: re.Pattern[str] | None
    code: re.Pattern[str] | None
    example: dict[str, Any]

    def matches(self, *, words: str, status: str, code: str) -> bool:
        return (
            (self.words is None or self.words.search(words) is not None)
            and (self.status is None or self.status.fullmatch(status) is not None)
            and (self.code is None or self.code.fullmatch(code) is not None)
        )


@dataclass(frozen=True)
class Table:
    by_words: tuple[Row, ...]
    by_code: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a refusal came to, with the codes it carried.

    ``ours`` when the server speaks for itself and refuses us, whoever the mail is for.
    """

    category: Category
    status: str | None
    code: int | None
    ours: bool = False


def classify(diagnostic: str, *, status: str | None = None) -> Verdict:
    """``diagnostic`` is what the server said; ``status`` is the report's own field, which counts for less."""
    said = _HEADED.sub("", diagnostic[:_MAX_WORDS].strip())
    code, own = _codes(said)
    words = plain_words(said)
    about_the_sender = _ABOUT_THE_SENDER.search(said) is not None
    barred = _ABOUT_THE_READER if about_the_sender else _GONE if (code or "").startswith("4") else frozenset[Category]()
    row = _first(category_table().by_words, barred, words=words, status=own or "", code=code or "")
    if row is None:
        row = _first(category_table().by_code, barred, words=words, status=own or status or "", code=code or "")
    category = row.category if row else Category.UNKNOWN
    if row is None and about_the_sender and (code or "").startswith("5"):
        category = Category.BLOCK  # refused before anybody was named: it is about us
    return Verdict(
        category=category,
        status=own or status,
        code=int(code) if code is not None else None,
        ours=row is not None and row.ours and _says_itself(row, said, own or "", code or ""),
    )


def _says_itself(row: Row, said: str, status: str, code: str) -> bool:
    """Whether the row matches what stands before another server is quoted."""
    return row.matches(words=plain_words(_WHO_SAID.split(said, 1)[0]), status=status, code=code)


def plain_words(said: str) -> str:
    """The words without what only looks like words: addresses, links, host names before "said", repeated codes."""
    text = _ADDRESS.sub(" ", _LINK.sub(" ", _WHO_SAID.sub(" ", said)))
    # A dot inside a word ends no sentence, and the table's patterns stop at the end of one.
    return _INNER_DOT.sub("·", _SPACE.sub(" ", _REPEATED_CODE.sub(" ", text)).strip())


@cache
def category_table() -> Table:
    """The table as it stands in the package."""
    document = read_wordings("campaigns.channels", "refusals.yaml")
    return Table(
        by_words=tuple(_row(entry) for entry in document["by_words"]),
        by_code=tuple(_row(entry) for entry in document["by_code"]),
    )


def _first(rows: tuple[Row, ...], barred: Collection[Category], **said: str) -> Row | None:
    return next((row for row in rows if row.category not in barred and row.matches(**said)), None)


def _codes(said: str) -> tuple[str | None, str | None]:
    together = _CODE_WITH_STATUS.search(said)
    if together:
        return together[1], together[2]
    code, status = _CODE.search(said), _STATUS.search(said)
    return code[1] if code else None, status[1] if status else None


def _row(entry: dict[str, Any]) -> Row:
    return Row(
        category=Category(entry["category"]),
        ours=entry.get("ours", False),
        words=_pattern(entry.get("words")),
        status=_pattern(entry.get("status")),
        code=_pattern(entry.get("code")),
        example=entry["example"],
    )


def _pattern(text: str | None) -> re.Pattern[str] | None:
    return re.compile(text, re.IGNORECASE) if text else None
