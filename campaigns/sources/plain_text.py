"""The text of a file whose encoding is not certain: UTF-8 when the bytes say so, else what was declared."""

from campaigns.sources.refusal import PayloadRefused

ENCODINGS = ("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "cp850", "cp865")
_UTF_16_MARKS = frozenset({b"\xff\xfe", b"\xfe\xff"})  # as Excel saves «Unicode text»
_NAMES = {
    **{name: name for name in ENCODINGS},
    "latin-1": "iso-8859-1", "latin1": "iso-8859-1", "cp1252": "windows-1252", "utf8": "utf-8",
    "utf-16": "utf-16",
}  # fmt: skip


def decoded(body: bytes, *, declared: str | None = None, told: str | None = None) -> str:
    """The text. ``told`` is a person's word and final; ``declared`` is the file's own, which can be wrong.

    Raises ``PayloadRefused`` when no encoding fits.
    """
    if told is None and body[:2] in _UTF_16_MARKS:
        declared = "utf-16"
    for encoding in [told] if told else ["utf-8", declared or "windows-1252", "iso-8859-1"]:
        try:
            text = body.decode("utf-8-sig" if encoding.lower() == "utf-8" else known_encoding(encoding))
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise PayloadRefused("CONTROL_CHARACTER", "filen inneholder tegn som ikke hører hjemme i tekst.")
        return text
    raise PayloadRefused("ENCODING_UNREADABLE", f"teksten er ikke {told}.")


def known_encoding(name: str) -> str:
    """The encoding under the name we know it by; ``PayloadRefused`` for any other."""
    found = _NAMES.get(name.strip().lower())
    if found is None:
        raise PayloadRefused("ENCODING_UNKNOWN", f"tegnsettet «{name[:40]}» leses ikke her.")
    return found
