"""Delivery reports for programs (RFC 3464, RFC 6533): one group of fields per recipient.

Groups are also found in plain text, because a damaged boundary turns a report into text.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.channels.mail_category import Category
from campaigns.channels.refusals import classify
from campaigns.inbound.anatomy import Head, parse_head
from campaigns.inbound.inbound import Kind, Recipient

MAX_RECIPIENTS = 100

_GROUP_SEPARATOR = re.compile(r"\n[ \t]{0,20}\n")
_SPACE = re.compile(r"\s+")
_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)\s*(?:\(([^)]{0,300})\))?")
_TYPE = re.compile(r"^\s*(?:[A-Za-z][A-Za-z0-9-]{0,30})\s{0,5};\s*")
_ADDRESS = re.compile(r"([^\s<>:;,]{1,250}@[^\s<>;,]{1,250})>?\s*$")
_DELIVERED = frozenset({"delivered", "relayed", "expanded", "deliverable"})
_UTF8_ESCAPE = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a delivery report says of each recipient, and the envelope id we gave it (RFC 3461), if it came back."""

    failed: tuple[Recipient, ...] = ()
    delayed: tuple[Recipient, ...] = ()
    delivered: tuple[Recipient, ...] = ()
    envelope_id: str = ""

    @property
    def kind(self) -> Kind | None:
        """A failure outranks a delay, and that a success; None for a report about nobody."""
        if self.failed:
            return Kind.BOUNCE
        if self.delayed:
            return Kind.DELAYED
        return Kind.DELIVERED if self.delivered else None

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Those that ``kind`` is about."""
        return self.failed or self.delayed or self.delivered


def read_report(texts: Iterable[str], explained: dict[str, str]) -> Report:
    """``explained`` is what the text for people says about an address; asked where the report says too little."""
    groups = [group for text in texts for group in _groups(text)]
    envelope_id = next((one for group in groups if (one := group.first("original-envelope-id"))), "")
    about = [group for group in groups if _is_about_a_recipient(group)]
    if len(about) == 1 and len(explained) == 1:
        # Whatever address the text gives, it can only mean this one.
        explained = {_address(about[0]).lower(): next(iter(explained.values()))}
    sorted_out: dict[str, list[Recipient]] = {"failed": [], "delayed": [], "delivered": []}
    for group in about[: 3 * MAX_RECIPIENTS]:
        action = _SPACE.sub(" ", group.first("action")).partition(" ")[0].lower()
        where = "delayed" if action == "delayed" else "delivered" if action in _DELIVERED else "failed"
        sorted_out[where].append(_recipient(group, where, explained))
    return Report(
        failed=tuple(sorted_out["failed"][:MAX_RECIPIENTS]),
        delayed=tuple(sorted_out["delayed"][:MAX_RECIPIENTS]),
        delivered=tuple(sorted_out["delivered"][:MAX_RECIPIENTS]),
        envelope_id=envelope_id,
    )


def _groups(text: str) -> list[Head]:
    return [parse_head(group.encode("utf-8", "replace")) for group in _GROUP_SEPARATOR.split(text)[:1_000]]


def _is_about_a_recipient(group: Head) -> bool:
    named = group.first("final-recipient") or group.first("original-recipient")
    return bool(named) and any(group.first(name) for name in ("action", "status", "diagnostic-code"))


def _recipient(group: Head, where: str, explained: dict[str, str]) -> Recipient:
    address = _address(group)
    status, remark = _status(group.first("status"))
    said = _SPACE.sub(" ", _TYPE.sub("", group.first("diagnostic-code"))).strip()
    if where == "delivered":
        return Recipient(address=address, status=status, category=Category.DELIVERED, diagnostic=said)
    verdict = classify(said or remark, status=status)
    if verdict.category is Category.UNKNOWN or not said:
        words = explained.get(address.lower(), "")
        other = classify(words, status=status)
        if words and other.category is not Category.UNKNOWN:
            verdict, said = other, said or words
    return Recipient(
        address=address,
        category=verdict.category,
        status=verdict.status,
        code=verdict.code,
        diagnostic=(said or remark)[:500],
    )


def _status(value: str) -> tuple[str | None, str]:
    match = _STATUS.match(value)
    return (match[1], match[2] or "") if match else (None, "")


def _address(group: Head) -> str:
    """Who we wrote to, if the report says so; where it ended up, if not."""
    for name in ("original-recipient", "final-recipient"):
        found = _ADDRESS.search(_TYPE.sub("", group.first(name)).strip())
        if found and not found[1].startswith("@"):
            return _UTF8_ESCAPE.sub(_character, found[1])
    return ""


def _character(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else ""
