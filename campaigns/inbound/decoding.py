"""Bytes and encoded words to text, whatever a stranger wrote in them. Nothing here raises.

Only the charsets that mail uses are decoded: Python knows others (punycode, unicode_escape) that are slow or
surprising on hostile input.
"""

import base64
import binascii
import quopri
import re

_CHARSETS = frozenset(
    (
        *(f"iso-8859-{number}" for number in (*range(1, 12), *range(13, 17))),
        *(f"windows-{number}" for number in range(1250, 1259)),
        *("koi8-r", "koi8-u", "iso-2022-jp", "shift_jis", "euc-jp", "gb2312", "gbk", "gb18030", "big5", "euc-kr"),
        *("iso-2022-kr", "utf-16", "us-ascii", "utf-8"),
    )
)
_ENCODED_WORD = re.compile(r"=\?([A-Za-z0-9_-]{1,40})(?:\*[A-Za-z-]{1,20})?\?([bBqQ])\?([^?\s]{0,1000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)[ \t]{1,80}(=\?)")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_JIS_SHIFT = b"\x1b$B"


def text_of(content: bytes, charset: str = "") -> str:
    """Text, with what cannot be decoded replaced. Without a usable charset the bytes themselves decide."""
    name = charset.strip().strip("\"'").lower()
    if name not in _CHARSETS or name == "us-ascii":
        # Japanese relays write their own charset without saying so.
        name = "iso-2022-jp" if _JIS_SHIFT in content else "utf-8" if _is_utf8(content) else "iso-8859-1"
    return content.decode(name, "replace").replace("\x00", "")


def transfer_decoded(content: bytes, encoding: str) -> bytes:
    """The body behind base64 or quoted-printable; itself where the encoding is another, or broken."""
    match encoding.strip().lower():
        case "base64":
            return _base64(content)
        case "quoted-printable":
            return quopri.decodestring(content)
        case _:
            return content


def header_text(value: str) -> str:
    """A header's value with its encoded words (RFC 2047) decoded."""
    return _ENCODED_WORD.sub(_word, _BETWEEN_WORDS.sub(r"\1\2", value))


def _word(match: re.Match[str]) -> str:
    charset, encoding, payload = match[1], match[2].lower(), match[3].encode("ascii", "replace")
    content = _base64(payload) if encoding == "b" else quopri.decodestring(payload, header=True)
    return text_of(content, charset)


def _base64(content: bytes) -> bytes:
    clean = _NOT_BASE64.sub(b"", content)
    clean = clean[: len(clean) - (len(clean) % 4 == 1)]
    try:
        return base64.b64decode(clean + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return content


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
