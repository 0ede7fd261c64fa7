"""One mail as bytes, compiled once per issue and filled in per recipient (email contract §2, §4).

The same inputs give the same bytes: boundary, date and message id are given, never drawn here, so that a second
attempt sends what the first one sent. Nothing here opens a connection.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from campaigns.channels.body_hash import BodyHash
from campaigns.channels.mail_headers import (
    HeaderRefused,
    address_header,
    check_head,
    machine_header,
    plain_phrase,
    text_header,
)
from campaigns.channels.quoted_printable import HoledBody, holed_body

UNSUBSCRIBE = "{{unsubscribe_url}}"
PREFERENCES = "{{preferences_url}}"
PLACEHOLDERS: Mapping[str, str] = {UNSUBSCRIBE: "unsubscribe_url", PREFERENCES: "preferences_url"}
"""What a newsletter's HTML and text hold where a recipient's own link goes."""

_SENDER_ID = "monitorpost"  # last field of Feedback-ID: the same for ever, 5-15 characters, no personal data
_MAX_UNSUBSCRIBE_URL = 200
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.]+@[A-Za-z0-9.-]+>")

Signer = Callable[[Sequence[bytes], bytes], Sequence[bytes]]
"""(finished headers, SHA-256 of the relaxed body) -> the signatures that go in front of them (``dkim.DkimSigner``)."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who a mail is from, and where answers go."""

    address: str
    name: str
    reply_to: str


@dataclass(frozen=True, kw_only=True)
class MailingList:
    """What makes a mail part of a list (RFC 2369, 2919). ``id`` never changes once mail has gone out."""

    id: str
    name: str
    help_url: str
    archive_url: str


@dataclass(frozen=True, kw_only=True)
class MailContent:
    """What every recipient gets. ``seed`` is a hash that the boundary is made of."""

    subject: str
    text: str
    html: str
    date: datetime  # with the zone it is shown in
    seed: str
    feedback: tuple[str, str, str]  # issue, list, kind: Feedback-ID without its last field


@dataclass(frozen=True, kw_only=True)
class RecipientLinks:
    """One recipient's own addresses: the two in the body, and the mailbox for programs that only know mailto."""

    unsubscribe_url: str
    preferences_url: str
    unsubscribe_mailto: str


@dataclass(frozen=True)
class CompiledMail:
    """A mail that lacks only its recipient."""

    content: MailContent
    sender: Sender
    mailing_list: MailingList | None
    shared_head: tuple[bytes, ...] = field(repr=False)
    body: HoledBody = field(repr=False)
    body_hash: BodyHash | None = field(repr=False)  # None when nothing is signed here
    sign: Signer = field(repr=False)
    dotless: bool  # no line of any copy begins with a dot, and the last line ends

    def message(self, *, to: str, message_id: str, links: RecipientLinks | None = None) -> bytes:
        """The bytes for one recipient. A list mail needs ``links``; other mail must hold no placeholder."""
        if (links is None) != (self.mailing_list is None):
            raise ValueError("a list mail, and only a list mail, has the recipient's own links")
        if not _MESSAGE_ID.fullmatch(message_id):
            raise HeaderRefused("Message-ID", "den er ikke på formen <id@domene>.")
        own = [address_header("To", to), machine_header("Message-ID", message_id)]
        values: dict[str, str] = {}
        if links is not None:
            own += _unsubscribe_headers(links)
            values = {"unsubscribe_url": links.unsubscribe_url, "preferences_url": links.preferences_url}
        head = [*own[:2], *self.shared_head, *own[2:]]
        parts = self.body.parts(values)
        if self.body_hash is not None:
            signatures = self.sign(head, self.body_hash.of(parts))
            own, head = [*signatures, *own], [*signatures, *head]
        _check(own)
        return b"".join([b"\r\n".join(head), b"\r\n\r\n", *parts])


def unsigned(_head: Sequence[bytes], _body_sha256: bytes) -> Sequence[bytes]:
    """The signer for a relay that signs by itself."""
    return ()


def compile_mail(
    content: MailContent, sender: Sender, mailing_list: MailingList | None = None, sign: Signer = unsigned
) -> CompiledMail:
    """Encode everything that recipients share. Without a list it is account mail (confirmation, settings link).

    Raises ``HeaderRefused`` when a text cannot be a header.
    """
    shared_head = _shared_head(content, sender, mailing_list)
    _check(shared_head)
    body = _body(content, PLACEHOLDERS if mailing_list else {})
    return CompiledMail(
        content=content,
        sender=sender,
        mailing_list=mailing_list,
        shared_head=tuple(shared_head),
        body=body,
        body_hash=None if sign is unsigned else BodyHash(body),
        sign=sign,
        dotless=body.is_dotless and body.pieces[-1].endswith(b"\r\n"),
    )


def _body(content: MailContent, holes: Mapping[str, str]) -> HoledBody:
    """Both parts and the lines around them."""
    rule = b"--" + _boundary(content).encode()
    text = holed_body(content.text, holes).within(rule + b"\r\n" + _part_head("plain"), b"\r\n")
    html = holed_body(content.html, holes).within(rule + b"\r\n" + _part_head("html"), b"\r\n" + rule + b"--\r\n")
    return text.followed_by(html)


def _check(head: Sequence[bytes]) -> None:
    check_head(b"\r\n".join(head), [line.partition(b":")[0].decode() for line in head])


def _shared_head(content: MailContent, sender: Sender, mailing_list: MailingList | None) -> list[bytes]:
    boundary = _boundary(content)
    head = [
        address_header("From", sender.address, sender.name),
        address_header("Reply-To", sender.reply_to),
        text_header("Subject", content.subject),
        machine_header("Date", format_datetime(content.date)),
        machine_header("MIME-Version", "1.0"),
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"'.encode(),
        machine_header("Auto-Submitted", "auto-generated"),
        machine_header("X-Auto-Response-Suppress", "OOF, AutoReply"),
        machine_header("Feedback-ID", ":".join((*content.feedback, _SENDER_ID))),
    ]
    if mailing_list:
        head += [
            machine_header("Precedence", "bulk"),
            machine_header("List-Id", f"{plain_phrase(mailing_list.name)} <{mailing_list.id}>".strip()),
            machine_header("List-Help", f"<{mailing_list.help_url}>"),
            machine_header("List-Archive", f"<{mailing_list.archive_url}>"),
        ]
    return head


def _unsubscribe_headers(links: RecipientLinks) -> list[bytes]:
    if len(links.unsubscribe_url) > _MAX_UNSUBSCRIBE_URL:
        raise HeaderRefused("List-Unsubscribe", f"lenken er lengre enn {_MAX_UNSUBSCRIBE_URL} tegn.")
    return [
        machine_header("List-Unsubscribe", f"<{links.unsubscribe_url}>", f"<{links.unsubscribe_mailto}>"),
        machine_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


def _boundary(content: MailContent) -> str:
    # "=_" cannot occur in quoted-printable, so no body can hold the boundary.
    return f"=_{content.seed[:32]}"


def _part_head(subtype: str) -> bytes:
    return (
        f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()
