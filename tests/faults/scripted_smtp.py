"""A mail server that misbehaves on order, for tests of the hand-over: one fault at one stage, on loopback.

``ScriptedSmtp({"rcpt": [b"450 4.7.1 try again\\r\\n"]})`` answers the first RCPT with that and everything else well.
A scripted answer is bytes to send; ``DROP`` closes the connection, ``STALL`` says nothing until the client leaves,
``DRIP`` says a byte now and then and never the whole of it. ``SIP`` reads the body that way.
``GOOD`` is what it says unasked.
"""

import select
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Final, NoReturn, Self

from campaigns.channels.smtp_client import StageTimeouts

DROP: Final = b"<drop>"
STALL: Final = b"<stall>"
DRIP: Final = b"<drip>"
SIP: Final = b"<sip>"
GOOD: Final = b"<good>"
_NOW_AND_THEN = 0.05  # seconds
_BOUNDED_BY: Final[Mapping[str, str]] = {"data": "data", "body": "body", "dot": "dot", "quit": "quit"}
_GOOD: Final[Mapping[str, bytes]] = {
    "greeting": b"220 relay.test ESMTP\r\n",
    "ehlo": b"250-relay.test\r\n250-SIZE 10000000\r\n250-AUTH PLAIN\r\n250-STARTTLS\r\n250 DSN\r\n",
    "starttls": b"220 go ahead\r\n",
    "auth": b"235 2.7.0 welcome\r\n",
    "mail": b"250 2.1.0 ok\r\n",
    "rcpt": b"250 2.1.5 ok\r\n",
    "data": b"354 go ahead\r\n",
    "dot": b"250 2.0.0 queued as 1\r\n",
    "rset": b"250 2.0.0 ok\r\n",
    "quit": b"221 2.0.0 bye\r\n",
}


PATIENCE: Final = (0.1, 1.0, 10.0)
"""Seconds for an answer that never comes: to be tried one after the other where answers that do come must come within
them too, for on a busy machine they may need longer."""


def impatient(stage: str, seconds: float = PATIENCE[0]) -> StageTimeouts:
    """As patient as in production, but not for the answer at this stage, which never comes.

    From the greeting to RCPT one deadline is for all, and a busy machine may miss it at an earlier one of them.
    """
    return replace(StageTimeouts(), **{_BOUNDED_BY.get(stage, "command"): seconds})


class _Gone(Exception):
    pass


@dataclass
class ScriptedSmtp:
    """Runs in a thread from ``with`` on. ``commands`` is what it was told; ``accepted`` what it said yes to."""

    script: Mapping[str, Sequence[bytes]] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    commands: list[str] = field(default_factory=list)
    accepted: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._left = {stage: list(answers) for stage, answers in self.script.items()}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._stopping = threading.Event()
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # wakes a thread that waits in recv
            connection.close()
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            try:
                self._talk(connection)
            except (OSError, _Gone):
                pass
            finally:
                self._open[-1].close()

    def _talk(self, connection: socket.socket) -> None:
        self._answer(connection, "greeting")
        lines = connection.makefile("rb")
        while line := lines.readline():
            command = line.decode(errors="replace").strip()
            self.commands.append(command)
            stage = command.split(" ")[0].split(":")[0].lower()
            stage = {"helo": "ehlo"}.get(stage, stage)
            self._answer(connection, stage)
            if stage == "starttls" and self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
                lines = connection.makefile("rb")
            elif stage == "data" and not self._refused:
                self._receive(connection, lines.readline)
            elif stage == "quit":
                return

    def _receive(self, connection: socket.socket, read_line: Callable[[], bytes]) -> None:
        if self._left.get("body"):
            first = read_line()
            self.commands.append(f"body: {first[:20]!r}")
            self._answer(connection, "body")
        body = b""
        while (line := read_line()) != b".\r\n":
            if not line:
                raise _Gone
            body += line
        self.commands.append(".")
        answers = self._left.get("dot")
        if not answers or answers[0].startswith((b"250", GOOD)):
            self.accepted.append(body)
        self._answer(connection, "dot")

    def _answer(self, connection: socket.socket, stage: str) -> None:
        answers = self._left.get(stage)
        scripted = answers.pop(0) if answers else None
        scripted = None if scripted == GOOD else scripted
        self._refused = scripted is not None
        if scripted == DROP:
            raise _Gone
        if scripted == STALL:
            self._wait_for_the_end(connection)
            raise _Gone
        if scripted in {DRIP, SIP}:
            self._dawdle(connection, drips=scripted == DRIP)
        connection.sendall(_GOOD.get(stage, b"500 5.5.1 what?\r\n") if scripted is None else scripted)
        if scripted is not None and not scripted.endswith(b"\n"):
            raise _Gone  # half a line, and then the end of the stream

    def _dawdle(self, connection: socket.socket, *, drips: bool) -> NoReturn:
        """One byte after the other, until the client has had enough."""
        if drips:
            connection.sendall(b"250-")
        while not self._stopping.wait(timeout=_NOW_AND_THEN):
            if drips:
                connection.sendall(b".")
            elif not connection.recv(1):
                break
        raise _Gone

    def _wait_for_the_end(self, connection: socket.socket) -> None:
        """Until the client closes, without reading what it sent."""
        closes = select.poll()
        closes.register(connection, select.POLLRDHUP)
        while not closes.poll(_NOW_AND_THEN * 1_000) and not self._stopping.is_set():
            pass
