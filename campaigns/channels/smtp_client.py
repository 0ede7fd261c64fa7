"""smtplib with its gaps closed: whole replies only, a deadline per reply, the final dot on its own (E-31, T13).

smtplib takes a reply that the server broke off in the middle for a complete one, waits per received packet and
not per reply, and sends body and dot in one go. Here a reply counts when its last line ended, everything about
one reply fits in one deadline, and the dot leaves only when the caller says so.

Its socket never blocks, but for the handshake of TLS: whoever waits lets others have their turn (``taking_turns``).
"""

import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass

from campaigns.channels.mail_reply import ServerReply
from campaigns.channels.taking_turns import until_readable, until_writable

_REPLY_LINE = re.compile(rb"([1-5]\d\d)(?:([ -])([^\r\n]*))?\r?\n")
_MAX_REPLY = 64 * 1024


class ReplyBroken(OSError):
    """What came back is not a complete SMTP reply."""


@dataclass(frozen=True, kw_only=True)
class StageTimeouts:
    """Seconds to wait, at least what RFC 5321 §4.5.3.2 asks for."""

    connect: float = 30
    command: float = 300  # greeting, EHLO, AUTH, MAIL, RCPT
    data: float = 120
    body: float = 180
    dot: float = 600
    quit: float = 20


class StrictSmtp(smtplib.SMTP):
    """One connection. ``deadline`` bounds the next reply; commands are smtplib's own."""

    def __init__(self, local_hostname: str, timeouts: StageTimeouts) -> None:
        super().__init__(local_hostname=local_hostname, timeout=timeouts.connect)
        self._timeouts = timeouts
        self._held = b""
        self.wait = timeouts.command

    def open(self, host: str, port: int, tls: ssl.SSLContext | None) -> ServerReply:
        """Connect (with implicit TLS when a context is given) and read the greeting."""
        connection = socket.create_connection((host, port), self._timeouts.connect)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the dot must not wait for the body's ack
        self.sock = tls.wrap_socket(connection, server_hostname=host) if tls else connection
        self.sock.setblocking(False)
        self._host = host  # what STARTTLS checks the certificate against
        return self.reply()

    @property
    def has_reply(self) -> bool:
        """Whether some of the next reply is here."""
        return bool(self._held)

    def reply(self) -> ServerReply:
        """The next reply, complete."""
        code, text = self.getreply()
        return ServerReply.parse(code, text.decode(errors="replace"))

    def send(self, s: bytes | str) -> None:  # type: ignore[override]  # smtplib's own, which all its commands use
        """Say this."""
        self._transmit(s.encode(self.command_encoding) if isinstance(s, str) else s, self.wait)

    def command(self, line: str) -> ServerReply:
        """Send one command and read its reply."""
        self.send(f"{line}\r\n".encode())
        return self.reply()

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply within ``wait`` seconds. Raises ``ReplyBroken`` or ``TimeoutError``."""
        ends_at = time.monotonic() + self.wait
        lines: list[bytes] = []
        size = 0
        while True:
            line = self._line(ends_at)
            size += len(line)
            match = _REPLY_LINE.fullmatch(line)
            if not match or size > _MAX_REPLY:
                raise ReplyBroken(f"not an SMTP reply: {line[:80]!r}")
            lines.append((match[3] or b"").strip())
            if match[2] != b"-":
                return int(match[1]), b"\n".join(lines)

    def send_body(self, stuffed_message: bytes) -> None:
        """The message after DATA's 354, as ``stuffed`` makes it, without the final dot."""
        self._transmit(stuffed_message, self._timeouts.body)

    def send_dot(self, *, along: bytes = b"") -> ServerReply:
        """The final dot, and what is said in the same breath. From this call on the server may have the message."""
        self.wait = self._timeouts.dot
        self._transmit(b".\r\n" + along, self._timeouts.dot)
        return self.reply()

    def secure(self, context: ssl.SSLContext) -> None:
        """STARTTLS. Refuses text that was sent ahead in clear, which an attacker could have put there."""
        self._require_socket().settimeout(self._timeouts.connect)
        self.starttls(context=context)
        self._require_socket().setblocking(False)
        if self._held:
            raise ReplyBroken("the server sent text before TLS was up")

    def leave(self) -> None:
        """QUIT as far as it goes; a message's outcome never depends on it (E-31)."""
        try:
            if self.sock is not None:
                self.wait = self._timeouts.quit
                self.command("QUIT")
        except OSError:
            pass
        finally:
            self.close()

    def _line(self, ends_at: float) -> bytes:
        while b"\n" not in self._held:
            if len(self._held) > _MAX_REPLY:
                raise ReplyBroken("a reply line without end")
            received = self._receive(ends_at)
            if not received:
                cut = f" in the middle of {self._held[:80]!r}" if self._held else ""
                raise ReplyBroken(f"connection closed{cut}")
            self._held += received
        line, _, self._held = self._held.partition(b"\n")
        return line + b"\n"

    def _receive(self, ends_at: float) -> bytes:
        """What has come, nothing when the other side has ended. Raises ``TimeoutError``."""
        connection = self._require_socket()
        wait = until_readable
        while True:
            if not (isinstance(connection, ssl.SSLSocket) and connection.pending()):
                wait(connection, _left(ends_at))
            try:
                return connection.recv(4096)
            except (BlockingIOError, ssl.SSLWantReadError):
                wait = until_readable
            except ssl.SSLWantWriteError:
                wait = until_writable

    def _transmit(self, data: bytes, seconds: float) -> None:
        """Let all of it leave, within so many seconds. Raises ``TimeoutError``."""
        connection = self._require_socket()
        ends_at = time.monotonic() + seconds
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[connection.send(rest) :]
            except (BlockingIOError, ssl.SSLWantWriteError):
                until_writable(connection, _left(ends_at))
            except ssl.SSLWantReadError:
                until_readable(connection, _left(ends_at))

    def _require_socket(self) -> socket.socket:
        if self.sock is None:
            raise ReplyBroken("connection is closed")
        return self.sock


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError("timed out")
    return left


def stuffed(message: bytes) -> bytes:
    """The message with a dot put before each line that begins with one, and its last line ended (RFC 5321 §4.5.2)."""
    doubled = message.replace(b"\r\n.", b"\r\n..")
    doubled = b"." + doubled if doubled.startswith(b".") else doubled
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"
