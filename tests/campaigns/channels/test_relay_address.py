"""Where the relay is, as a setting says it, and whom we trust to be it."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import MailRelay
from campaigns.channels.mail_reply import MailOutcome, MailReply
from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.errors import InvalidInput
from tests.faults.scripted_smtp import ScriptedSmtp


def test_it_reads_host_port_user_and_protection() -> None:
    address = RelayAddress.parse("smtp://post%40x:p%2Fw@relay.example.no:2525?tls=implicit")

    assert (address.host, address.port, address.tls) == ("relay.example.no", 2525, Tls.IMPLICIT)
    assert (address.username, address.password) == ("post@x", "p/w")
    assert "p/w" not in repr(address)


@pytest.mark.parametrize(
    ("url", "port"), [("smtp://r.no", 587), ("smtp://r.no?tls=implicit", 465), ("smtp://r.no?tls=none", 25)]
)
def test_it_knows_the_usual_port_of_each_protection(url: str, port: int) -> None:
    assert RelayAddress.parse(url).port == port


@pytest.mark.parametrize(
    "url",
    ["relay.example.no", "http://relay.example.no", "smtp://", "smtp://r.no?tls=maybe", "smtp://r.no?x=1",
     "smtp://user:pass@relay.example.no?tls=none"],
)  # fmt: skip
def test_it_refuses_what_it_cannot_use_safely(url: str) -> None:
    with pytest.raises(InvalidInput):
        RelayAddress.parse(url)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay.test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def _send(certificate: Path, context: ssl.SSLContext | None, *, tls: Tls, **script: list[bytes]) -> MailReply:
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate)
    with ScriptedSmtp(script, tls=server_context) as server:
        address = RelayAddress(host="127.0.0.1", port=server.port, tls=tls)
        relay = MailRelay(address, tls_context=context)
        reply = relay.hand_over(Envelope(sender="a@b.no", recipient="c@d.no", message=b"x: y\r\n\r\n"), lambda _: None)
        relay.close()
    return reply


def test_it_sends_over_starttls_to_a_relay_it_trusts(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))

    assert _send(certificate, trusting, tls=Tls.STARTTLS).outcome is MailOutcome.ACCEPTED


def test_a_certificate_nobody_vouches_for_stops_the_lane(certificate: Path) -> None:
    reply = _send(certificate, None, tls=Tls.STARTTLS)

    assert (reply.outcome, reply.category) == (MailOutcome.LANE_FAULT, "config")
    assert "certificate" in reply.text


def test_a_relay_without_the_asked_for_protection_stops_the_lane(certificate: Path) -> None:
    assert _send(certificate, None, tls=Tls.STARTTLS, ehlo=[b"250 relay.test\r\n"]).outcome is MailOutcome.LANE_FAULT


def test_it_refuses_text_sent_ahead_of_tls(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    reply = _send(certificate, trusting, tls=Tls.STARTTLS, starttls=[b"220 go ahead\r\n250 evil\r\n"])

    assert reply.outcome is MailOutcome.DEFERRED
