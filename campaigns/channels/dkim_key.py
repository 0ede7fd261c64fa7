"""A DKIM key from its file. A key that others can read, or that receivers would not trust, is refused at once."""

import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from campaigns.channels.dkim import DkimKey
from campaigns.errors import InvalidInput

_LEAST_BITS = 2048


class DkimKeyRefused(InvalidInput):
    """A DKIM key that mail must not be signed with; the sentence says what to do."""


def read_key(path: Path, *, domain: str, selector: str) -> DkimKey:
    """The private key in a PEM file. Raises ``DkimKeyRefused``."""
    try:
        mode = path.stat().st_mode
        pem = path.read_bytes()
    except OSError as error:
        raise DkimKeyRefused(
            f"DKIM-nøkkelen {path} kan ikke leses: {error.strerror}.", field="dkim_key_file"
        ) from error
    if stat.S_IMODE(mode) & 0o077:
        raise _refused(f"{path} kan leses av andre. Kjør: chmod 600 {path}")
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _refused(
            f"{path} er ikke en privat nøkkel i PEM-format uten passord. Lag en med: openssl genrsa -out {path} 2048"
        ) from error
    if isinstance(private, RSAPrivateKey):
        if private.key_size < _LEAST_BITS:
            raise _refused(f"{path} er på {private.key_size} bit. Mottakere godtar den ikke; lag en på {_LEAST_BITS}.")
    elif not isinstance(private, Ed25519PrivateKey):
        raise _refused(f"{path} må være RSA eller Ed25519.")
    return DkimKey(domain=domain, selector=selector, private=private)


def require_trusted(keys: tuple[DkimKey, ...]) -> tuple[DkimKey, ...]:
    """The same keys; raises ``DkimKeyRefused`` unless one of them is understood by every receiver (E-60)."""
    if keys and not any(isinstance(key.private, RSAPrivateKey) for key in keys):
        raise DkimKeyRefused(
            "En signatur med Ed25519 alene forstår ikke alle mottakere. La DKIM_KEY_FILE være en RSA-nøkkel og sett "
            "Ed25519-nøkkelen i DKIM_SECOND_KEY_FILE.",
            field="dkim_key_file",
        )
    if len({key.record_name for key in keys}) != len(keys):
        raise DkimKeyRefused(
            "De to DKIM-nøklene har samme selektor. Gi dem hver sin, så begge kan stå i DNS.",
            field="dkim_second_selector",
        )
    return keys


def _refused(why: str) -> DkimKeyRefused:
    return DkimKeyRefused(f"DKIM-nøkkelen {why}", field="dkim_key_file")
