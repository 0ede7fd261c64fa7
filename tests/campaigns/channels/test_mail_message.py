"""What leaves is what was meant: headers, structure and bytes (email contract §2, §13 items 1 to 4)."""

import re
import unicodedata
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.channels.mail_headers import HeaderRefused, address_header, check_head, text_header, wire_address
from campaigns.channels.mail_message import (
    PREFERENCES,
    UNSUBSCRIBE,
    CompiledMail,
    MailContent,
    RecipientLinks,
    Sender,
    compile_mail,
)
from campaigns.channels.quoted_printable import HoledBody
from campaigns.channels.smtp_client import stuffed
from tests.factories.letterhead import LIST, SENDER

LINKS = RecipientLinks(
    unsubscribe_url="https://abonnement.helseomsorg21monitor.example.no/u/" + "k" * 43,
    preferences_url="https://example.no/innstillinger/" + "p=q" * 20,
    unsubscribe_mailto="mailto:u+" + "k" * 43 + "@bounce.example.no?subject=unsubscribe",
)
INTENDED = [
    "To", "Message-ID", "From", "Reply-To", "Subject", "Date", "MIME-Version", "Content-Type", "Auto-Submitted",
    "X-Auto-Response-Suppress", "Feedback-ID", "Precedence", "List-Id", "List-Help", "List-Archive",
    "List-Unsubscribe", "List-Unsubscribe-Post",
]  # fmt: skip
FORBIDDEN = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
people_write = st.text(max_size=500).filter(
    lambda text: bool(text.strip()) and not FORBIDDEN.search(text) and not re.search(r"=\?.*\?=", text)
)


def compiled(subject: str = "Nye tall om kliniske studier", name: str = SENDER.name, body: str = "") -> CompiledMail:
    content = MailContent(
        subject=subject,
        text=f"Hei\n\n{body}\nMeld deg av: {UNSUBSCRIBE}\n",
        html=f'<p>{body}</p><a href="{UNSUBSCRIBE}">Meld deg av</a><a href="{PREFERENCES}">Endre</a>',
        date=datetime(2027, 5, 20, 7, 0, tzinfo=UTC),
        seed="ab" * 32,
        feedback=("utsendelse-12", "nyhetsbrev", "newsletter"),
    )
    return compile_mail(content, Sender(address=SENDER.address, name=name, reply_to=SENDER.reply_to), LIST)


def message_to(mail: CompiledMail, to: str = "kari@example.no") -> bytes:
    return mail.message(to=to, message_id="<0123abcd.delivery@example.no>", links=LINKS)


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def decoded(raw: bytes, name: str) -> str:
    """The header as RFC 2047 says to read it, by the older of the two stdlib parsers (the newer drops blanks)."""
    value = message_from_bytes(raw).get(name, "")
    return str(make_header(decode_header(re.sub(r"\r\n(?=[ \t])", "", value))))


def header_lines(raw: bytes) -> list[bytes]:
    return raw.partition(b"\r\n\r\n")[0].split(b"\r\n")


@given(subject=people_write)
@settings(max_examples=300, deadline=None)
def test_any_subject_comes_back_as_it_was_written(subject: str) -> None:
    raw = message_to(compiled(subject=subject))

    assert decoded(raw, "Subject") == unicodedata.normalize("NFC", subject)
    assert [line.partition(b":")[0].decode() for line in header_lines(raw) if line[:1] != b" "] == INTENDED
    assert all(len(line) <= 998 and line.strip() for line in header_lines(raw))
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^?]+\?[bq]\?[^?]*\?=", raw))


@given(name=people_write)
@settings(max_examples=200, deadline=None)
def test_any_sender_name_comes_back_and_leaves_the_address_alone(name: str) -> None:
    raw = message_to(compiled(name=name))

    line = re.sub(r"\r\n(?=[ \t])", "", message_from_bytes(raw)["From"])
    phrase, _, address = line.rpartition(" ")
    written = str(make_header(decode_header(phrase)))
    unquoted = re.sub(r"\\(.)", r"\1", written[1:-1]) if phrase.startswith('"') else written
    assert unquoted == unicodedata.normalize("NFC", name)
    assert address == "<nyhetsbrev@example.no>"


@given(body=st.text(max_size=400).filter(lambda text: "{{" not in text))
@settings(max_examples=200, deadline=None)
def test_any_body_comes_back_and_no_line_is_too_long(body: str) -> None:
    body = body.encode(errors="ignore").decode()
    raw = message_to(compiled(body=body))

    text = parsed(raw).get_body(("plain",))
    assert text is not None
    written = text.get_payload(decode=True).decode()  # type: ignore[union-attr]
    wanted = f"Hei\n\n{body}\nMeld deg av: {LINKS.unsubscribe_url}\n"
    assert written == wanted.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    assert max(len(line) for line in raw.partition(b"\r\n\r\n")[2].split(b"\r\n")) <= 76
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert raw.isascii()


