"""Mail handed over by the mail server: stored before it is answered for, and nothing that harms (E-74)."""

import smtplib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from campaigns.channels.lmtp_server import LmtpAddress, LmtpServer
from campaigns.errors import InvalidInput, Unavailable

FROM, TO = "", "b+token@bounce.example.no"


class Shelf:
    """Keeps what it is given, or refuses as it is told."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, str]] = []
        self.refuse: Exception | None = None

    def __call__(self, raw: bytes, recipient: str) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.kept.append((raw, recipient))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def port(shelf: Shelf) -> Iterator[int]:
    server = LmtpServer(LmtpAddress(host="127.0.0.1"), shelf)
    yield server.start()
    server.close()


@pytest.fixture
def connect(port: int) -> Iterator[Callable[[], smtplib.LMTP]]:
    opened: list[smtplib.LMTP] = []

    def connection() -> smtplib.LMTP:
        opened.append(smtplib.LMTP("127.0.0.1", port))
        return opened[-1]

    yield connection
    for one in opened:
        one.close()


def test_it_keeps_a_message_with_the_address_it_was_sent_to(connect: Callable[[], smtplib.LMTP], shelf: Shelf) -> None:
    refused = connect().sendmail(FROM, [TO], b"Subject: Undelivered\r\n\r\nhei\r\n")

    assert refused == {}
    assert shelf.kept == [(b"Subject: Undelivered\r\n\r\nhei\r\n", TO)]


def test_it_takes_one_recipient_and_puts_the_next_one_off(connect: Callable[[], smtplib.LMTP], shelf: Shelf) -> None:
    refused = connect().sendmail(FROM, [TO, "u+token@bounce.example.no"], b"hei")

    assert refused == {"u+token@bounce.example.no": (452, b"4.5.3 one recipient at a time")}
    assert [recipient for _, recipient in shelf.kept] == [TO]


@pytest.mark.parametrize(
    ("failure", "code"),
    [(Unavailable("Senere."), 452), (RuntimeError("the disk is gone"), 451)],
    ids=["full", "broken"],
)
def test_what_cannot_be_stored_stays_with_the_mail_server(
    connect: Callable[[], smtplib.LMTP], shelf: Shelf, failure: Exception, code: int
) -> None:
    shelf.refuse = failure

    with pytest.raises(smtplib.SMTPDataError) as refusal:
        connect().sendmail(FROM, [TO], b"hei")

    assert refusal.value.smtp_code == code


def test_it_refuses_more_than_a_megabyte(connect: Callable[[], smtplib.LMTP], shelf: Shelf) -> None:
    server = connect()
    server.ehlo_or_helo_if_needed()
    server.mail(FROM)
    server.rcpt(TO)

    code, _ = server.data(b"x" * 60 + b"\r\n" + (b"y" * 900 + b"\r\n") * 1_200)

    assert (code, shelf.kept) == (552, [])


def test_it_refuses_at_once_a_message_that_says_it_is_too_large(connect: Callable[[], smtplib.LMTP]) -> None:
    server = connect()
    server.ehlo_or_helo_if_needed()

    assert server.mail(FROM, ["SIZE=50000000"])[0] == 552


def test_it_takes_a_line_as_long_as_people_write(connect: Callable[[], smtplib.LMTP], shelf: Shelf) -> None:
    connect().sendmail(FROM, [TO], b"Subject: x\r\n\r\n" + b"z" * 300_000 + b"\r\n")

    assert len(shelf.kept) == 1


def test_a_connection_that_breaks_in_the_middle_keeps_nothing(port: int, shelf: Shelf) -> None:
    with socket.create_connection(("127.0.0.1", port)) as stranger:
        stranger.sendall(b"LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<b@x.no>\r\nDATA\r\nSubject: hal")

    assert shelf.kept == []


def test_it_speaks_with_so_many_and_no_more(port: int) -> None:
    guests = [socket.create_connection(("127.0.0.1", port)) for _ in range(21)]
    try:
        answers = [guest.recv(3) for guest in guests]
    finally:
        for guest in guests:
            guest.close()

    assert answers == [b"220"] * 20 + [b"421"]


def test_it_listens_on_a_socket_in_the_file_system(tmp_path: Path, shelf: Shelf) -> None:
    path = tmp_path / "lmtp"
    path.touch()
    path.unlink()
    left_behind = socket.socket(socket.AF_UNIX)
    left_behind.bind(str(path))
    left_behind.close()
    server = LmtpServer(LmtpAddress.parse(f"unix:{path}"), shelf)
    server.start()

    with smtplib.LMTP(str(path)) as connection:
        connection.sendmail(FROM, [TO], b"hei")
    server.close()

    assert len(shelf.kept) == 1
    assert not path.exists()


def test_the_place_is_written_in_two_ways() -> None:
    assert LmtpAddress.parse("127.0.0.1:2424") == LmtpAddress(host="127.0.0.1", port=2424)
    assert LmtpAddress.parse("[::1]:24").host == "::1"
    assert LmtpAddress.parse("unix:/run/x").path == Path("/run/x")


@pytest.mark.parametrize("text", ["2424", "localhost", "localhost:x", "127.0.0.1:70000", "unix:x", ":24"])
def test_any_other_place_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="LMTP"):
        LmtpAddress.parse(text)
