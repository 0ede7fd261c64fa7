"""Mail handed over by the mail server on this machine (LMTP, RFC 2033), stored before it is answered for.

One recipient at a time, so that each gets its own answer and each message is known by the address it was sent to; mail
servers send the rest in another transaction. Nothing is relayed and nobody is answered by mail.
"""

import asyncio
import errno
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session

from campaigns.channels.mailbox import MAX_BYTES
from campaigns.errors import InvalidInput, Unavailable

Keep = Callable[[bytes, str], None]
"""(message, the address it was sent to): comes back when it is stored; ``Unavailable`` asks to have it again later."""

log = structlog.get_logger(__name__)
_MOST_CONNECTIONS = 20
_IDLE_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class LmtpAddress:
    """Where we listen: a port, or a socket in the file system."""

    host: str = ""
    port: int = 0
    path: Path | None = None

    @classmethod
    def parse(cls, text: str) -> "LmtpAddress":
        """From ``127.0.0.1:2424`` or ``unix:/run/monitorposten/lmtp``. Raises ``InvalidInput``."""
        kind, _, rest = text.strip().partition(":")
        if kind == "unix" and rest.startswith("/"):
            return cls(path=Path(rest))
        host, _, port = text.strip().rpartition(":")
        if not host or not port.isascii() or not port.isdecimal() or int(port) > 65_535:
            raise InvalidInput(
                "LMTP skal skrives 127.0.0.1:2424, eller unix:/run/monitorposten/lmtp.", field="inbound_lmtp"
            )
        return cls(host=host.strip("[]"), port=int(port))


class LmtpServer:
    """Runs in a thread of its own from ``start`` to ``close``."""

    def __init__(self, address: LmtpAddress, keep: Keep) -> None:
        self._address = address
        self._keep = keep
        self._thread: threading.Thread | None = None
        self._end: Callable[[], object] = lambda: None
        self.open: set[asyncio.BaseTransport] = set()

    def start(self) -> int:
        """Listen; the port, or 0 for a socket in the file system. Raises ``OSError`` when the place is taken."""
        listener = _listener(self._address)
        listening = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, listening)), name="lmtp", daemon=True
        )
        self._thread.start()
        listening.wait()
        return 0 if self._address.path else int(listener.getsockname()[1])

    def close(self) -> None:
        """Stop listening, and wait until what is being stored is stored."""
        if self._thread is not None:
            self._end()
            self._thread.join()
            self._thread = None
        if self._address.path is not None:
            self._address.path.unlink(missing_ok=True)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: LMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _server: LMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.original_content or b""
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._keep, content, envelope.rcpt_tos[0])
        except Unavailable as later:
            log.warning("lmtp.put_off", reason=str(later))
            return "452 4.3.1 not now"
        except Exception:  # the mail server keeps it, and hands it over again
            log.exception("lmtp.failed")
            return "451 4.3.0 could not be stored"
        return "250 2.0.0 kept"

    def _protocol(self) -> LMTP:
        return _Conversation(self)

    async def _serve(self, listener: socket.socket, listening: threading.Event) -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        self._end = lambda: loop.call_soon_threadsafe(stopped.set)
        if self._address.path is not None:
            server = await loop.create_unix_server(self._protocol, sock=listener)
        else:
            server = await loop.create_server(self._protocol, sock=listener)
        listening.set()
        await stopped.wait()
        loop.remove_reader(listener.fileno())
        for _ in range(5):  # who was let in a moment ago is known to us some turns later; a closed server loses them
            await asyncio.sleep(0)
        server.close()
        for transport in list(self.open):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
        while self.open:  # noqa: ASYNC110 - each ends in a turn of the loop of its own; there is nobody to signal it
            await asyncio.sleep(0)


class _Conversation(LMTP):
    """One connection. Lines may be as long as a message, because bounces quote what people wrote."""

    line_length_limit = MAX_BYTES

    def __init__(self, owner: LmtpServer) -> None:
        super().__init__(
            owner,
            hostname="monitorposten.localhost",
            ident="LMTP",
            enable_SMTPUTF8=True,
            data_size_limit=MAX_BYTES - 1,
            timeout=_IDLE_SECONDS,
        )
        self._owner = owner
        self._place: asyncio.BaseTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._place = transport
        self._owner.open.add(transport)
        if len(self._owner.open) > _MOST_CONNECTIONS and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 too many connections\r\n")
            transport.close()
            return
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if self.transport is not None:  # else it was turned away
            super().data_received(data)

    def connection_lost(self, error: Exception | None) -> None:
        if self._place is not None:
            self._owner.open.discard(self._place)
        if self.transport is not None:
            super().connection_lost(error)


def _listener(address: LmtpAddress) -> socket.socket:
    if address.path is None:
        family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
        return socket.create_server((address.host, address.port), family=family)
    if address.path.is_socket():
        with socket.socket(socket.AF_UNIX) as asking:
            if asking.connect_ex(str(address.path)) == 0:
                raise OSError(errno.EADDRINUSE, "another process listens there")
        address.path.unlink(missing_ok=True)  # left behind by a process that was killed
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o117)  # the mail server's group may write
    try:
        listener.bind(str(address.path))
    finally:
        os.umask(before)
    listener.listen()
    return listener
