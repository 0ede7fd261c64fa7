"""Quoted-printable bodies with holes in them (email contract E-15, T14).

A newsletter is encoded once; each recipient's own links are put into the holes afterwards. A hole stands alone
between two soft line breaks, so that filling it can never make a line longer than 76 octets, and what is around
it stays the same bytes for everybody.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ROOM = 75  # and one more for the soft break's "="
_SOFT = b"=\r\n"
_PLAIN = frozenset(range(0x21, 0x7F)) - {ord("=")}
_ENCODABLE = re.compile(rb"[^!-<>-~]")
_ATOMS = tuple(bytes([byte]) if byte in _PLAIN or byte == 0x20 else b"=%02X" % byte for byte in range(256))


@dataclass(frozen=True)
class HoledBody:
    """Encoded pieces and, between them, the names of what goes there: ``pieces[0] hole[0] pieces[1] …``."""

    pieces: tuple[bytes, ...]
    holes: tuple[str, ...]

    def parts(self, values: Mapping[str, str]) -> list[bytes]:
        """The body with every hole filled: pieces and, between them, whole lines of what goes there.

        Raises ``KeyError`` when a value is missing.
        """
        lines = {hole: encode_line(values[hole].encode()) + _SOFT for hole in set(self.holes)}
        parts = [self.pieces[0]]
        for hole, piece in zip(self.holes, self.pieces[1:], strict=True):
            parts += (lines[hole], piece)
        return parts

    @property
    def is_dotless(self) -> bool:
        """Whether no line of it begins with a dot, whatever fills the holes: those are lines of ``encode_line``."""
        return not any(piece.startswith(b".") or b"\n." in piece for piece in self.pieces)

    def within(self, before: bytes, after: bytes) -> "HoledBody":
        """The same body with lines before and after it."""
        pieces = [*self.pieces]
        pieces[0] = before + pieces[0]
        pieces[-1] += after
        return HoledBody(tuple(pieces), self.holes)

    def followed_by(self, other: "HoledBody") -> "HoledBody":
        """This body and another one as one."""
        seam = self.pieces[-1] + other.pieces[0]
        return HoledBody((*self.pieces[:-1], seam, *other.pieces[1:]), self.holes + other.holes)


def holed_body(text: str, holes: Mapping[str, str]) -> HoledBody:
    """``text`` encoded; ``holes`` maps each placeholder in it to the name of its value."""
    marked: list[tuple[str, str | None]] = [(text, None)]
    for placeholder, name in holes.items():
        marked = [part for piece, hole in marked for part in _split(piece, hole, placeholder, name)]
    pieces = [
        encode(piece) + (_SOFT if position < len(marked) - 1 else b"") for position, (piece, _) in enumerate(marked)
    ]
    return HoledBody(tuple(pieces), tuple(hole for _, hole in marked[:-1] if hole is not None))


def encode(text: str) -> bytes:
    """Whole lines of text, CRLF throughout: a bare CR or LF counts as a line end (SMTP smuggling)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join(encode_line(line.encode()) for line in lines)


def encode_line(line: bytes) -> bytes:
    """One logical line, soft-broken. No line starts with a dot or ends with a blank."""
    if not _ENCODABLE.search(line):  # a link: nothing in it needs encoding
        chunks = [line[at : at + _ROOM] for at in range(0, len(line), _ROOM)]
        if not any(chunk.startswith(b".") for chunk in chunks):
            return _SOFT.join(chunks)
    done: list[bytes] = []
    held: list[bytes] = []
    length = 0
    last = len(line) - 1
    for position, byte in enumerate(line):
        atom = _ATOMS[byte]
        if (byte == 0x20 and position == last) or (byte == 0x2E and not held):
            atom = b"=%02X" % byte
        if length + len(atom) > _ROOM:
            done.append(b"".join(held) + b"=")
            held, length = [], 0
            if byte == 0x2E:
                atom = b"=2E"
        held.append(atom)
        length += len(atom)
    done.append(b"".join(held))
    return b"\r\n".join(done)


def _split(piece: str, hole: str | None, placeholder: str, name: str) -> list[tuple[str, str | None]]:
    parts = piece.split(placeholder)
    return [(part, name) for part in parts[:-1]] + [(parts[-1], hole)]
