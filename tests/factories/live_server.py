"""A real HTTP server on a free loopback port, for tests that drive a browser.

The port is taken first, so that the service can be told its own address before the application exists.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server


class _Quiet(WSGIRequestHandler):
    """Requests are not worth a line each in a test's output."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own name for it
        """Say nothing."""


@contextmanager
def serving(make_app: Callable[[str], Flask]) -> Iterator[str]:
    """Serve what ``make_app(url)`` makes, at that URL, until the block ends."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        host, port = listening.getsockname()
        url = f"http://{host}:{port}"
        server = make_server(host, port, make_app(url), threaded=True, request_handler=_Quiet, fd=listening.fileno())
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join(timeout=10)
            server.server_close()
