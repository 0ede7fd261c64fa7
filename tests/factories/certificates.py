"""Certificates that are signed by themselves alone, so that TLS can be spoken over loopback."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate_for_loopback(folder: Path) -> Path:
    """A certificate for 127.0.0.1, signed by itself, with its key."""
    return _signed_by_itself(folder, "relay.test", x509.IPAddress(ipaddress.ip_address("127.0.0.1")))


def certificate_that_vouches(folder: Path, name: str) -> Path:
    """A certificate for this name that may be trusted as an authority, with its key."""
    authority = x509.BasicConstraints(ca=True, path_length=None)
    return _signed_by_itself(folder, name, x509.DNSName(name), authority)


def server_side(certificate: Path) -> ssl.SSLContext:
    """What a server with this certificate speaks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _signed_by_itself(
    folder: Path, common_name: str, place: x509.GeneralName, authority: x509.BasicConstraints | None = None
) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([place]), critical=False)
    )
    if authority is not None:
        builder = builder.add_extension(authority, critical=True)
    signed = builder.sign(key, hashes.SHA256())
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path
