"""DKIM signatures as a verifier that is not ours reads them (email contract E-60…E-62, §13 item 3)."""

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.channels.body_hash import BodyHash
from campaigns.channels.dkim import SIGNED, DkimKey, DkimSigner
from campaigns.channels.dkim_canonical import relaxed_header
from campaigns.channels.dkim_key import DkimKeyRefused, read_key, require_trusted
from campaigns.channels.mail_headers import text_header
from campaigns.channels.mail_message import (
    PREFERENCES,
    UNSUBSCRIBE,
    CompiledMail,
    MailContent,
    MailingList,
    RecipientLinks,
    Sender,
    compile_mail,
)
from campaigns.channels.quoted_printable import holed_body

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEYS = (
    DkimKey(domain="example.no", selector="mp2027", private=RSA),
    DkimKey(domain="example.no", selector="mp2027e", private=ed25519.Ed25519PrivateKey.generate()),
)
RECORDS = {f"{key.record_name}.".encode(): key.record.encode() for key in KEYS}
SENDER = Sender(address="nyhetsbrev@nytt.example.no", name="Tallposten – åpne tall", reply_to="post@example.no")
LIST = MailingList(
    id="nyhetsbrev.example.no",
    name="Åpne tall",
    help_url="https://example.no/hjelp",
    archive_url="https://example.no/arkiv",
)


def newsletter(*, body: str = "Hei  på   deg \n\n\n") -> CompiledMail:
    content = MailContent(
        subject="Nye tall om kliniske studier, og litt til som gjør emnet så langt at det må brettes over to linjer",
        text=f"{body}\nMeld deg av: {UNSUBSCRIBE}\n",
        html=f'<p>{body}</p><a href="{UNSUBSCRIBE}">Meld deg av</a><a href="{PREFERENCES}">Endre</a>',
        date=datetime(2027, 5, 20, 7, 0, tzinfo=UTC),
        seed="ab" * 32,
        feedback=("utsendelse-12", "nyhetsbrev", "newsletter"),
    )
    return compile_mail(content, SENDER, LIST, DkimSigner(KEYS))


def copy(mail: CompiledMail, number: int = 1, host: str = "abonnement.example.no") -> bytes:
    token = f"{random.Random(number).getrandbits(256):064x}"
    return mail.message(
        to=f"leser{number}@{host}",
        message_id=f"<{number:032x}.delivery@example.no>",
        links=RecipientLinks(
            unsubscribe_url=f"https://{host}/u/{token}",
            preferences_url=f"https://{host}/innstillinger/{token}",
            unsubscribe_mailto=f"mailto:u+{token}@bounce.example.no?subject=unsubscribe",
        ),
    )


def verified(raw: bytes, which: int = 0) -> bool:
    """What dkimpy says of the signature with that number, the first one first."""

    def record(name: bytes, timeout: int = 5) -> bytes | None:
        return RECORDS.get(name)

    try:
        return bool(dkim.DKIM(raw).verify(which, dnsfunc=record))
    except dkim.DKIMException:
        return False


def tag(raw: bytes, name: str, which: int = 0) -> str:
    head = re.sub(rb"\r\n(?=[ \t])", b"", raw.partition(b"\r\n\r\n")[0]).decode()
    signature = [line for line in head.split("\r\n") if line.startswith("DKIM-Signature:")][which]
    return re.sub(r"\s", "", re.search(rf"[ ;]{name}=([^;]*)", signature)[1])  # type: ignore[index]


def test_a_thousand_random_deliveries_are_signed_twice_and_verify() -> None:
    mail, dice = newsletter(), random.Random(60)
    raws = [copy(mail, dice.randrange(10**9), f"{'m' * dice.randrange(1, 50)}.example.no") for _ in range(1_000)]

    assert all(re.search(rb"\r\nList-Unsubscribe: <https://[^\r\n]+>,", raw) for raw in raws)
    assert {tag(raw, "h", which) for raw in raws for which in (0, 1)} == {tag(raws[0], "h")}
    assert all(verified(raw, 0) and verified(raw, 1) for raw in raws)
    assert tag(raws[0], "a", 0) == "rsa-sha256"
    assert tag(raws[0], "a", 1) == "ed25519-sha256"


