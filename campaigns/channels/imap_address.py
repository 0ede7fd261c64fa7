"""Where a mailbox on a server is (``imaps://user[:pass]@host[:port][/folder]``), and what opens it but a password."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from campaigns.errors import InvalidInput

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS = {"imaps": 993, "imap": 143}
MICROSOFT_365 = "https://outlook.office365.com/.default"
"""The scope of a token for a mailbox there."""


@dataclass(frozen=True, kw_only=True)
class ImapAddress:
    """A mailbox, and how to sign in. ``imaps`` is TLS from the start; ``imap`` is STARTTLS, plain only on loopback."""

    host: str
    port: int
    implicit_tls: bool
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"

    @property
    def plain(self) -> bool:
        """Whether nothing needs protecting on the way."""
        return not self.implicit_tls and self.host in _LOOPBACK

    @classmethod
    def parse(cls, url: str) -> "ImapAddress":
        """Raises ``InvalidInput`` with the form that was expected."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in _PORTS or not parts.hostname or not parts.username or parts.query:
            raise InvalidInput(
                "Postkassen skal skrives imaps://bruker:passord@tjener:port/mappe. Tegn som @ og : i passordet skrives"
                " %40 og %3A.",
                field="inbound_imap_url",
            )
        folder = unquote(parts.path.strip("/")) or "INBOX"
        if not folder.isascii() or not folder.isprintable():
            raise InvalidInput(
                "Navnet på mappen i postkassen kan bare ha bokstaver fra A til Z.", field="inbound_imap_url"
            )
        return cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            implicit_tls=parts.scheme == "imaps",
            username=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=folder,
        )


@dataclass(frozen=True, kw_only=True)
class ClientCredentials:
    """The app that reads the mailbox, and where it asks for tokens."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = MICROSOFT_365
