"""What is handed to a relay, and the commands that are said before the message (RFC 5321, 1870, 3461, 6531)."""

import re
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from campaigns.channels.mail_reply import MailOutcome, MailReply, MailStage
from campaigns.channels.relay_door import Stopped

_NOT_WITHIN = re.compile(r"[\x00-\x20<>\x7f]")


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What is handed over: one recipient, one message (E-16). ``reference`` comes back in bounces (E-39).

    ``dotless``: no line of the message begins with a dot, and the last one is ended, so that it can leave as it is.
    """

    sender: str
    recipient: str
    message: bytes = field(repr=False)
    reference: str = ""
    dotless: bool = False

    def __post_init__(self) -> None:
        for part in (self.sender, self.recipient, self.reference):
            if _NOT_WITHIN.search(part):
                raise ValueError("an envelope holds no blanks, brackets or control characters")


class Command(NamedTuple):
    """One line to a server, and the first digit of the answer hoped for."""

    stage: MailStage
    line: str
    hoped_for: int


def opening_commands(client: smtplib.SMTP, envelope: Envelope) -> Sequence[Command]:
    """What is said before the message. Raises ``Stopped`` when the relay cannot take such an address."""
    notify = " NOTIFY=FAILURE" if client.has_extn("dsn") else ""
    return (
        Command(MailStage.MAIL, f"MAIL FROM:<{envelope.sender}>{_mail_options(client, envelope)}", 2),
        Command(MailStage.RCPT, f"RCPT TO:<{envelope.recipient}>{notify}", 2),
        Command(MailStage.DATA, "DATA", 3),
    )


def in_one(commands: Sequence[Command]) -> bytes:
    """The lines as they leave together."""
    return "".join(f"{command.line}\r\n" for command in commands).encode()


def _mail_options(client: smtplib.SMTP, envelope: Envelope) -> str:
    options = ""
    if client.has_extn("size"):
        options += f" SIZE={len(envelope.message)}"
    if client.has_extn("dsn") and envelope.reference:
        options += f" RET=HDRS ENVID={envelope.reference}"
    if not envelope.recipient.isascii():
        if not client.has_extn("smtputf8"):
            raise Stopped(_NOT_TAKEN)
        options += " SMTPUTF8 BODY=8BITMIME"
    return options


_NOT_TAKEN = MailReply(
    outcome=MailOutcome.FAILED,
    stage=MailStage.MAIL,
    text="the relay does not offer SMTPUTF8",
    category="unsupported-address",
)