@given(body=st.text(alphabet=".\r\n =a-", max_size=300), subject=st.text(alphabet=". a", min_size=1, max_size=120))
@settings(max_examples=200, deadline=None)
def test_no_line_begins_with_a_dot_so_that_none_needs_doubling(body: str, subject: str) -> None:
    mail = compiled(body=body, subject=f"a{subject}")

    assert mail.dotless
    assert stuffed(message_to(mail)) == message_to(mail)


@pytest.mark.parametrize("piece", [b".", b"a\r\n.b"])
def test_a_body_that_has_such_a_line_says_so(piece: bytes) -> None:
    assert HoledBody((b"a\r\n", b"b\r\n"), ("hole",)).is_dotless
    assert not HoledBody((b"a\r\n", piece), ("hole",)).is_dotless


@pytest.mark.parametrize(
    "value",
    [
        "Hei\r\nBcc: alle@example.no",
        "Hei\nBcc: alle@example.no",
        "Hei\rBcc: alle@example.no",
        "Hei\x00",
        "Hei\x0b\x0c\x1c\x1e",
        "Hei\x85Bcc: alle@example.no",
        "Hei\u2028Bcc: alle@example.no",
        "Hei\u2029Bcc: alle@example.no",
        "=?utf-8?q?Hei=0D=0ABcc=3A_x=40y?=",
        "før =?utf-8?b?SGVpDQpCY2M6?= etter",
        "\r\n.\r\n",
        "\ud800",
        "x" * 10_000,
        "",
        "   ",
    ],
)
def test_it_refuses_what_could_become_another_header(value: str) -> None:
    with pytest.raises(HeaderRefused):
        text_header("Subject", value)
    if value.strip():
        with pytest.raises(HeaderRefused):
            address_header("From", "a@example.no", value)


@pytest.mark.parametrize(
    "value", ["a@example.no\r\nBcc: b@example.no", "a b@example.no", "a@b@example.no", "a@", "@b.no"]
)
def test_it_refuses_what_is_no_single_address(value: str) -> None:
    with pytest.raises(HeaderRefused):
        wire_address(value)


def test_it_writes_list_headers_plainly_on_one_line_each() -> None:
    lines = header_lines(message_to(compiled()))

    assert any(
        line.startswith(b"List-Unsubscribe: <https://abonnement.helseomsorg21monitor.example.no/u/") for line in lines
    )
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"List-Id: Aapne tall <nyhetsbrev.example.no>" in lines
    assert b"Feedback-ID: utsendelse-12:nyhetsbrev:newsletter:monitorpost" in lines
    assert not [line for line in lines if b"=?" in line]


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert message_to(compiled(body="æøå")) == message_to(compiled(body="æøå"))


def test_two_recipients_differ_only_in_what_is_theirs() -> None:
    mail = compiled(body="Kjære leser " * 50)
    first = message_to(mail, "kari@example.no").split(b"\r\n")
    second = message_to(mail, "ola@example.no").split(b"\r\n")

    assert [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]] == [
        (b"To: kari@example.no", b"To: ola@example.no")
    ]


def test_it_has_text_first_and_html_last() -> None:
    message = parsed(message_to(compiled(body="Blåbærsyltetøy")))
    parts = [part.get_content_type() for part in message.walk()]

    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    assert "Blåbærsyltetøy" in message.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_it_puts_a_domain_on_the_wire_as_a_labels() -> None:
    assert wire_address("Kari.Nordmann+nytt@blåbær.no") == "Kari.Nordmann+nytt@xn--blbr-roah.no"
    assert address_header("To", "a@faß.example") == b"To: a@xn--fa-hia.example"


@pytest.mark.parametrize(("local", "fits"), [("a" * 64, True), ("a" * 65, False)])
def test_it_holds_a_local_part_to_64_octets(local: str, fits: bool) -> None:
    try:
        wire_address(f"{local}@example.no")
    except HeaderRefused:
        assert not fits
    else:
        assert fits


def test_account_mail_belongs_to_no_list() -> None:
    content = MailContent(
        subject="Bekreft abonnementet", text="Hei", html="<p>Hei</p>", date=datetime(2027, 5, 20, tzinfo=UTC),
        seed="cd" * 32, feedback=("bekreft", "konto", "account_mail"),
    )  # fmt: skip
    raw = compile_mail(content, SENDER).message(to="kari@example.no", message_id="<01.delivery@example.no>")

    assert "Auto-Submitted: auto-generated" in raw.decode()
    assert not [line for line in header_lines(raw) if line.startswith((b"List-", b"Precedence"))]


def test_what_does_not_read_back_as_intended_never_leaves() -> None:
    with pytest.raises(AssertionError):
        check_head(b"To: a@example.no\r\nBcc: b@example.no", ["To"])
    with pytest.raises(AssertionError):
        check_head(b"To: a@example.no\nBcc: b@example.no", ["To"])
    with pytest.raises(AssertionError):
        check_head(b"Subject: " + b"x" * 1_000, ["Subject"])
