"""Mails that are signed beside what sends them, through the whole service, when the process that signs is killed."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlmodel import select

from campaigns.channels.dkim import DkimKey
from campaigns.channels.signing_process import MANY, SignsBeside
from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.subscribers.subscriber import SubscriberStatus
from service.bootstrap import Service
from service.database import Database
from service.delivering import send_mails
from service.settings import Settings
from tests.factories.readers import planned_issue, reader

READERS = 2 * MANY + 10
KILLED_AFTER = MANY + 10


@pytest.fixture
def settings(sqlite_database: Database, tmp_path: Path) -> Settings:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    path = tmp_path / "dkim.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path.chmod(0o600)
    return Settings(
        data_dir=tmp_path,
        database_url=sqlite_database.url,
        dkim_domain="monitor.example.no",
        dkim_selector="test",
        dkim_key_file=path,
        _env_file=None,
    )


def verified(raw: bytes, key: DkimKey) -> bool:
    def record(name: bytes, timeout: int = 5) -> bytes | None:
        return key.record.encode() if name == f"{key.record_name}.".encode() else None

    return bool(dkim.DKIM(raw).verify(0, dnsfunc=record))


def test_every_mail_is_signed_and_sent_once_though_the_signing_process_is_killed(
    settings: Settings, clock: FixedClock
) -> None:
    service = Service(settings, clock)
    service.signing = SignsBeside(service.dkim_keys, tick=lambda: 0.0)  # everything within one second
    killed: list[int] = []
    accepted = 0

    def on_accepted() -> None:
        nonlocal accepted
        accepted += 1
        if accepted == KILLED_AFTER:
            killed.extend(service.signing.pids)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    with service.database.session_scope() as session:
        planned_issue(session, clock, service.press, READERS)
    sent = send_mails(service, on_accepted)

    assert len(killed) == 1
    assert sent == READERS
    box = service.sandbox_mail.mailbox
    mails = [found.raw for name in box.names() if (found := box.read(name))]
    assert len({found for raw in mails for found in raw.split(b"\r\n") if found.startswith(b"To: ")}) == len(mails)
    assert len(mails) == READERS
    assert all(verified(raw, service.dkim_keys[0]) for raw in mails)
    with service.database.session_scope(read_only=True) as session:
        assert set(session.exec(select(Delivery.state))) == {DeliveryState.ACCEPTED}
    service.close()


def test_confirmations_are_signed_while_several_connections_are_at_work(settings: Settings, clock: FixedClock) -> None:
    """A claim makes them, and holds what the other connections would ask for: it must not let them have a turn."""
    service = Service(settings, clock)
    service.signing = SignsBeside(service.dkim_keys, tick=lambda: 0.0)
    service.mail_lanes = tuple(replace(lane, connections=3) for lane in service.mail_lanes)
    with service.database.session_scope() as session:
        for number in range(2 * MANY):
            reader(session, clock, f"ny{number}", status=SubscriberStatus.PENDING, mail_due="confirm")
        planned_issue(session, clock, service.press, READERS)

    assert send_mails(service) == 2 * MANY + READERS
    service.close()
