"""A connection whose socket never blocks: what comes and leaves in pieces, with TLS and without, while others go on."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from campaigns.channels.smtp_client import StageTimeouts, StrictSmtp
from campaigns.channels.taking_turns import apart, together
from tests.factories.certificates import certificate_for_loopback, server_side

LONG = 60.0
GREETING = b"220 relay.test ESMTP\r\n"
ANSWER = b"250 2.0.0 taken\r\n"
SMALL = 64 * 1024
BIG = b"x" * 2_000_000  # more than two sockets hold between them that hold so little each


class Relay:
    """One connection of a server, which says byte for byte what it is told to."""

    def __init__(self, certificate: Path) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        self.port: int = self._listener.getsockname()[1]
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = server_side(certificate).wrap_bio(self._incoming, self._outgoing, server_side=True)

    def close(self) -> None:
        self.line.close()
        self._listener.close()

    def greet(self, *, tls: bool) -> None:
        self.line = self._listener.accept()[0]
        if tls:
            self._do(self._tls.do_handshake)
            self.line.sendall(self.records(GREETING))
        else:
            self.line.sendall(GREETING)

    def records(self, words: bytes) -> bytes:
        """As they go over the line."""
        self._tls.write(words)
        return self._outgoing.read()

    def hear(self, size: int, *, tls: bool) -> bytes:
        heard = bytearray()
        while len(heard) < size:
            heard += self._do(lambda: self._tls.read(65_536)) if tls else self.line.recv(65_536)
        return bytes(heard)

    def _do(self, step: Callable[[], bytes | None]) -> bytes:
        while True:
            try:
                return step() or b""
            except ssl.SSLWantReadError:
                self.line.sendall(self._outgoing.read())
                self._incoming.write(self.line.recv(65_536))
            finally:
                self.line.sendall(self._outgoing.read())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_for_loopback(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def relay(certificate: Path) -> Iterator[Relay]:
    with closing(Relay(certificate)) as relay:
        yield relay


@pytest.fixture
def client(relay: Relay, certificate: Path) -> Callable[[bool], StrictSmtp]:
    """One that has been greeted, with TLS from the beginning or without."""

    def greeted(tls: bool) -> StrictSmtp:
        context = ssl.create_default_context(cafile=str(certificate)) if tls else None
        made = StrictSmtp("localhost", StageTimeouts())
        server = threading.Thread(target=relay.greet, kwargs={"tls": tls})
        server.start()
        assert made.open("127.0.0.1", relay.port, context).code == 220
        server.join()
        assert made.sock is not None
        made.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
        return made

    return greeted


def test_an_answer_in_half_a_record_is_waited_for_while_others_go_on(
    relay: Relay, client: Callable[[bool], StrictSmtp]
) -> None:
    connection = client(True)
    record = relay.records(ANSWER)
    relay.line.sendall(record[:-5])
    told: list[str] = []

    def listen() -> None:
        told.append(str(connection.reply()))

    def go_on() -> None:
        told.append("the other")
        relay.line.sendall(record[-5:])

    together([listen, go_on])
    connection.close()

    assert told == ["the other", "250 2.0.0 taken"]


def test_half_a_record_and_no_more_is_no_answer_when_the_time_is_over(
    relay: Relay, client: Callable[[bool], StrictSmtp]
) -> None:
    connection = client(True)
    relay.line.sendall(relay.records(ANSWER)[:-5])
    connection.wait = 0.05

    def listen() -> None:
        with pytest.raises(TimeoutError):
            connection.reply()

    together([listen])
    listen()
    connection.close()


def test_answers_in_records_of_their_own_that_came_together_are_read_one_by_one(
    relay: Relay, client: Callable[[bool], StrictSmtp]
) -> None:
    connection = client(True)
    relay.line.sendall(
        relay.records(b"250-2.1.0 one\r\n") + relay.records(b"250 2.1.0 two\r\n354 th") + relay.records(b"ree\r\n")
    )

    assert together([lambda: [str(connection.reply()) for _ in range(2)]]) == [
        ["250 2.1.0 one\n2.1.0 two", "354 three"]
    ]
    connection.close()


@pytest.mark.parametrize("tls", [False, True])
def test_a_message_larger_than_what_the_line_holds_leaves_while_others_go_on(
    relay: Relay, client: Callable[[bool], StrictSmtp], tls: bool
) -> None:
    connection = client(tls)
    reading = threading.Event()
    told: list[str] = []

    def read() -> bytes:
        assert reading.wait(LONG)
        return relay.hear(len(BIG), tls=tls)

    def speak() -> bytes:
        connection.send_body(BIG)
        told.append("all has left")
        return b""

    def go_on() -> bytes:
        told.append("the other")
        reading.set()
        return b""

    heard, _, _ = together([lambda: apart(read), speak, go_on])
    connection.close()

    assert told == ["the other", "all has left"]
    assert heard == BIG