def test_each_name_is_signed_once_more_than_the_mail_has_it() -> None:
    raw = copy(newsletter())

    present = {line.partition(b":")[0].decode().lower() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")}
    listed = tag(raw, "h").split(":")
    assert {name: listed.count(name) for name in SIGNED} == {name: 1 + (name in present) for name in SIGNED}
    assert not {"return-path", "received", "bcc"} & set(listed)
    assert {"list-unsubscribe", "list-unsubscribe-post", "feedback-id"} <= present


@pytest.mark.parametrize("which", [0, 1], ids=["rsa", "ed25519"])
@pytest.mark.parametrize("name", SIGNED)
def test_a_signed_header_that_is_changed_or_set_in_front_breaks_the_signature(name: str, which: int) -> None:
    raw = copy(newsletter())
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = re.split(rb"\r\n(?![ \t])", head)
    changed = [line + b"x" if line.lower().startswith(f"{name}:".encode()) else line for line in lines]

    assert verified(raw, which)
    assert not verified(name.title().encode() + b": noe annet\r\n" + raw, which)
    assert changed == lines or not verified(b"\r\n".join(changed) + b"\r\n\r\n" + body, which)


@pytest.mark.parametrize("which", [0, 1], ids=["rsa", "ed25519"])
def test_a_changed_body_breaks_it_and_what_hops_do_to_blanks_does_not(which: int) -> None:
    raw = copy(newsletter(body="to  blanke  og <b>mer</b>"))
    head, _, body = raw.partition(b"\r\n\r\n")
    refolded = head.replace(b"Reply-To: ", b"Reply-To:\r\n   ").replace(b"\r\nSubject", b" \r\nSubject")

    assert not verified(raw.replace(b"blanke", b"hvite "), which)
    assert not verified(raw + b"<p>p.s.</p>\r\n", which)
    assert verified(refolded + b"\r\n\r\n" + body.replace(b"to  blanke", b"to   blanke") + b"\r\n\r\n", which)


def test_the_signature_is_the_same_on_every_attempt_and_no_line_is_long() -> None:
    raw = copy(newsletter())

    assert raw == copy(newsletter())
    assert max(len(line) for line in raw.partition(b"Subject: ")[0].split(b"\r\n")) <= 78 + len("List-Unsubscribe")
    signatures = raw[: raw.index(b"\r\nTo: ")].split(b"\r\n")
    assert max(map(len, signatures)) <= 76
    assert b" l=" not in raw[:2_000]
    assert b" x=" not in raw[:2_000]


def test_account_mail_is_signed_too() -> None:
    content = MailContent(
        subject="Bekreft", text="Hei\n", html="<p>Hei</p>", date=datetime(2027, 5, 20, tzinfo=UTC), seed="cd" * 32,
        feedback=("bekreft", "konto", "account"),
    )  # fmt: skip
    raw = compile_mail(content, SENDER, sign=DkimSigner(KEYS)).message(
        to="kari@example.no", message_id="<1.delivery@example.no>"
    )

    assert verified(raw, 0)
    assert verified(raw, 1)
    assert not verified(b"List-Unsubscribe: <https://ond.example/u>\r\n" + raw, 0)


def test_it_signs_nothing_that_has_a_header_twice() -> None:
    with pytest.raises(ValueError, match="two headers subject"):
        DkimSigner(KEYS)([b"Subject: a", b"Subject: b"], b"\0" * 32)


@given(
    pieces=st.lists(st.text(alphabet="aæ =.\t\n\r<", max_size=60), min_size=1, max_size=4),
    own=st.text(alphabet="abc/?=.æ \t", max_size=90),
)
@settings(max_examples=300, deadline=None)
def test_the_hash_of_a_body_in_pieces_is_that_of_the_whole_body(pieces: list[str], own: str) -> None:
    body = holed_body("{{x}}".join(pieces), {"{{x}}": "x"}).within(b"--a\r\n", b"\r\n--a--\r\n")
    parts = body.parts({"x": own})

    whole = dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed").canonicalize_body(b"".join(parts))
    assert BodyHash(body).of(parts) == dkim.hashlib.sha256(whole).digest()


@given(value=st.text(alphabet="aæ \t=,<", min_size=1, max_size=300).filter(lambda text: bool(text.strip())))
@settings(max_examples=200, deadline=None)
def test_a_relaxed_header_is_what_the_verifier_makes_of_it(value: str) -> None:
    line = text_header("Subject", value.replace("\t", " "))

    policy = dkim.CanonicalizationPolicy.from_c_value(b"relaxed/relaxed")
    [(name, canonical)] = policy.canonicalize_headers([(b"Subject", line.partition(b":")[2] + b"\r\n")])
    assert relaxed_header(line) + b"\r\n" == name + b":" + canonical


def key_file(folder: Path, key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> Path:
    path = folder / "dkim.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    return path


def test_it_reads_a_key_and_says_what_stands_in_dns(tmp_path: Path) -> None:
    key = read_key(key_file(tmp_path, RSA), domain="example.no", selector="mp2027")

    assert key.record == RECORDS[b"mp2027._domainkey.example.no."].decode()
    assert key.record.startswith("v=DKIM1; k=rsa; p=MIIBIjAN")
    assert "PrivateKey" not in repr(key)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_it_refuses_a_key_that_others_can_read(tmp_path: Path, mode: int) -> None:
    path = key_file(tmp_path, RSA)
    path.chmod(mode)

    with pytest.raises(DkimKeyRefused, match="chmod 600"):
        read_key(path, domain="example.no", selector="mp2027")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024), "1024 bit"),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "RSA eller Ed25519"),
    ],
    ids=["short RSA", "another kind"],
)
def test_it_refuses_a_key_that_receivers_do_not_trust(
    tmp_path: Path, make: Callable[[], rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey], why: str
) -> None:
    with pytest.raises(DkimKeyRefused, match=why):
        read_key(key_file(tmp_path, make()), domain="example.no", selector="mp2027")


def test_it_says_what_is_wrong_with_a_file_that_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "dkim.pem"
    with pytest.raises(DkimKeyRefused, match="kan ikke leses"):
        read_key(path, domain="example.no", selector="mp2027")
    path.write_text("ikke en nøkkel")
    path.chmod(0o600)
    with pytest.raises(DkimKeyRefused, match="openssl genrsa"):
        read_key(path, domain="example.no", selector="mp2027")


def test_ed25519_never_signs_alone_and_two_keys_have_two_names() -> None:
    with pytest.raises(DkimKeyRefused, match="DKIM_SECOND_KEY_FILE"):
        require_trusted(KEYS[1:])
    with pytest.raises(DkimKeyRefused, match="samme selektor"):
        require_trusted((KEYS[0], KEYS[0]))
    assert require_trusted(KEYS) == KEYS
