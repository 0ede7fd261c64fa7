"""Where a mail relay is, and how the connection to it is protected."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from campaigns.errors import InvalidInput

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"none": 25, "starttls": 587, "implicit": 465}


class Tls(StrEnum):
    """How the connection is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@dataclass(frozen=True, kw_only=True)
class RelayAddress:
    """Where a relay is, and how to sign in to it."""

    host: str
    port: int
    tls: Tls = Tls.STARTTLS
    username: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> "RelayAddress":
        """From ``smtp://[user:pass@]host[:port][?tls=none|starttls|implicit]``."""
        parts = urlsplit(url.strip())
        query = parse_qs(parts.query)
        mode = query.pop("tls", [Tls.STARTTLS.value])[-1]
        if parts.scheme != "smtp" or not parts.hostname or mode not in set(Tls) or query or parts.path not in {"", "/"}:
            raise InvalidInput(
                "E-posttjeneren skal skrives smtp://bruker:passord@tjener:port?tls=none, starttls eller implicit.",
                field="smtp_url",
            )
        if parts.username and mode == Tls.NONE.value and parts.hostname not in _LOOPBACK:
            raise InvalidInput(
                "Passordet til e-posttjeneren ville gått ukryptert over nettet. Bruk tls=starttls eller tls=implicit.",
                field="smtp_url",
            )
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[mode],
            tls=Tls(mode),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )
