"""kill -9 of the whole service during an issue, and two services on one database: at most one copy each.

The service is the real ``serve`` in a process of its own, the slot comes by its own timetable, and the mail server's
log on disk is what is counted by.
"""

import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.editorial.draft import ChannelName
from campaigns.newsletter.issue import Issue
from campaigns.subscribers.subscriber import Subscriber
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from service.timetable.timetable import SENDING
from service.timetable.turn import Turn
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.own_process import SERVE, own_process
from tests.factories.readers import readers
from tests.faults.campaign import wait_until
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

RECIPIENTS = 300
METERED = Whims(metered=True)  # so that a service is never done before it is told to stop, however late that comes
MORE = 25
NEWSLETTER_ONLY = {ChannelName.NEWSLETTER: {"subject": "Dagen for kliniske studier", "canvas": "email"}}


@pytest.fixture
def newsroom(tmp_path: Path, clock: FixedClock) -> Iterator[Database]:
    """A database with five hundred readers and an approved newsletter whose slot has just come."""
    database = Database(f"sqlite:///{tmp_path / 'monitorposten.db'}")
    database.migrate()
    service = Service(Settings(data_dir=tmp_path, _env_file=None), clock)
    with database.session_scope() as session:
        readers(session, clock, RECIPIENTS)
        scheduled_draft(session, clock, author(session), approver(session), variants=NEWSLETTER_ONLY)
    yield database
    service.close()
    database.close()


def serving(
    folder: Path, port: int, arguments: Sequence[str] = SERVE
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    """The service, or what is named, on its own clock just after the slot."""
    return own_process(
        folder,
        *arguments,
        smtp_url=f"smtp://127.0.0.1:{port}?tls=none",
        mail_rate="400",
        mail_connections="3",
        demo_now=(SLOT + timedelta(seconds=10)).isoformat(),
    )


def unfinished(database: Database) -> int:
    with database.session_scope(read_only=True) as session:
        if not session.exec(select(Issue)).all():
            return RECIPIENTS
        states = Counter(session.exec(select(Delivery.state)))
    waiting = {DeliveryState.PLANNED, DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.DEFERRED}
    return sum(number for state, number in states.items() if state in waiting)


def assert_nobody_twice_and_nobody_lost(database: Database, oracle: SmtpOracle, *, uncertain_at_most: int) -> None:
    copies = Counter(recipient for recipient, _ in oracle.taken())
    with database.session_scope(read_only=True) as session:
        rows = session.exec(select(Delivery.state, Subscriber.normalized).join(Subscriber)).all()
    unknown = {address for state, address in rows if state is DeliveryState.UNKNOWN}
    assert len(rows) == RECIPIENTS
    assert max(copies.values()) == 1
    assert {address for _, address in rows} - copies.keys() <= unknown
    assert len(unknown) <= uncertain_at_most


def test_a_service_killed_while_it_sends_comes_back_and_finishes(tmp_path: Path, newsroom: Database) -> None:
    chance = random.Random(20270520)

    with SmtpOracle(tmp_path, METERED) as oracle:
        for _ in range(2):
            goal = oracle.has_taken() + chance.randrange(40, 160)
            oracle.permit(goal + MORE)
            with serving(tmp_path, oracle.port) as service:
                wait_until(partial(_has_taken, oracle, goal))
                service.send_signal(signal.SIGKILL)
                service.wait()
        oracle.permit(2 * RECIPIENTS)
        with serving(tmp_path, oracle.port):
            wait_until(lambda: unfinished(newsroom) == 0)
        assert_nobody_twice_and_nobody_lost(newsroom, oracle, uncertain_at_most=2 * 3)


@pytest.mark.faults
def test_workers_send_and_do_nothing_else(tmp_path: Path, newsroom: Database) -> None:
    with SmtpOracle(tmp_path) as oracle:
        with serving(tmp_path, oracle.port, ["worker"]) as one, serving(tmp_path, oracle.port, ["worker"]) as other:
            wait_until(lambda: unfinished(newsroom) == 0)
            for worker in (one, other):
                worker.send_signal(signal.SIGTERM)
            assert (one.wait(60), other.wait(60)) == (0, 0)
        assert_nobody_twice_and_nobody_lost(newsroom, oracle, uncertain_at_most=0)
    with newsroom.session_scope(read_only=True) as session:
        assert set(session.exec(select(Turn.name))) == {row.name for row in SENDING}


def test_two_services_on_one_database_send_nothing_twice(tmp_path: Path, newsroom: Database) -> None:
    with SmtpOracle(tmp_path) as oracle:
        with serving(tmp_path, oracle.port), serving(tmp_path, oracle.port):
            wait_until(lambda: unfinished(newsroom) == 0)
        assert len(oracle.taken()) == RECIPIENTS
        assert_nobody_twice_and_nobody_lost(newsroom, oracle, uncertain_at_most=0)


def test_a_service_that_is_told_to_stop_finishes_the_mail_it_has_and_leaves_the_rest(
    tmp_path: Path, newsroom: Database
) -> None:
    with SmtpOracle(tmp_path, METERED) as oracle, serving(tmp_path, oracle.port) as service:
        oracle.permit(40 + MORE)
        wait_until(partial(_has_taken, oracle, 40))
        service.send_signal(signal.SIGTERM)
        oracle.permit(RECIPIENTS - MORE)
        assert service.wait(timeout=60) == 0
        copies = Counter(recipient for recipient, _ in oracle.taken())
        with newsroom.session_scope(read_only=True) as session:
            states = Counter(session.exec(select(Delivery.state)))
        assert max(copies.values()) == 1
        assert states[DeliveryState.ACCEPTED] == len(copies)
        assert states[DeliveryState.QUEUED] == RECIPIENTS - len(copies) > 0


def _has_taken(oracle: SmtpOracle, goal: int) -> bool:
    return oracle.has_taken() >= goal
