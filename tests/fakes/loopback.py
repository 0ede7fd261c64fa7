"""A real HTTP server on the loopback interface, answering from Python: what the fakes of networks stand on."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from campaigns.channels.network import Network, NoAnswer, Reply


@dataclass(frozen=True, kw_only=True)
class Request:
    method: str
    target: str  # path and query exactly as they came
    headers: Message
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def raw_query(self) -> str:
        return urlsplit(self.target).query

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.raw_query).items()}

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, body: Any, **headers: str) -> "Answer":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"} | named)


class Silence:
    """The server has the request and never says a word."""


class Reset:
    """The server breaks the connection."""


Outcome = Answer | Silence | Reset
_AS_LONG_AS_IT_TAKES = 60.0  # seconds; the machine may be busy
_A_MOMENT = 0.1


class LoopbackServer:
    """Runs ``handle`` for every request, each in a thread of its own; ``requests`` holds all that came.

    ``silent`` is set when one of them is never going to be answered.
    """

    def __init__(self, handle: Callable[[Request], Outcome]) -> None:
        self.requests: list[Request] = []
        self.silent = threading.Event()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(handle))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self, handle: Callable[[Request], Outcome]) -> type[BaseHTTPRequestHandler]:
        requests, silent, closing = self.requests, self.silent, self._closing

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                self.close_connection = True
                if not self.raw_requestline or not self.parse_request():
                    return
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Request(method=self.command, target=self.path, headers=self.headers, body=body)
                requests.append(request)
                outcome = handle(request)
                if isinstance(outcome, Answer):
                    self._write(outcome)
                elif isinstance(outcome, Silence):
                    silent.set()
                    closing.wait()
                else:
                    linger = struct.pack("ii", 1, 0)  # closing sends RST
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    self.connection.close()

            def _write(self, answer: Answer) -> None:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
                self.wfile.flush()

            def finish(self) -> None:
                if self.connection.fileno() != -1:
                    super().finish()

            def log_message(self, *_: Any) -> None:
                return

        return Handler


class PatientNetwork(Network):
    """Waits for answers as long as they take, and only a moment for one that will not come."""

    def __init__(self, server: LoopbackServer, is_hopeless: Callable[[str, str], bool]) -> None:
        super().__init__()
        self._server, self._is_hopeless = server, is_hopeless

    def call(
        self, method: str, url: str, *, token: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        hopeless = self._is_hopeless(method, url)
        self._seconds = (_AS_LONG_AS_IT_TAKES, _A_MOMENT if hopeless else _AS_LONG_AS_IT_TAKES)
        try:
            return super().call(method, url, token=token, headers=headers, body=body)
        except NoAnswer:
            assert not hopeless or self._server.silent.wait(_AS_LONG_AS_IT_TAKES)  # what it did before is done
            raise
