"""A mail from the sandbox opened, as a mail program would: its parts, and its headers in the order they came."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

from campaigns.channels.sandbox_mail import SandboxMail


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail. ``html`` is untrusted: show it in a frame of its own."""

    name: str
    subject: str
    sender: str
    to: str
    at: datetime
    html: str
    text: str
    headers: tuple[tuple[str, str], ...]
    size: int


def opened(mail: SandboxMail) -> Letter:
    """Read one mail. A header or part it does not have is empty; a bad date is the epoch."""
    message = mail.message
    return Letter(
        name=mail.name.removesuffix(".eml"),
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        at=_date(message),
        html=_part(message, "html"),
        text=_part(message, "plain"),
        headers=tuple((key, str(value)) for key, value in message.items()),
        size=len(mail.raw),
    )


def _date(message: EmailMessage) -> datetime:
    at: datetime | None = getattr(message.get("Date"), "datetime", None)
    return at if at is not None and at.tzinfo is not None else datetime.fromtimestamp(0, UTC)


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part is not None else ""
