"""How the mail server that remembers misbehaves: a value, and what becomes of one recipient follows from its seed."""

import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple


class Refusal(NamedTuple):
    """A permanent no: to which share of the recipients, to which command, in which words."""

    share: float
    command: str  # RCPT, DATA or "." for the final dot
    words: str
    category: str  # what it is called in the ledger (email contract §10)


MIX: Final = (
    Refusal(0.03, "RCPT", "550 5.1.1 no such user here", "dead-address"),
    Refusal(0.02, "RCPT", "550 5.1.2 the domain is not there", "dead-domain"),
    Refusal(0.02, "RCPT", "552 5.2.2 mailbox full", "mailbox-full"),
    Refusal(0.01, "RCPT", "550 5.2.1 mailbox disabled", "inactive"),
    Refusal(0.01, "DATA", "554 5.5.1 no", "unknown"),
    Refusal(0.004, ".", "554 5.7.1 rejected as spam", "block"),  # fewer than pause an issue (E-55)
    Refusal(0.02, ".", "550 5.1.1 user unknown, said late", "dead-address"),
)
"""Every kind of permanent answer there is about a recipient. One to MAIL would be about us, and stop the lane."""


HELD_AT: Final = ("MAIL", "RCPT", "DATA", ".")
"""Between the first and the last of these a mail is on its way, and has not been taken."""


class Manner(StrEnum):
    """What a server that is slow or gone does with an answer."""

    DRIPS = "drips"  # a byte at a time, and never the whole of it
    DEAF = "deaf"  # nothing, and the connection stays open


@dataclass(frozen=True, kw_only=True)
class Whims:
    """Shares of one; whose turn it is follows from the seed, or from the address."""

    lost: float = 0.0  # takes the message and closes without a word
    half: float = 0.0  # takes it, and closes in the middle of the answer
    closing: float = 0.0  # does not take it, says 421 and closes
    put_off: float = 0.0  # 451 to the final dot
    cut: float = 0.0  # closes when the message has begun to come, before the dot
    cut_late: float = 0.0  # closes when the whole message is there, and nothing but its end is missing
    refused: float = 0.0  # 550 5.1.1 to RCPT, to the same addresses each time
    mixed: bool = False  # the refusals of ``MIX``, to the same addresses each time
    grey: bool = False  # 451 to the first RCPT of each address
    grey_minutes: float = 0.0  # 450 to each (sender, recipient) until so long after its first RCPT, by ``clock``
    storm: int = 0  # 451 to so many RCPTs before anything else
    slow: float = 0.0  # of the answers at ``slow_at``: so many are not given as they should
    slow_at: str = ""  # EHLO, MAIL, RCPT, DATA or "."
    manner: Manner = Manner.DEAF
    pipelines: bool = True  # offers PIPELINING (RFC 2920), as nearly every relay does
    metered: bool = False  # answers a dot only when ``permit`` allows for it
    holds_each: int = 0  # of so many mails one has an answer wait until ``release``, at each of ``HELD_AT`` in turn
    seed: int = 0

    def refuses(self, recipient: str) -> bool:
        return self._place(recipient) < self.refused

    def refusal_of(self, recipient: str) -> Refusal | None:
        """What this recipient is refused with in the mix, if anything."""
        place = self._place(recipient)
        for refusal in MIX if self.mixed else ():
            if place < refusal.share:
                return refusal
            place -= refusal.share
        return None

    def _place(self, recipient: str) -> float:
        return zlib.crc32(f"{self.seed} {recipient}".encode()) / 2**32
