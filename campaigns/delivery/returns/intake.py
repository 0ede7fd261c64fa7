"""Takes in mail that came back: kept whole before anything is made of it, so that nothing is lost by a crash."""

import hashlib

from sqlmodel import Session, col, func, select

from campaigns.clock import Clock
from campaigns.delivery.returns.returned_mail import ReturnedMail, ReturnSource, ReturnState, packed
from campaigns.errors import Unavailable
from campaigns.inbound.anatomy import MAX_BYTES

MOST_UNREAD = 5_000
"""So many may wait to be read. More than that is a flood, and the mail server keeps the rest for later."""


class TooMuchMail(Unavailable):
    """Later: what has come is not read yet."""

    def __init__(self) -> None:
        super().__init__("Det er kommet mer returpost enn vi rekker å lese. Prøv igjen om litt.")


def keep(
    session: Session, clock: Clock, raw: bytes, *, source: ReturnSource, envelope_recipient: str | None = None
) -> ReturnedMail:
    """Store one message, to be read by ``process_received``. Of a too large one the beginning is enough to see that.

    ``envelope_recipient`` is the address it was sent to, where the mail server says so. Raises ``TooMuchMail``.
    """
    unread = select(func.count()).select_from(ReturnedMail).where(col(ReturnedMail.state) == ReturnState.RECEIVED)
    if session.exec(unread).one() >= MOST_UNREAD:
        raise TooMuchMail
    kept = raw[: MAX_BYTES + 1]
    mail = ReturnedMail(
        received_at=clock.now(),
        source=source,
        envelope_recipient=(envelope_recipient or "")[:320] or None,
        raw=packed(kept),
        raw_sha256=hashlib.sha256(kept).hexdigest(),
    )
    session.add(mail)
    session.flush()
    return mail
