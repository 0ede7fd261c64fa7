"""The sandbox's own mail server: the same bytes, over real SMTP, on disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import MailRelay
from campaigns.channels.mail_reply import MailOutcome
from campaigns.channels.sandbox_mail import SandboxMailbox, SandboxMailServer
from campaigns.clock import FixedClock

MAIL = b"Subject: =?utf-8?q?=C3=B8?=\r\nTo: kari@example.no\r\n\r\n.prikk\r\nhei\r\n"


@pytest.fixture
def mailbox(tmp_path: Path, clock: FixedClock) -> SandboxMailbox:
    return SandboxMailbox(tmp_path / "mail", clock)


@pytest.fixture
def relay(mailbox: SandboxMailbox) -> Iterator[MailRelay]:
    server = SandboxMailServer(mailbox)
    relay = MailRelay(server.start())
    yield relay
    relay.close()
    server.close()


def send(relay: MailRelay, mail: bytes = MAIL) -> MailOutcome:
    envelope = Envelope(sender="b+x@bounce.example.no", recipient="kari@example.no", message=mail)
    return relay.hand_over(envelope, lambda _stage: None).outcome


def test_it_keeps_each_mail_byte_for_byte_the_latest_first(relay: MailRelay, mailbox: SandboxMailbox) -> None:
    send(relay)
    send(relay, MAIL.replace(b"hei", b"hallo"))

    kept = [mailbox.read(name) for name in mailbox.names()]
    assert [mail.raw for mail in kept if mail] == [MAIL.replace(b"hei", b"hallo"), MAIL]
    assert kept[1] is not None
    assert kept[1].message["Subject"] == "ø"


def test_a_full_disk_puts_the_mail_off(relay: MailRelay, mailbox: SandboxMailbox) -> None:
    mailbox.folder.parent.joinpath("mail").write_text("a file where the folder should be")

    assert send(relay) is MailOutcome.DEFERRED


@pytest.mark.parametrize("name", ["../../etc/passwd", "20270520T070000.000000-000001.txt", "nothing.eml", ""])
def test_it_reads_nothing_but_its_own_mails(mailbox: SandboxMailbox, name: str) -> None:
    assert mailbox.read(name) is None


def test_a_server_that_never_started_can_be_closed(mailbox: SandboxMailbox) -> None:
    SandboxMailServer(mailbox).close()

    assert mailbox.names() == ()
