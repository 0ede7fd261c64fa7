"""Blocks of JSON numbers as text: checked whole by one pattern, and brought to their shortest spelling together."""

import re
from typing import NamedTuple

from campaigns.sources.figure_column import longest_in
from campaigns.sources.json_text import decimal_number, decimal_text, whole_number

# Elements with a comma after each. No pattern ever steps back further than within one number.
_PLAIN = re.compile(rb"(?:(?:null|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+),)*+")
_NUMBERS = re.compile(rb"(?:(?:null|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+),)*+")
_TRAILING = re.compile(rb"\.[0-9]*0,")
_ZEROS = re.compile(rb"(\.[0-9]*[1-9])0+,")
_ONLY_ZEROS = re.compile(rb"\.0+,")
_ONE_FOR_ALL = bytes.maketrans(b"23456789", b"11111111")
_DIGIT_OR_MARK = bytes.maketrans(b"023456789nul,", b"111111111111.")
_MANY_ZEROS = 40
_CERTAIN = 24  # a plain number of so few characters is within any limit


class NumberBlock(NamedTuple):
    """Numbers with a comma after each, nothing for ``null``: as written, and in their shortest plain spelling."""

    written: bytes
    shortest: bytes
    longest: int  # at least the length of the longest of the shortest

    @property
    def texts(self) -> list[bytes]:
        return self.shortest[:-1].split(b",")


def number_block(block: bytes) -> NumberBlock | None:
    """The numbers; None when the block holds anything else. Raises ``PayloadRefused`` for one beyond any statistic."""
    longest = longest_in(block)
    if longest <= _CERTAIN:
        written = plain_numbers(block)
        if written is None and _PLAIN.fullmatch(block):
            written = block.replace(b"null", b"")
        if written is not None:
            shortest = _shortest(written)
            return NumberBlock(written, shortest, longest if shortest == written else longest_in(shortest))
    if not _NUMBERS.fullmatch(block):
        return None
    written = block.replace(b"null", b"")
    for text in written.split(b","):
        if len(text) > _CERTAIN or b"e" in text or b"E" in text:
            check_number(text.decode("ascii"))
    shortest = _shortest(b",".join([_without_exponent(text) for text in written.split(b",")]))
    return NumberBlock(written, shortest, longest_in(shortest))


def plain_numbers(block: bytes) -> bytes | None:
    """The block with nothing for ``null``, when ``_PLAIN`` surely fits; None says nothing.

    The pattern looks at every byte by itself. This searches for what may not stand beside what, which is several
    times as fast: two marks side by side, two points in one number, and a zero in front of a digit.
    """
    if not block.endswith(b","):
        return None
    bare, digits = block, block
    if b"-" in block:
        if block.count(b",-") + block.startswith(b"-") != block.count(b"-") or b"--" in block or b"-n" in block:
            return None
        digits = block.replace(b"-", b"")
    if digits.startswith((b",", b".")) or b".." in digits.translate(_DIGIT_OR_MARK):
        return None
    if b"n" in block:  # once for each of two that share a comma
        bare = b"," + block
        bare = bare.replace(b",null,", b",,").replace(b",null,", b",,")[1:]
        digits = bare.replace(b"-", b"")
    marks = digits.translate(None, b"0123456789")
    if b".." in marks or marks.translate(None, b".,") or _has_zero_in_front(digits):
        return None
    return bare


def _has_zero_in_front(block: bytes) -> bool:
    place, seen = (0 if block.startswith(b"0") else block.find(b",0") + 1 or -1), 0
    while place >= 0:
        if block[place + 1 : place + 2].isdigit():
            return True
        seen += 1
        if seen > _MANY_ZEROS:  # as in a table of mostly zeros
            zeros = block.translate(_ONE_FOR_ALL)
            return b",00" in zeros or b",01" in zeros
        place = block.find(b",0", place) + 1 or -1
    return False


def _shortest(written: bytes) -> bytes:
    if b"." in written:
        written = written.replace(b".0,", b",")
        if _TRAILING.search(written):
            written = _ZEROS.sub(rb"\1,", _ONLY_ZEROS.sub(b",", written))
    return written.replace(b"-0,", b"0,") if b"-" in written else written


def check_number(text: str) -> None:
    """Raises ``PayloadRefused`` for a JSON number that is longer or larger than any statistic."""
    if any(mark in text for mark in ".eE"):
        decimal_number(text)
    else:
        whole_number(text)


def _without_exponent(text: bytes) -> bytes:
    if b"e" not in text and b"E" not in text:
        return text
    return decimal_text(decimal_number(text.decode("ascii"))).encode("ascii")
