"""Mail that lies in a folder or on a server: taken in first, removed after, and never more than a megabyte of each."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.channels.imap_address import ImapAddress
from campaigns.channels.imap_mailbox import ImapMailbox
from campaigns.channels.mail_folder import MailFolder
from campaigns.channels.mailbox import MAX_BYTES, Mailbox, MailboxUnavailable
from campaigns.errors import InvalidInput
from tests.fakes.fake_imap import FakeImap, imap_server


def _take_all(mailbox: Mailbox) -> list[bytes]:
    taken = []
    for message in mailbox.messages():
        taken.append(message.raw)
        message.remove()
    return taken


_NOBODY = 65534


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_it_takes_what_is_new_and_what_was_looked_at(maildir: Path) -> None:
    (maildir / "new" / "1700.a").write_bytes(b"en")
    (maildir / "cur" / "1600.b:2,S").write_bytes(b"to")
    (maildir / "tmp" / "1800.c").write_bytes(b"halv")

    taken = _take_all(MailFolder(maildir))

    assert sorted(taken) == [b"en", b"to"]
    assert sorted(path.name for path in maildir.rglob("*") if path.is_file()) == ["1800.c"]


def test_what_is_not_stored_stays_where_it_lies(maildir: Path) -> None:
    (maildir / "new" / "1700.a").write_bytes(b"en")

    assert [message.raw for message in MailFolder(maildir).messages()] == [b"en"]
    assert (maildir / "new" / "1700.a").exists()


def test_a_plain_folder_of_messages_will_do(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"en")
    (tmp_path / ".b.eml.partial").write_bytes(b"halv")

    assert _take_all(MailFolder(tmp_path)) == [b"en"]


def test_it_follows_no_link_and_opens_no_pipe(maildir: Path, tmp_path: Path) -> None:
    secret = tmp_path / "hemmelig"
    secret.write_text("ikke deres")
    (maildir / "new" / "lenke").symlink_to(secret)
    os.mkfifo(maildir / "new" / "rør")
    (maildir / "new" / "mappe").mkdir()

    assert _take_all(MailFolder(maildir)) == []


def test_it_reads_no_more_of_a_large_one_than_shows_that_it_is(maildir: Path) -> None:
    (maildir / "new" / "stor").write_bytes(b"x" * (MAX_BYTES + 500_000))

    assert [len(raw) for raw in _take_all(MailFolder(maildir))] == [MAX_BYTES]


@pytest.fixture
def somebody(maildir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The test is run by somebody who may not read everything, in their own folder."""
    monkeypatch.chdir(maildir)
    if os.geteuid() != 0:
        yield
        return
    for folder in (".", "new", "cur"):
        os.chown(folder, _NOBODY, -1)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.usefixtures("somebody")
def test_one_that_cannot_be_read_keeps_none_of_the_others_waiting() -> None:
    maildir = Path()
    for name in ("1", "2", "3", "4"):
        (maildir / "new" / name).write_bytes(name.encode())
    for name in ("1", "3"):
        (maildir / "new" / name).chmod(0)
    taken = []

    with pytest.raises(MailboxUnavailable, match=r"new/1 kan ikke leses: Permission denied. Det samme gjelder 1 til"):
        for message in MailFolder(maildir).messages():
            taken.append(message.raw)
            message.remove()

    assert taken == [b"2", b"4"]
    assert sorted(path.name for path in (maildir / "new").iterdir()) == ["1", "3"]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(MailboxUnavailable, match="finnes ikke"):
        _take_all(MailFolder(tmp_path / "borte"))


@pytest.fixture
def server() -> Iterator[FakeImap]:
    with imap_server(b"Subject: en\r\n\r\nhei", b"Subject: to\r\n\r\nhallo") as fake:
        yield fake


def _mailbox(server: FakeImap) -> ImapMailbox:
    return ImapMailbox(ImapAddress.parse(server.url))


def test_it_takes_in_and_removes_what_lies_on_the_server(server: FakeImap) -> None:
    taken = _take_all(_mailbox(server))

    assert taken == [b"Subject: en\r\n\r\nhei", b"Subject: to\r\n\r\nhallo"]
    assert server.messages == {}
    assert server.asked[-2:] == ["EXPUNGE", "LOGOUT"]


def test_what_is_not_stored_stays_on_the_server(server: FakeImap) -> None:
    first = True
    for message in _mailbox(server).messages():
        if first:
            message.remove()
        first = False

    assert server.messages == {12: b"Subject: to\r\n\r\nhallo"}


def test_a_password_may_have_any_letter(server: FakeImap) -> None:
    server.password = "blåbær: 🫐"

    assert len(_take_all(_mailbox(server))) == 2
    assert "AUTHENTICATE" in server.asked


def test_an_empty_mailbox_is_left_at_once() -> None:
    with imap_server() as server:
        assert _take_all(_mailbox(server)) == []
        assert server.asked[-2:] == ["SELECT", "LOGOUT"]


def test_what_is_marked_for_removal_already_is_not_taken_in_again(server: FakeImap) -> None:
    server.deleted.add(11)

    assert _take_all(_mailbox(server)) == [b"Subject: to\r\n\r\nhallo"]


def test_a_wrong_password_is_told_without_it(server: FakeImap) -> None:
    server.given = "hemmelig feil"

    with pytest.raises(MailboxUnavailable, match="logge inn") as refusal:
        _take_all(_mailbox(server))

    assert "hemmelig" not in str(refusal.value)


@pytest.mark.parametrize("when", ["LOGIN", "SELECT", "FETCH", "STORE", "EXPUNGE"])
def test_a_server_that_hangs_up_is_told_and_loses_nothing(server: FakeImap, when: str) -> None:
    server.drop_at = when

    with pytest.raises(MailboxUnavailable):
        _take_all(_mailbox(server))

    assert len(server.messages) == 2


def test_a_server_that_promises_gigabytes_is_not_believed(server: FakeImap) -> None:
    server.literal = 3_000_000_000

    with pytest.raises(MailboxUnavailable, match="literal"):
        _take_all(_mailbox(server))


def test_no_server_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(MailboxUnavailable, match="kontakt"):
        _take_all(ImapMailbox(ImapAddress.parse(f"imap://a:b@127.0.0.1:{port}")))


def test_an_address_says_everything() -> None:
    address = ImapAddress.parse("imaps://retur%40monitor.no:p%3Aq@post.example.no/Retur")

    assert (address.host, address.port, address.username, address.password, address.folder, address.plain) == (
        "post.example.no", 993, "retur@monitor.no", "p:q", "Retur", False,
    )  # fmt: skip
    assert "p:q" not in repr(address)


@pytest.mark.parametrize("url", ["", "imaps://post.example.no", "pop://a:b@c.no", "imaps://a:b@c.no:x", "imaps://[::1"])
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="imaps://"):
        ImapAddress.parse(url)


def test_a_folder_that_imap_cannot_name_is_refused() -> None:
    with pytest.raises(InvalidInput, match="A til Z"):
        ImapAddress.parse("imaps://a:b@c.no/R%C3%B8re")
