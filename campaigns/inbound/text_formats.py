"""Failures worded for people: Exim, qmail, Postfix, Gmail, Exchange, Domino and all who report without RFC 3464.

The wordings are data (text_formats.yaml); here is how they are applied, in one pass over the lines.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from campaigns.channels.mail_category import Category
from campaigns.channels.refusals import classify
from campaigns.channels.wordings import read_wordings
from campaigns.inbound.anatomy import Anatomy
from campaigns.inbound.inbound import Recipient

MAX_RECIPIENTS = 100
_MAX_LINE = 1_000
_MAX_LINES = 2_000
_MAX_WORDS = 2_000
_QUOTED = re.compile(r"^(?:> ?)+(?!>> |<<)")


@dataclass(frozen=True)
class Wordings:
    """The patterns of the data file, compiled."""

    signs: dict[str, re.Pattern[str]]
    delayed: re.Pattern[str]
    returned: re.Pattern[str]
    recipients: tuple[re.Pattern[str], ...]
    auto_reply: re.Pattern[str]
    challenge: re.Pattern[str]


@cache
def wordings() -> Wordings:
    """The wordings as they stand in the package."""
    document: dict[str, Any] = read_wordings("campaigns.inbound", "text_formats.yaml")
    return Wordings(
        signs={where: _compiled(pattern) for where, pattern in document["bounce_signs"].items()},
        delayed=_compiled("|".join(document["delayed_signs"])),
        returned=_compiled("|".join(document["returned_below"])),
        recipients=tuple(_compiled(pattern) for pattern in document["recipients"]),
        auto_reply=_compiled(document["auto_reply"]["subject"]),
        challenge=_compiled(document["auto_reply"]["challenge"]),
    )


def explanation(found: Anatomy) -> tuple[str, str]:
    """What the message says itself, and the part of its text that is the message it returns."""
    own: list[str] = []
    returned = ""
    for text in found.texts[:5]:
        said, below = _split(text)
        own.append(said)
        returned = returned or below
    return "\n".join(own), returned


def looks_like_a_bounce(found: Anatomy, own_words: str) -> bool:
    """Whether it says of itself that something was not delivered."""
    head, signs = found.head, wordings().signs
    if head.first("x-failed-recipients"):
        return True
    sender = signs["from"].search(head.first("from")[:300]) is not None or head.first("return-path") == "<>"
    subject = signs["subject"].search(head.first("subject")[:300]) is not None
    body = signs["body"].search(own_words[:8_000]) is not None
    return sender + subject + body + is_delay(found, own_words) >= 2


def is_delay(found: Anatomy, own_words: str) -> bool:
    """Whether it only says that delivery takes long."""
    places = (found.head.first("subject")[:300], own_words[:4_000])
    return any(wordings().delayed.search(place) for place in places)


def words_by_address(own_words: str) -> dict[str, str]:
    """What is said about each address that a line names, in the order they are named."""
    said: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in own_words.split("\n")[:_MAX_LINES]:
        named = _named(line[:_MAX_LINE])
        if named is not None:
            address, words = named
            if address not in said and len(said) == MAX_RECIPIENTS:
                break
            current = said.setdefault(address, [])
            current.append(words)
        elif current is not None:
            current.append(line[:_MAX_LINE])
    return {address: _joined(lines) for address, lines in said.items()}


def failures(found: Anatomy, own_words: str) -> tuple[Recipient, ...]:
    """Who the text says it failed for, and why. One nameless recipient when it names nobody."""
    said = words_by_address(own_words)
    failed = [address.strip() for address in found.head.first("x-failed-recipients").lower().split(",")]
    named = [address for address in failed if "@" in address][:MAX_RECIPIENTS]
    if named and not any(address in said for address in named):
        said = dict.fromkeys(named, own_words[:_MAX_WORDS])
    if not said:
        said = {"": own_words[:_MAX_WORDS]}
    recipients = [_recipient(address, words) for address, words in said.items()]
    certain = [one for one in recipients if one.category is not Category.UNKNOWN]
    if certain:
        return tuple(certain)
    # Nothing said beside an address: the sentence may stand before it.
    whole = classify(own_words[:_MAX_WORDS])
    if len(recipients) == 1 and whole.category is not Category.UNKNOWN:
        return (_recipient(recipients[0].address, own_words[:_MAX_WORDS]),)
    return tuple(recipients)


def _recipient(address: str, words: str) -> Recipient:
    verdict = classify(words)
    return Recipient(
        address=address,
        category=verdict.category,
        status=verdict.status,
        code=verdict.code,
        diagnostic=" ".join(words.split())[:500],
    )


def _named(line: str) -> tuple[str, str] | None:
    if "@" not in line:
        return None
    for pattern in wordings().recipients:
        match = pattern.fullmatch(line.rstrip())
        if match:
            said = match.groupdict()
            return said["address"].lower().rstrip(".:"), f"{said['words'] or ''} {said.get('rest') or ''}".strip()
    return None


def _split(text: str) -> tuple[str, str]:
    lines = text.replace("\r", "\n").split("\n")[:_MAX_LINES]
    pattern = wordings().returned
    unquoted = [_QUOTED.sub("", line[:_MAX_LINE]) for line in lines]
    for number, line in enumerate(unquoted):
        if pattern.match(line):
            return "\n".join(unquoted[:number]), "\n".join(unquoted[number:])
    return "\n".join(unquoted), ""


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines if line.strip())[:_MAX_WORDS]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
