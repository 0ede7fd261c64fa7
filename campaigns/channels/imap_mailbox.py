"""Mail in a mailbox on a server, read over IMAP (RFC 3501). It should be a mailbox of its own: what is read is removed.

The server is not trusted with our memory: sizes are asked before anything is fetched, and of a large message only
the beginning is. Nothing is kept open between two visits.
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from functools import partial
from typing import Any

from campaigns.channels.imap_address import ImapAddress
from campaigns.channels.mailbox import MAX_BYTES, Arrived, MailboxUnavailable
from campaigns.channels.oauth_token import AccessTokens

_SECONDS = 30
_AT_A_TIME = 200
_LARGEST_LITERAL = MAX_BYTES + 64_000
_UID = re.compile(rb"\bUID (\d{1,10})\b")


class _Bounded:
    """Refuses a literal that is larger than anything that was asked for, before it is read into memory."""

    def read(self, size: int) -> bytes:
        if size > _LARGEST_LITERAL:
            raise imaplib.IMAP4.abort(f"a literal of {size} bytes")
        content: bytes = super().read(size)  # type: ignore[misc]  # mixed into IMAP4, which has it
        return content


class _Plain(_Bounded, imaplib.IMAP4):
    """A connection that may be protected by STARTTLS."""


class _Protected(_Bounded, imaplib.IMAP4_SSL):
    """A connection that is protected from the start."""


class ImapMailbox:
    """Signs in when read, and out again: with a token where ``tokens`` are given, else with the password."""

    def __init__(
        self, address: ImapAddress, *, context: ssl.SSLContext | None = None, tokens: AccessTokens | None = None
    ) -> None:
        self._address = address
        self._context = context or ssl.create_default_context()
        self._tokens = tokens

    def messages(self) -> Iterator[Arrived]:
        """The first messages that lie there; the rest at the next visit. Removed ones are gone when the visit ends."""
        with self._signed_in() as server:
            with _told("åpne mappen"):
                count = _count(_ok(server.select(_quoted(self._address.folder)), "åpne mappen"))
            if not count:
                return
            for uid in self._uids(server, min(count, _AT_A_TIME)):
                raw = self._fetch(server, uid)
                if raw is not None:
                    yield Arrived(raw=raw, remove=partial(_mark, server, uid))
            with _told("rydde i mappen"):
                _ok(server.expunge(), "rydde i mappen")

    def _uids(self, server: imaplib.IMAP4, count: int) -> list[str]:
        with _told("lese mappen"):
            answer = _ok(server.fetch(f"1:{count}", "(UID FLAGS)"), "lese mappen")
        lines = [line for line in answer if isinstance(line, bytes) and rb"\Deleted" not in line]
        found = [match[1].decode() for line in lines if (match := _UID.search(line))]
        return list(dict.fromkeys(found))[:_AT_A_TIME]

    def _fetch(self, server: imaplib.IMAP4, uid: str) -> bytes | None:
        """The message as it lies there, not marked as read; None when somebody else removed it."""
        with _told("hente en melding"):
            answer = _ok(server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MAX_BYTES}>)"), "hente en melding")
        pieces = [piece[1] for piece in answer if isinstance(piece, tuple) and len(piece) == 2]
        return bytes(pieces[0])[:MAX_BYTES] if pieces else None

    @contextlib.contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        token = self._tokens.token() if self._tokens else ""  # before anybody waits for us
        with _told("logge inn"):
            server = self._connect()
        try:
            with _told("logge inn"):
                self._sign_in(server, token)
            yield server
        finally:
            _leave(server)

    def _sign_in(self, server: imaplib.IMAP4, token: str) -> None:
        name, password = self._address.username, self._address.password
        if self._tokens is not None:
            self._show(server, token)
        elif name.isascii() and password.isascii():
            server.login(name, password)
        else:  # LOGIN has no letters beyond ASCII
            server.authenticate("PLAIN", lambda _: f"\0{name}\0{password}".encode())

    def _show(self, server: imaplib.IMAP4, token: str) -> None:
        """Sign in with a token, in the way that the server offers."""
        offered = [way for way in ("XOAUTH2", "OAUTHBEARER") if f"AUTH={way}" in server.capabilities]
        if not offered:
            raise MailboxUnavailable("Postkassen tilbyr ikke innlogging med OAuth (XOAUTH2 eller OAUTHBEARER).")
        # A server that refuses says why first, and waits for a last word before it says no.
        words = iter((_shown(offered[0], self._address, token),))
        last = b"\x01" if offered[0] == "OAUTHBEARER" else b""
        try:
            server.authenticate(offered[0], lambda _: next(words, last))
        except imaplib.IMAP4.error:
            assert self._tokens is not None
            self._tokens.forget()
            raise

    def _connect(self) -> imaplib.IMAP4:
        where = self._address
        if where.implicit_tls:
            return _Protected(where.host, where.port, ssl_context=self._context, timeout=_SECONDS)
        server = _Plain(where.host, where.port, timeout=_SECONDS)
        if not where.plain:
            try:
                server.starttls(self._context)
            except BaseException:
                server.shutdown()
                raise
        return server


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """A network that fails, or a server that says no or nonsense, is one sentence; the password is not in it."""
    try:
        yield
    except imaplib.IMAP4.error as error:
        said = " ".join(str(error).split())[:200]
        raise MailboxUnavailable(f"Postkassen svarte nei på å {what}: {said}") from error
    except OSError as error:
        raise MailboxUnavailable(
            f"Fikk ikke kontakt med postkassen for å {what}: {error.strerror or error}."
        ) from error


def _shown(way: str, address: ImapAddress, token: str) -> bytes:
    """The token as XOAUTH2 (Google's and Microsoft's own) or OAUTHBEARER (RFC 7628) has it."""
    if way == "XOAUTH2":
        return f"user={address.username}\x01auth=Bearer {token}\x01\x01".encode()
    name = address.username.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={name},\x01host={address.host}\x01port={address.port}\x01auth=Bearer {token}\x01\x01".encode()


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (OSError, imaplib.IMAP4.error):  # gone already: only our end of it is left
        server.shutdown()


def _ok(answer: tuple[str, list[Any]], what: str) -> list[Any]:
    status, lines = answer
    if status != "OK":
        said = b" ".join(line for line in lines if isinstance(line, bytes)).decode("utf-8", "replace")[:200]
        raise MailboxUnavailable(f"Postkassen svarte nei på å {what}: {said or status}")
    return lines


def _count(lines: list[Any]) -> int:
    text = lines[0] if lines and isinstance(lines[0], bytes) else b"0"
    return int(text) if text.isdigit() else 0


def _mark(server: imaplib.IMAP4, uid: str) -> None:
    with _told("fjerne en melding"):
        _ok(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"), "fjerne en melding")


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
