"""The long parts of a JSON answer, its values and their marks, cut out before the rest is read as JSON.

What is left is small and is read with every check there is. The parts are read as columns, where they are made of
nothing but numbers, ``null`` and plain strings; anything else is left to the ordinary way, which takes its time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from campaigns.sources.json_text import load_json
from campaigns.sources.refusal import PayloadRefused

LONG = 4_096
BLOCK = 32_768
_OPENING = re.compile(rb'"(?:value|status)"[ \t\r\n]*+:[ \t\r\n]*+([\[{])')
_CLOSING = {b"[": b"]", b"{": b"}"}
_BLANKS = b" \t\r\n"
_HOLDER = b"Infinity"  # no JSON, so that nothing else in the answer can be taken for a part


class LeftToJson(Exception):
    """A long part is not made of plain elements only."""


@dataclass(frozen=True, slots=True)
class LongPart:
    """What stands between two brackets of the answer, from ``start`` to ``stop``. No bracket stands within."""

    answer: bytes
    start: int
    stop: int
    keyed: bool  # an object, else an array

    def blocks(self) -> Iterator[bytes]:
        """The elements in blocks, with a comma after each and no blanks around commas and colons."""
        start = self.start
        while (end := self.answer.find(b",", start + BLOCK, self.stop)) >= 0:
            yield _trimmed(self.answer[start:end], keyed=self.keyed) + b","
            start = end + 1
        yield _trimmed(self.answer[start : self.stop], keyed=self.keyed) + b","


def load_in_parts(body: bytes) -> tuple[Any, int]:
    """The document, where long values and marks are a ``LongPart``, and how many there are.

    Raises ``PayloadRefused`` as ``load_json`` does, and with the same words.
    """
    rest, parts = _cut(body)
    if not parts:
        return load_json(body), 0
    remaining = iter(parts)
    try:
        return load_json(rest, constant=lambda _: next(remaining)), len(parts)
    except PayloadRefused:
        return load_json(body), 0  # which says where in the whole answer the fault is


def elements(block: bytes, opening: bytes, closing: bytes) -> Any:
    """What stands in a block, read as JSON. Raises ``PayloadRefused``, and ``LeftToJson`` when it is cut amiss."""
    if block == b",":
        raise LeftToJson
    try:
        return load_json(opening + block[:-1] + closing)
    except PayloadRefused as error:
        if error.reason in {"NOT_JSON", "NOT_UTF8"}:
            raise LeftToJson from error
        raise


def pairs(block: bytes) -> list[tuple[str, Any]]:
    """The keys and values in a block."""
    return list(elements(block, b"{", b"}").items())


def _cut(body: bytes) -> tuple[bytes, list[LongPart]]:
    pieces: list[bytes] = []
    parts: list[LongPart] = []
    if _HOLDER in body or b"NaN" in body:
        return body, parts
    kept = search = 0
    while found := _OPENING.search(body, search):
        search = found.end()
        end = body.find(_CLOSING[found[1]], search)
        if end - search < LONG or any(body.find(mark, search, end) >= 0 for mark in (b"[", b"{")):
            continue
        pieces += [body[kept : search - 1], _HOLDER]
        parts.append(LongPart(body, search, end, found[1] == b"{"))
        kept = search = end + 1
    pieces.append(body[kept:])
    return b"".join(pieces), parts


def _trimmed(block: bytes, *, keyed: bool) -> bytes:
    if not any(blank in block for blank in (b" ", b"\n", b"\t", b"\r")):
        return block
    block = block.replace(b", ", b",").strip(_BLANKS)
    if keyed:
        block = block.replace(b'": ', b'":')
    if any(blank in block for blank in (b"\n", b"\t", b"\r")):  # one element a line
        block = b",".join([element.strip(_BLANKS) for element in block.split(b",")])
    return block
