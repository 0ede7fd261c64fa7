"""Cuts a connection when its time is up, whatever the other end is doing.

A timeout counts from one byte to the next; a server that sends one now and then keeps it waiting for ever, in the
handshake, in the headers, or in a packed body that unpacks to nothing.
"""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from urllib3.connection import HTTPConnection


class Fuse:
    """One deadline for everything that happens on the connections it watches."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._blown = False
        self._timer = threading.Timer(max(seconds, 0.0), self.blow)
        self._timer.daemon = True

    @property
    def blown(self) -> bool:
        """Whether what was read may be half of it."""
        return self._blown

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def watch(self, connected: socket.socket) -> None:
        """Cut this one too. A second handle is kept, for TLS takes the first one over."""
        with self._lock:
            self._lines.append(connected.dup())
        if self._blown:
            self.blow()

    def blow(self) -> None:
        """Cut at once; whoever is reading is told that the other end has hung up."""
        with self._lock:
            self._blown = True
            for line in self._lines:
                with suppress(OSError):  # the other end was quicker
                    line.shutdown(socket.SHUT_RDWR)


def watched(kind: type[HTTPConnection], fuse: Fuse) -> type[HTTPConnection]:
    """The same sort of connection, cut by the fuse."""

    class Watched(kind):  # type: ignore[misc, valid-type]
        def _new_conn(self) -> socket.socket:
            connected: socket.socket = super()._new_conn()
            fuse.watch(connected)
            return connected

    return Watched
