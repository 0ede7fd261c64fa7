"""Over TLS the connection goes to the checked address, and the certificate must be the name's."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer

from campaigns.sources.http import SourceClient
from campaigns.sources.refusal import SourceUnavailable

NAME = "stat.example"


def _certificate(folder: Path) -> Path:
    """A certificate for ``stat.example`` that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return _certificate(tmp_path)


@pytest.fixture
def server(pem: Path) -> Iterator[HTTPServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=context) as running:
        running.expect_request("/a").respond_with_data("ok")
        yield running


def _client(server: HTTPServer, host: str, *, ca_file: Path | None) -> SourceClient:
    return SourceClient(
        user_agent="test",
        allowed_hosts=(f"{host}:{server.port}",),
        ca_file=ca_file,
        resolver=lambda _host, _port: ["127.0.0.1"],
    )


def test_it_checks_the_certificate_of_the_name_at_the_checked_address(server: HTTPServer, pem: Path) -> None:
    response = _client(server, NAME, ca_file=pem).get(f"https://{NAME}:{server.port}/a")

    assert response.body == b"ok"
    assert server.log[0][0].headers["Host"] == f"{NAME}:{server.port}"


def test_another_name_at_the_same_address_is_refused(server: HTTPServer, pem: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"annen\.example"):
        _client(server, "annen.example", ca_file=pem).get(f"https://annen.example:{server.port}/a")


def test_a_certificate_nobody_vouches_for_is_refused(server: HTTPServer) -> None:
    with pytest.raises(SourceUnavailable):
        _client(server, NAME, ca_file=None).get(f"https://{NAME}:{server.port}/a")
