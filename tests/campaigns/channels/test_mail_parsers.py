"""Two parsers that share no code agree on what we send; nothing gets out of its place (§13 items 2, 4, 7)."""

import dataclasses
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import parseaddr

import fast_mail_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.channels.mail_headers import HeaderRefused
from campaigns.channels.mail_message import (
    PREFERENCES,
    UNSUBSCRIBE,
    MailContent,
    RecipientLinks,
    compile_mail,
)
from tests.factories.letterhead import LIST, SENDER

CONTENT = MailContent(
    subject="Nye tall om kliniske studier",
    text=f"Hei på deg\n\nMeld deg av: {UNSUBSCRIBE}\n",
    html=f'<p>Hei på deg</p><a href="{UNSUBSCRIBE}">Meld deg av</a><a href="{PREFERENCES}">Endre</a>',
    date=datetime(2027, 5, 20, 7, 0, tzinfo=UTC),
    seed="ab" * 32,
    feedback=("utsendelse-12", "nyhetsbrev", "newsletter"),
)
LINKS = RecipientLinks(
    unsubscribe_url="https://example.no/u/abc",
    preferences_url="https://example.no/innstillinger/abc",
    unsubscribe_mailto="mailto:u+abc@bounce.example.no?subject=unsubscribe",
)
ENVELOPE = {"to": "kari@example.no", "message_id": "<0123abcd.delivery@example.no>"}
ATTACKS = [
    "a\r\nBcc: alle@example.no",
    "a\nBcc: alle@example.no",
    "a\rBcc: alle@example.no",
    "a\x00b",
    "a\x85Bcc: alle@example.no",
    "a\u2028Bcc: alle@example.no",
    "a\u2029Bcc: alle@example.no",
    "=?utf-8?q?Hei=0D=0ABcc=3A_x=40y?=",
    "\r\n.\r\nMAIL FROM:<x@y.no>\r\n",
    "n" * 10_000,
]
FIELDS = [
    (CONTENT, "subject"), (CONTENT, "text"), (CONTENT, "html"), (CONTENT, "feedback"),
    (SENDER, "address"), (SENDER, "name"), (SENDER, "reply_to"),
    (LIST, "id"), (LIST, "name"), (LIST, "help_url"), (LIST, "archive_url"),
    (LINKS, "unsubscribe_url"), (LINKS, "preferences_url"), (LINKS, "unsubscribe_mailto"),
    (ENVELOPE, "to"), (ENVELOPE, "message_id"),
]  # fmt: skip
people_write = st.text(max_size=120).filter(
    lambda text: bool(text.strip()) and not re.search("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]|=\\?.*\\?=", text)
)


def message(*changes: tuple[object, str, object]) -> bytes:
    """The mail, with some of its fields changed."""

    def changed(part: object) -> object:
        mine = {field: value for of, field, value in changes if of is part}
        return (part | mine) if isinstance(part, dict) else dataclasses.replace(part, **mine)  # type: ignore[type-var]

    mail = compile_mail(changed(CONTENT), changed(SENDER), changed(LIST))  # type: ignore[arg-type]
    return mail.message(links=changed(LINKS), **changed(ENVELOPE))  # type: ignore[arg-type]


def names(raw: bytes) -> list[str]:
    return [key for key, _ in message_from_bytes(raw, policy=policy.compat32).items()]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda text: repr(text)[:24])
@pytest.mark.parametrize(("part", "field"), FIELDS, ids=[f"{type(part).__name__}.{field}" for part, field in FIELDS])
def test_an_attack_in_any_field_is_refused_or_does_nothing(part: object, field: str, attack: str) -> None:
    value: object = (attack, "nyhetsbrev", "newsletter") if field == "feedback" else attack
    try:
        raw = message((part, field, value))
    except HeaderRefused:
        return
    assert names(raw) == names(message())
    assert b"\r\n.\r\n" not in raw
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@given(subject=people_write, name=people_write, body=people_write)
@settings(max_examples=100, deadline=None)
def test_two_parsers_agree_on_parts_charset_and_addresses(subject: str, name: str, body: str) -> None:
    raw = message(
        (CONTENT, "subject", subject), (SENDER, "name", name),
        (CONTENT, "text", f"{body}\nMeld deg av: {UNSUBSCRIBE}\n"), (CONTENT, "html", f"<p>{body}</p>{UNSUBSCRIBE}"),
    )  # fmt: skip

    ours = message_from_bytes(raw, policy=policy.default)
    theirs = fast_mail_parser.parse_email(raw)
    texts = [part.get_payload(decode=True).decode("utf-8") for part in ours.walk() if not part.is_multipart()]  # type: ignore[union-attr]
    assert [part.get_content_charset() for part in ours.walk() if not part.is_multipart()] == ["utf-8", "utf-8"]
    assert [text.rstrip() for text in (*theirs.text_plain, *theirs.text_html)] == [text.rstrip() for text in texts]
    assert texts[0] == f"{body}\r\nMeld deg av: {LINKS.unsubscribe_url}\r\n"
    assert not theirs.attachments
    assert list(theirs.headers) == names(raw)
    assert [theirs.to[0].address, getattr(theirs.from_, "address", None)] == [
        "kari@example.no",
        "nyhetsbrev@example.no",
    ]
    assert parseaddr(message_from_bytes(raw)["From"])[1] == "nyhetsbrev@example.no"
    assert " ".join(theirs.subject.split()) == " ".join(str(ours["Subject"]).split())


def test_two_recipients_differ_only_in_address_message_id_and_links() -> None:
    others = dataclasses.replace(
        LINKS,
        unsubscribe_url="https://example.no/u/xyz",
        preferences_url="https://example.no/innstillinger/xyz",
        unsubscribe_mailto="mailto:u+xyz@bounce.example.no?subject=unsubscribe",
    )
    mail = compile_mail(CONTENT, SENDER, LIST)
    first = mail.message(links=LINKS, **ENVELOPE).split(b"\r\n")
    second = mail.message(links=others, to="ola@example.no", message_id="<9.delivery@example.no>").split(b"\r\n")

    differing = {line.partition(b":")[0] for line, other in zip(first, second, strict=True) if line != other}
    assert differing == {b"To", b"Message-ID", b"List-Unsubscribe", b" <mailto", b"https"}
