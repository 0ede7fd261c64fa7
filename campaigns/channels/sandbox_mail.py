"""A mail server of our own on loopback, for the sandbox: what would have gone out lands as files.

The mails come here over real SMTP, through the same relay code as in production, so that what the sandbox shows is
what a recipient would have got, byte for byte.
"""

import asyncio
import os
import re
import socket
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from campaigns.channels.relay_address import RelayAddress, Tls
from campaigns.clock import Clock

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}-\d{6}\.eml")
_LARGEST = 10_000_000


@dataclass(frozen=True, kw_only=True)
class SandboxMail:
    """One mail that arrived."""

    name: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)


class SandboxMailbox:
    """The folder the mails land in, one file each, written whole or not at all."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self._clock = clock
        self._count = 0
        self._lock = threading.Lock()

    def keep(self, raw: bytes) -> str:
        """Store one mail; its name sorts by arrival."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._count += 1
            number = self._count
        name = f"{self._clock.now():%Y%m%dT%H%M%S.%f}-{number:06}.eml"
        partial = self.folder / f".{name}.{os.getpid()}"
        with partial.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self.folder / name)
        return name

    def names(self) -> Sequence[str]:
        """What is there, the latest first."""
        if not self.folder.is_dir():
            return ()
        return sorted((path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name)), reverse=True)

    def forget(self, addresses: Collection[str]) -> int:
        """Remove the mails to these addresses; how many. The folder is a sandbox's: small enough to look through."""
        wanted = {address.casefold() for address in addresses}
        gone = 0
        for name in self.names():
            mail = self.read(name)
            if mail is not None and _recipients(mail) & wanted:
                (self.folder / name).unlink(missing_ok=True)
                gone += 1
        return gone

    def read(self, name: str) -> SandboxMail | None:
        """One mail; None when there is none of that name."""
        if not _NAME.fullmatch(name) or not (self.folder / name).is_file():
            return None
        return SandboxMail(name=name, raw=(self.folder / name).read_bytes())


def _recipients(mail: SandboxMail) -> set[str]:
    return {address.addr_spec.casefold() for header in mail.message.get_all("To", []) for address in header.addresses}


class SandboxMailServer:
    """Runs in a thread of its own from ``start`` to ``close``; on a port the system picks."""

    def __init__(self, mailbox: SandboxMailbox) -> None:
        self.mailbox = mailbox
        self._thread: threading.Thread | None = None
        self._end: Callable[[], object] = _nothing

    def start(self) -> RelayAddress:
        """Listen; gives the address to send to. The loop lives in the server's own thread, so any thread may call."""
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        listening = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(listener, listening)), name="sandbox-mail", daemon=True
        )
        self._thread.start()
        listening.wait()
        return RelayAddress(host="127.0.0.1", port=port, tls=Tls.NONE)

    def close(self) -> None:
        """Stop listening and wait for the thread."""
        if self._thread is not None:
            self._end()
            self._thread.join()
            self._thread = None

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.original_content
        if content is None:
            return "451 4.3.0 nothing to keep"
        try:
            name = self.mailbox.keep(content)
        except OSError as error:  # a full disk: the mail stays in the queue
            return f"452 4.3.1 cannot store: {error.strerror}"
        return f"250 2.0.0 kept as {name}"

    def _protocol(self) -> SMTP:
        return SMTP(self, hostname="sandbox.localhost", enable_SMTPUTF8=True, data_size_limit=_LARGEST)

    async def _serve(self, listener: socket.socket, listening: threading.Event) -> None:
        """Take mail until ``close``; what is being said then is cut off, as by a stopped server."""
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        self._end = lambda: loop.call_soon_threadsafe(stopped.set)
        server = await loop.create_server(self._protocol, sock=listener)
        listening.set()
        await stopped.wait()
        server.close()


def _nothing() -> None:
    """What there is to end before anything has begun."""
