"""The relaxed form of headers and bodies that a DKIM signature is made over (RFC 6376 §3.4.2, §3.4.4).

What hops on the way may change without breaking a signature: runs of blanks, blanks at line ends, how a header is
folded. Everything here takes and gives bytes whose lines end with CRLF.
"""

import re

_BLANKS = re.compile(rb"[ \t]+")
_BLANK_END = re.compile(rb" (?=\r\n)")


def relaxed_header(line: bytes) -> bytes:
    """One header, unfolded: ``name:value`` without the line end."""
    name, _, value = line.partition(b":")
    return name.strip().lower() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip()


def relaxed_lines(lines: bytes) -> bytes:
    """Whole lines of a body. Empty lines at the very end of a body are not for this function to know of."""
    return _BLANK_END.sub(b"", _BLANKS.sub(b" ", lines))
