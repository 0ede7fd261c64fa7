"""The log of the mail server that remembers: what a line of it says, and what is kept of a message.

Of a message its content is kept as one hash, over what every reader of an edition has in common: the links that are
the reader's own are put back to the marks they were made from.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from enum import StrEnum
from pathlib import Path
from typing import Any

_OWN_LINK = re.compile(r"https?://[^\s\"<>]*?/(u|innstillinger)/([a-z0-9]+)")
_MARK = {"u": "{{unsubscribe_url}}", "innstillinger": "{{preferences_url}}"}


class Happened(StrEnum):
    """What a line tells of."""

    BEGAN = "began"  # MAIL and RCPT came; ``at`` is when MAIL did
    REFUSED = "refused"  # 5yz to RCPT
    CUT = "cut"  # the connection was closed when the message had begun to come; the sender may have let go of the dot
    TAKEN = "taken"  # on disk, and only then answered
    SAID_NOTHING = "said-nothing"  # the one just taken was not answered
    HELD = "held"  # the answer to ``command`` waits until the test lets it go; before RCPT ``to`` is not known yet


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line. ``at`` counts nanoseconds on the machine's one steady clock."""

    at: int
    what: Happened
    to: str
    message_id: str = ""
    link: str = ""  # the reader's own token to leave by
    content: str = ""
    sender: str = ""  # the envelope's, of one that is held
    command: str = ""

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"


def read_log(path: Path, start: int = 0, *, only: Happened | None = None) -> list[Entry]:
    """What it says from this byte on. A line that is just being written is not there yet."""
    with path.open("rb") as log:
        log.seek(start)
        lines = log.read().split(b"\n")[:-1]
    marked = f'"what": "{only}"'.encode() if only else b""
    return [_entry(json.loads(line)) for line in lines if marked in line]


def content_of(message: bytes) -> tuple[str, str, str]:
    """(Message-ID, the token of the link to leave by, hash of the content) of a message as it came over the wire."""
    parsed = message_from_bytes(message.replace(b"\r\n..", b"\r\n."), policy=policy.default)
    parts = {part.get_content_type(): part.get_content() for part in parsed.walk() if not part.is_multipart()}
    text, html = parts.get("text/plain", ""), parts.get("text/html", "")
    tokens = {match[2] for match in _OWN_LINK.finditer(text + html) if match[1] == "u"}
    digest = content_hash(str(parsed["Subject"]), _OWN_LINK.sub(_mark, text), _OWN_LINK.sub(_mark, html))
    return str(parsed["Message-ID"]), ",".join(sorted(tokens)), digest


def content_hash(subject: str, text: str, html: str) -> str:
    """One hash over what is read of a mail; how its lines end is the wire's business."""
    parts = [subject, *("\n".join(part.splitlines()).rstrip("\n") for part in (text, html))]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _mark(match: re.Match[str]) -> str:
    return _MARK[match[1]]


def _entry(found: dict[str, Any]) -> Entry:
    return Entry(**found | {"what": Happened(found["what"])})
