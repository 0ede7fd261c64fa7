"""What can be wrong with a source, told apart by status and shape, never by the words of a message (§0.4).

The kind decides three things: whether the same question is asked again before its usual time, whether the host
itself is in doubt, and which sentence an editor reads.
"""

from enum import StrEnum


class Trouble(StrEnum):
    """Why there was no usable answer."""

    NO_ANSWER = "no_answer"  # no name, no connection, or not in time
    TOO_OFTEN = "too_often"  # 429: we asked more than it allows
    BUSY = "busy"  # 502, 503, 504: down, reloading, or under load
    BEING_MADE = "being_made"  # Eurostat is still making the answer
    SOURCE_FAULT = "source_fault"  # 500: often a code given twice, so one more try and no more
    QUESTION = "question"  # 400, 405 and their like: it does not understand what we ask
    TOO_LARGE = "too_large"  # more cells or codes than it hands out at once
    FORBIDDEN = "forbidden"  # 401, 403: it will not give this to us
    NOT_THERE = "not_there"  # 404, 410: no such table, or an address too long
    NOT_FIGURES = "not_figures"  # 200 with a web page
    UNREADABLE = "unreadable"  # 200 with a body that is not what this kind of source sends
    NO_FIGURES = "no_figures"  # 200 with a table in which nothing has a value
    ADDRESS = "address"  # we do not fetch from such an address; nothing was sent
    CATALOGUE = "catalogue"  # the catalogue's query makes no question; nothing was sent
    DISK = "disk"  # the answer came, and could not be kept

    @property
    def passes(self) -> bool:
        """Whether the same question may well get an answer later, without anybody changing anything."""
        return self in _PASSING

    @property
    def tries(self) -> int:
        """How many times the question is repeated early before it waits for its usual time."""
        if self is Trouble.SOURCE_FAULT:
            return 1
        return _TRIES if self.passes else 0


_TRIES = 6
_PASSING = frozenset(
    {
        Trouble.NO_ANSWER, Trouble.TOO_OFTEN, Trouble.BUSY, Trouble.BEING_MADE, Trouble.NOT_FIGURES,
        Trouble.UNREADABLE, Trouble.NO_FIGURES, Trouble.DISK,
    }
)  # fmt: skip
