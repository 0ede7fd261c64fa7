"""Port: a place where mail for us lies, to be taken in and then removed from there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from campaigns.errors import Unavailable

MAX_BYTES = 1_000_001
"""So much of a message is read; one byte more than the largest that is looked into, so that a larger one shows."""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One message. Call ``remove`` when it is stored here, and not before: until then it lies where it lay."""

    raw: bytes
    remove: Callable[[], None]


class Mailbox(Protocol):
    """A folder or a mailbox on a server. Taking in what was taken in before does no harm."""

    def messages(self) -> Iterator[Arrived]:
        """What lies there now. Raises ``MailboxUnavailable``."""
        ...


class MailboxUnavailable(Unavailable):
    """The mailbox cannot be read now; what lies there waits."""
