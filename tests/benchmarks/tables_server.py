"""A server in a process of its own that answers every question with one table, so that its work is not ours."""

import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_VALIDATOR = '"as it was"'


class TablesServer:
    """Runs the server below until left. With ``validators`` it sends an ETag and answers 304 to it."""

    def __init__(self, body: bytes, *, validators: bool) -> None:
        self._body = body
        self._validators = validators

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.tables_server", "304" if self._validators else "200"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(self._body)
        self._process.stdin.close()
        self.url = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def _serve(body: bytes, *, validators: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            same = validators and self.headers.get("If-None-Match") == _VALIDATOR
            self.send_response(304 if same else 200)
            if validators:
                self.send_header("ETag", _VALIDATOR)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "0" if same else str(len(body)))
            self.end_headers()
            if not same:
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    _serve(sys.stdin.buffer.read(), validators=sys.argv[1] == "304")
