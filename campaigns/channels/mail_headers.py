"""Header lines of outgoing mail, written by us byte for byte (email contract E-12…E-14, E-21).

The standard library encodes ``List-Unsubscribe`` away, emits encoded-words that are too long, and can turn a
pre-encoded subject into a header of its own. So: text for people becomes RFC 2047 words of at most 75 octets,
machine headers stay plain ASCII folded between their items, and what cannot be a header is refused, not cleaned.
"""

import base64
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import idna

from campaigns.errors import InvalidInput

_LINE = 76  # a line with an encoded-word (RFC 2047 §2)
_WORD = 75
_HARD_LINE = 998
_MAX_TEXT = 1_000
_MAX_LOCAL, _MAX_DOMAIN, _MAX_PATH = 64, 255, 254
_FORBIDDEN = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_ENCODED_WORD = re.compile(r"=\?.*\?=", re.DOTALL)
_Q_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_SPELLED = {ord("å"): "aa", ord("Å"): "Aa", ord("ø"): "o", ord("Ø"): "O", ord("æ"): "ae", ord("Æ"): "Ae"}
_LOCAL_PART = re.compile(r"[^\s\"(),:;<>@\[\\\]\x00-\x20\x7f]+")


class HeaderRefused(InvalidInput):
    """A value that must not become a header: it holds a line break, a control character or an encoded-word."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"Feltet {name} i e-posten kan ikke brukes: {why}", field=name)
        self.name = name


def text_header(name: str, value: str) -> bytes:
    """A header for people to read, such as the subject."""
    if not value.strip():
        raise HeaderRefused(name, "teksten mangler.")
    return _line(name, _text(name, value, taken=len(name) + 2))


def machine_header(name: str, *items: str) -> bytes:
    """A header for programs: ASCII, never encoded, folded only between its comma-separated items."""
    for item in items:
        if not item or not (item.isascii() and item.isprintable()):
            raise HeaderRefused(name, "det skal bare inneholde vanlige ASCII-tegn.")
        if len(name) + len(": ,") + len(item) > _HARD_LINE:
            raise HeaderRefused(name, f"verdien er lengre enn de {_HARD_LINE} tegnene en linje kan ha.")
    joined = ", ".join(items)
    if len(name) + 2 + len(joined) > _LINE:
        joined = ",\r\n ".join(items)
    return _line(name, joined)


def address_header(name: str, address: str, display_name: str = "") -> bytes:
    """``From``, ``To`` or ``Reply-To`` with one address."""
    path = wire_address(address)
    if not display_name:
        return _line(name, path)
    phrase = _phrase(name, display_name)
    last_line = len(phrase.rpartition("\r\n")[2])
    fold = "\r\n " if len(name) + 2 + last_line + len(path) + 3 > _LINE else " "
    return _line(name, f"{phrase}{fold}<{path}>")


def wire_address(address: str) -> str:
    """The address as it goes on the wire: the domain as A-labels (IDNA 2008), the local part untouched.

    A local part beyond ASCII stays as it is; whoever sends to it needs SMTPUTF8 (E-23).
    """
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL_PART.fullmatch(local) or _FORBIDDEN.search(address) or _ENCODED_WORD.search(address):
        raise HeaderRefused("adresse", "det er ikke én vanlig e-postadresse.")
    ascii_domain = _a_labels(domain)
    too_long = len(local.encode()) > _MAX_LOCAL or len(ascii_domain) > _MAX_DOMAIN
    if too_long or len(local.encode()) + 1 + len(ascii_domain) > _MAX_PATH:
        raise HeaderRefused("adresse", "adressen er for lang.")
    return f"{local}@{ascii_domain}"


@lru_cache(maxsize=4096)
def _a_labels(domain: str) -> str:
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise HeaderRefused("adresse", "domenet finnes ikke som internettnavn.") from error


def check_head(head: bytes, intended: Sequence[str]) -> None:
    """Read the finished header block again: exactly the intended names, in order, and no line too long (E-14).

    Raises ``AssertionError``: a message that fails here is a fault of ours and must never leave.
    """
    lines = head.split(b"\r\n")
    for line in lines:
        if not line or len(line) > _HARD_LINE or b"\r" in line or b"\n" in line or not line.strip():
            raise AssertionError(f"malformed header line {line[:80]!r}")
    names = [line.partition(b":")[0].decode() for line in lines if line[:1] not in b" \t"]
    if names != list(intended):
        raise AssertionError(f"headers {names} are not the intended {list(intended)}")


def plain_phrase(text: str) -> str:
    """Text reduced to ASCII letters, for the phrase of ``List-Id``: ``Åpne tall`` becomes ``Aapne tall``."""
    spelled = text.translate(_SPELLED)
    ascii_text = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^A-Za-z0-9 -]", " ", ascii_text).split())


def _line(name: str, value: str) -> bytes:
    return f"{name}: {value}".encode()


def _checked(name: str, value: str) -> str:
    if len(value) > _MAX_TEXT:
        raise HeaderRefused(name, f"teksten er lengre enn {_MAX_TEXT} tegn.")
    if _FORBIDDEN.search(value):
        raise HeaderRefused(name, "teksten inneholder linjeskift eller kontrolltegn. Fjern dem.")
    normal = unicodedata.normalize("NFC", value)
    if _ENCODED_WORD.search(normal):
        raise HeaderRefused(name, "teksten inneholder «=?…?=», som e-postprogrammer tolker som kode. Skriv den om.")
    return normal


def _text(name: str, value: str, *, taken: int) -> str:
    value = _checked(name, value)
    words = value.split(" ")
    if value.isascii() and all(words) and max(map(len, words)) <= _LINE - taken:
        return _fold(words, taken)
    return "\r\n ".join(_encoded_words(value, taken))


def _fold(words: list[str], taken: int) -> str:
    lines, room = [words[0]], _LINE - taken - len(words[0])
    for word in words[1:]:
        if len(word) + 1 > room:
            lines.append(word)
            room = _LINE - 1 - len(word)
        else:
            lines[-1] += f" {word}"
            room -= len(word) + 1
    return "\r\n ".join(lines)


def _phrase(name: str, value: str) -> str:
    value = _checked(name, value)
    words = value.split(" ")
    if not value.isascii() or not all(words) or len(value) > _LINE - len(name) - 6:
        return "\r\n ".join(_encoded_words(value, len(name) + 2))
    if _ATOMS.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _encoded_words(value: str, taken: int) -> Iterator[str]:
    """RFC 2047 words that hold ``value``, none over 75 octets, no character split between two."""
    q_form = "".join(_q(char) for char in value)
    use_b = len(q_form) > len(value.encode()) * 4 / 3
    room = min(_WORD, _LINE - taken) - len("=?utf-8?q??=")
    held = ""
    for char in value:
        if held and _length(held + char, use_b=use_b) > room:
            yield _word(held, use_b=use_b)
            held, room = "", _WORD - len("=?utf-8?q??=")
        held += char
    yield _word(held, use_b=use_b)


def _q(text: str) -> str:
    return "".join(
        chr(byte) if byte in _Q_PLAIN else "_" if byte == ord(" ") else f"={byte:02X}" for byte in text.encode()
    )


def _length(text: str, *, use_b: bool) -> int:
    return -(-len(text.encode()) // 3) * 4 if use_b else len(_q(text))


def _word(text: str, *, use_b: bool) -> str:
    if use_b:
        return f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="
    return f"=?utf-8?q?{_q(text)}?="
