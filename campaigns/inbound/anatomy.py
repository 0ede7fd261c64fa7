"""Takes one message apart: its head, its texts, its machine-readable reports and the message it returns.

Made for hostile input (email contract E-74): everything is bounded, nothing is fetched, nothing recurses deeper than
the limit, and a broken structure gives what can be read of it instead of an error. The standard library's parser
is not used, because it reads without bounds and loses reports whose boundary is damaged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from campaigns.inbound.decoding import header_text, text_of, transfer_decoded

MAX_BYTES = 1_000_000
MAX_PARTS = 50
MAX_DEPTH = 10
MAX_TEXT = 64_000  # characters of one part that are looked at
_MAX_HEAD = 128_000
_MAX_FIELDS = 500

_MESSAGES = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})

_FIELD = re.compile(rb"([!-9;-~]{1,80})[ \t]{0,10}:(.*)", re.DOTALL)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\n(?:[ \t]{1,200}|(?=boundary=))", re.IGNORECASE)  # some programs do not indent the boundary
_PARAMETER = re.compile(r";\s{0,20}([A-Za-z0-9-]{1,40})\s{0,5}=\s{0,5}(\"[^\"]{0,200}\"|[^;\s\"]{1,200})")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BLOCK_TAG = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_STYLE = re.compile(r"<(?:style|script)\b[^<]{0,20000}</", re.IGNORECASE)


class LimitExceeded(Exception):
    """The message is larger or more intricate than a report ever is."""


@dataclass(frozen=True)
class Head:
    """Header fields, by lower-case name, in the order they stand; a name may occur more than once."""

    fields: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]

    def first(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")


@dataclass
class Anatomy:
    """What a message consists of. ``texts`` are for people, plain before HTML; ``reports`` are for programs."""

    head: Head = field(default_factory=Head)
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    status_reports: list[str] = field(default_factory=list)  # message/delivery-status
    feedback_reports: list[str] = field(default_factory=list)  # message/feedback-report
    returned: list[Head] = field(default_factory=list)  # heads of messages that are sent back
    parts: int = 0


def dissect(raw: bytes) -> Anatomy:
    """Everything that is looked at later. Raises ``LimitExceeded``, and nothing else."""
    if len(raw) > MAX_BYTES:
        raise LimitExceeded(f"Meldingen er større enn {MAX_BYTES} byte.")
    raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    head, body = split_head(raw.lstrip(b"\n"))
    found = Anatomy(head=head)
    found.content_type, found.parameters = content_type_of(head)
    _read_part(found, head, body, depth=0)
    if not found.texts:
        found.texts = found.html
    return found


def split_head(raw: bytes) -> tuple[Head, bytes]:
    """The head, and what follows its empty line."""
    end = _HEAD_END.search(raw)
    block, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    return parse_head(block), body


def parse_head(block: bytes) -> Head:
    """Fields with their folds undone and encoded words decoded. Lines that are no fields are left out."""
    fields: list[tuple[str, str]] = []
    for line in _FOLD.sub(b" ", block[:_MAX_HEAD]).split(b"\n")[:_MAX_FIELDS]:
        match = _FIELD.match(line)
        if match:
            fields.append((match[1].decode("ascii").lower(), header_text(text_of(match[2]).strip()[:4000])))
    return Head(tuple(fields))


def content_type_of(head: Head) -> tuple[str, dict[str, str]]:
    """The type in lower case, and its parameters."""
    value = head.first("content-type")
    kind = value.partition(";")[0].strip().lower() or "text/plain"
    parameters = {name.lower(): text.strip('"') for name, text in _PARAMETER.findall(value[:2000])}
    return kind, parameters


def _read_part(found: Anatomy, head: Head, body: bytes, *, depth: int) -> None:
    found.parts += 1
    if found.parts > MAX_PARTS or depth > MAX_DEPTH:
        raise LimitExceeded(f"Meldingen har mer enn {MAX_PARTS} deler, eller de ligger dypere enn {MAX_DEPTH}.")
    kind, parameters = content_type_of(head)
    pieces = _pieces(body, parameters.get("boundary", "")) if kind.startswith("multipart/") else []
    if pieces:
        for piece in pieces:
            inner, content = split_head(piece)
            _read_part(found, inner, content, depth=depth + 1)
        return
    content = transfer_decoded(body, head.first("content-transfer-encoding"))
    if kind in _MESSAGES:
        inner, rest = split_head(content.lstrip(b"\n"))
        found.returned.append(inner)
        if content_type_of(inner)[0] == "multipart/report":  # a report that somebody passed on
            _read_part(found, inner, rest, depth=depth + 1)
        return
    _sort_leaf(found, kind, content, parameters.get("charset", ""))


def _sort_leaf(found: Anatomy, kind: str, content: bytes, charset: str) -> None:
    match kind:
        case "message/delivery-status" | "message/global-delivery-status":
            found.status_reports.append(_clipped(content, "utf-8"))
        case "message/feedback-report":
            found.feedback_reports.append(_clipped(content, "utf-8"))
        case "text/html":
            found.html.append(_without_tags(_clipped(content, charset)))
        case _ if kind.startswith(("text/", "multipart/", "message/")):
            # A multipart without its boundary in it is still text for people.
            found.texts.append(_clipped(content, charset))
        case _:
            pass  # an attachment says nothing


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """The parts between the boundary's lines; none when there is no such line."""
    if not boundary:
        return []
    rule = b"--" + boundary.encode("utf-8", "replace")
    return list(_between(body.split(b"\n"), rule))


def _between(lines: list[bytes], rule: bytes) -> Iterator[bytes]:
    piece: list[bytes] | None = None
    for line in lines:
        mark = line.strip()
        if mark in (rule, rule + b"--"):
            if piece is not None:
                yield b"\n".join(piece)
            piece = [] if mark == rule else None
        elif piece is not None:
            piece.append(line)
    if piece is not None:
        yield b"\n".join(piece)  # cut off on the way


def _clipped(content: bytes, charset: str) -> str:
    return text_of(content[: 4 * MAX_TEXT], charset)[:MAX_TEXT]


def _without_tags(html: str) -> str:
    text = _TAG.sub("", _BLOCK_TAG.sub("\n", _STYLE.sub("", html)))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text
