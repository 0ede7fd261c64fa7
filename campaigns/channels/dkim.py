"""DKIM signatures on outgoing mail, our own and fast (email contract E-60…E-62; RFC 6376, 8301, 8463).

A signature covers the body through its hash, which the caller makes, and the headers of ``SIGNED``, each listed once
more than the mail has it: so nobody can change one, nor put a second one in front, and keep the signature.
Nothing here draws a number or reads a clock: the same mail gets the same signature on every attempt (E-10).
"""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from campaigns.channels.dkim_canonical import relaxed_header

SIGNED = (
    "from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding", "list-id", "list-unsubscribe", "list-unsubscribe-post", "list-help",
    "list-archive", "feedback-id", "auto-submitted",
)  # fmt: skip
"""What is signed and oversigned (E-61). Return-Path, Received and Bcc never are."""

_LINE = 76
_RSA_SIGNING = (PKCS1v15(), Prehashed(SHA256()))


@dataclass(frozen=True, kw_only=True)
class DkimKey:
    """A private key and where its public half stands in DNS: ``selector._domainkey.domain``."""

    domain: str
    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    @property
    def algorithm(self) -> str:
        """As ``a=`` names it."""
        return "rsa-sha256" if isinstance(self.private, RSAPrivateKey) else "ed25519-sha256"

    @property
    def record_name(self) -> str:
        """Where verifiers look."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def record(self) -> str:
        """What must stand there, as one text."""
        if isinstance(self.private, RSAPrivateKey):
            public = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(public).decode()}"

    def sign(self, digest: bytes) -> bytes:
        """The signature over a SHA-256."""
        if isinstance(self.private, RSAPrivateKey):
            return rsa_signature(self.private, digest)
        return self.private.sign(digest)  # RFC 8463: Ed25519 over the hash, not over the text


def rsa_signature(private: RSAPrivateKey, digest: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 over a SHA-256."""
    return private.sign(digest, *_RSA_SIGNING)


class DkimSigner:
    """Signs with every key it is given: RSA, and perhaps a second one beside it.

    ``sign`` is who puts a key's name under a hash (``signing_process.SignsBeside`` has others do it).
    """

    def __init__(self, keys: Sequence[DkimKey], sign: Callable[[DkimKey, bytes], bytes] = DkimKey.sign) -> None:
        self.keys = tuple(keys)
        self._sign = sign
        self._openings: dict[tuple[str, ...], tuple[_Opening, ...]] = {}

    def __call__(self, head: Sequence[bytes], body_sha256: bytes) -> Sequence[bytes]:
        """The DKIM-Signature headers of a mail with this head, to stand in front of it.

        ``body_sha256`` is over the relaxed body. A header that occurs twice is refused: which one was signed would
        be up to the reader.
        """
        canonical = _canonical(head)
        names = tuple(name for name in SIGNED if name in canonical)
        covered = hashlib.sha256(b"".join([canonical[name] for name in names]))
        bh = base64.b64encode(body_sha256)
        signatures = []
        for key, opening in zip(self.keys, self._opening(names), strict=True):
            digest = covered.copy()
            digest.update(opening.relaxed + bh + b"; b=")
            signature = _folded(base64.b64encode(self._sign(key, digest.digest())))
            signatures.append(opening.wire + bh + b";\r\n b=" + signature)
        return signatures

    def _opening(self, names: tuple[str, ...]) -> tuple["_Opening", ...]:
        """Each key's header up to the body hash; the same for every mail that has the same headers."""
        if names not in self._openings:
            self._openings[names] = tuple(_opening(key, names) for key in self.keys)
        return self._openings[names]


class _Opening(NamedTuple):
    """A DKIM-Signature header up to the body hash, as it leaves and as it is signed."""

    wire: bytes
    relaxed: bytes


def _canonical(head: Sequence[bytes]) -> Mapping[str, bytes]:
    canonical: dict[str, bytes] = {}
    for line in head:
        name, relaxed = _named(line)
        if name in canonical:
            raise ValueError(f"two headers {name}")
        canonical[name] = relaxed
    return canonical


@lru_cache(maxsize=256)  # a newsletter's headers are mostly the same for every reader
def _named(line: bytes) -> tuple[str, bytes]:
    """A header's name, and the whole of it as it is signed."""
    relaxed = relaxed_header(line)
    return relaxed.partition(b":")[0].decode(), relaxed + b"\r\n"


def _opening(key: DkimKey, names: Sequence[str]) -> _Opening:
    listed = [name for header in SIGNED for name in [header] * (2 if header in names else 1)]
    lines = [
        f"DKIM-Signature: v=1; a={key.algorithm}; c=relaxed/relaxed; d={key.domain};",
        f" s={key.selector}; h=",
    ]
    for position, name in enumerate(listed):
        item = name + (":" if position < len(listed) - 1 else ";")
        if len(lines[-1]) + len(item) > _LINE:
            lines.append(" ")
        lines[-1] += item
    wire = ("\r\n".join(lines) + "\r\n bh=").encode()
    return _Opening(wire, relaxed_header(wire))


def _folded(text: bytes) -> bytes:
    first = _LINE - len(" b=")
    lines = [text[:first], *(text[at : at + _LINE - 1] for at in range(first, len(text), _LINE - 1))]
    return b"\r\n ".join(lines)
