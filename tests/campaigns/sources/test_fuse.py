"""Answers that never end, each in its own way: every one is cut when its time is up, and when the service stops."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from campaigns.sources.http import SourceClient
from campaigns.sources.refusal import SourceUnavailable

_OK = b"HTTP/1.1 200 OK\r\n"
# What is sent at once, and what is sent again and again after it.
_DRIPS = {
    "a header without end": (_OK + b"X-Long: ", b"a"),
    "a promise to continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "a packed body of nothing": (
        _OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"a\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\r\n",
        b"5\r\n\x00\x00\x00\xff\xff\r\n",
    ),
    "a body of unknown length": (_OK + b"\r\n[", b"1,"),
}


@contextmanager
def _dripping(first: bytes, again: bytes) -> Iterator[tuple[str, threading.Event]]:
    """A server that answers one caller so; the event is set when it has begun."""
    begun, ended = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            with suppress(OSError):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(first)
                    while not ended.wait(0.02):
                        connection.sendall(again)
                        begun.set()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/", begun
        finally:
            ended.set()
            thread.join()


@pytest.mark.parametrize("drip", _DRIPS)
def test_what_never_ends_is_cut_when_its_time_is_up(drip: str) -> None:
    client = SourceClient(user_agent="test", allowed_hosts=("127.0.0.1",), total_seconds=0.3)

    with _dripping(*_DRIPS[drip]) as (url, _), pytest.raises(SourceUnavailable, match="sekunder på svaret"):
        client.get(url)


def test_a_handshake_that_never_ends_is_cut_too() -> None:
    client = SourceClient(user_agent="test", allowed_hosts=("127.0.0.1",), total_seconds=0.3)

    with _dripping(b"\x16\x03\x03\x40\x00", b"\x02") as (url, _), pytest.raises(SourceUnavailable):
        client.get(url.replace("http:", "https:"))


def test_a_service_that_stops_waits_for_no_answer_and_sends_nothing_more() -> None:
    client = SourceClient(user_agent="test", allowed_hosts=("127.0.0.1",))

    with _dripping(*_DRIPS["a header without end"]) as (url, begun):

        def stop() -> None:
            begun.wait(60)
            client.stop()

        stopper = threading.Thread(target=stop)
        stopper.start()
        with pytest.raises(SourceUnavailable):
            client.get(url)
        stopper.join()
        with pytest.raises(SourceUnavailable, match="i ferd med å stoppe"):
            client.get(url)
