"""kill -9 of the whole service while it polls, and a friendly stop while a source keeps it waiting.

The service is the real ``serve`` in a process of its own. What a killed poll leaves is looked at in the database:
either the whole vintage with its figures and its fetch, or nothing of it.
"""

import json
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.source import Fetch, FetchOutcome, Source, SourceKind
from service.database import Database
from tests.factories.own_process import SERVE, own_process
from tests.fakes.jsonstat_tables import table
from tests.fakes.loopback import Answer, LoopbackServer, Outcome, Request, Silence
from tests.faults.campaign import wait_until

TABLES = 12
PERIODS = 2_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'monitorposten.db'}")
    database.migrate()
    yield database
    database.close()


def follow(database: Database, url: str) -> None:
    """So many tables, each at an address of its own, all due."""
    with database.session_scope() as session:
        session.add(
            Source(
                id="bank", kind=SourceKind.JSONSTAT, url=url, attribution={"nb": "Banken"},
                options={"calls_per_minute": 6000},
            )
        )  # fmt: skip
        session.flush()
        for number in range(1, TABLES + 1):
            query = {"url": f"{url}/{number}"}
            session.add(Dataset(id=number, source_id="bank", query=query, query_sha256=str(number)))
            session.flush()
            session.add(Indicator(id=f"tall-{number}", dataset_id=number, title={"nb": "Tall"}))


def serving(folder: Path) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return own_process(folder, *SERVE, source_allowed_hosts="127.0.0.1")


def assert_whole(database: Database) -> int:
    """Every vintage has all its figures and the fetch it came by; how many there are."""
    with database.session_scope(read_only=True) as session:
        vintages = session.exec(select(Vintage)).all()
        figures = session.exec(
            select(ObservationVersion.dataset_id, sa.func.count()).group_by(ObservationVersion.dataset_id)  # type: ignore[arg-type]
        ).all()
        stored = session.exec(select(Fetch.dataset_id).where(Fetch.outcome == FetchOutcome.STORED)).all()
        assert dict(figures) == {vintage.dataset_id: PERIODS for vintage in vintages}
        assert sorted(filter(None, stored)) == sorted(vintage.dataset_id for vintage in vintages)
        assert session.connection().exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        return len(vintages)


@pytest.mark.faults
def test_a_service_killed_while_it_polls_leaves_whole_vintages_or_none(tmp_path: Path, database: Database) -> None:
    chance = random.Random(20270520)
    body = json.dumps(table({f"{1000 + at // 12}M{at % 12 + 1:02}": at for at in range(PERIODS)})).encode()
    with LoopbackServer(lambda _: Answer(status=200, body=body, headers={"Content-Type": "application/json"})) as bank:
        follow(database, bank.url)
        for _ in range(4):
            goal = len(bank.requests) + chance.randrange(1, 3)
            with serving(tmp_path) as service:
                wait_until(lambda goal=goal: len(bank.requests) >= goal)  # type: ignore[misc]
                time.sleep(chance.random() * 0.15)
                service.send_signal(signal.SIGKILL)
                service.wait()
            assert_whole(database)
            _let_the_dead_go(database)
        with serving(tmp_path):
            wait_until(lambda: assert_whole(database) == TABLES)


def test_a_service_told_to_stop_does_not_wait_for_a_source(tmp_path: Path, database: Database) -> None:
    """Had it waited, the time a source has for its answer would have run out, and the source been blamed for that."""
    asked = threading.Event()

    def silent(_request: Request) -> Outcome:
        asked.set()
        return Silence()

    with LoopbackServer(silent) as bank:
        follow(database, bank.url)
        with serving(tmp_path) as service:
            wait_until(asked.is_set)
            service.send_signal(signal.SIGTERM)
            assert service.wait() == 0
    with database.session_scope(read_only=True) as session:
        assert session.exec(select(Fetch)).all() == []  # nobody is blamed that we stopped


def _let_the_dead_go(database: Database) -> None:
    """What a killed process held is free after some minutes; here at once."""
    with database.session_scope() as session:
        session.connection().exec_driver_sql("UPDATE source_host SET holder = NULL, tokens = NULL")
        session.connection().exec_driver_sql("UPDATE timetable_turn SET next_at = '2020-01-01 00:00:00'")
        session.connection().exec_driver_sql(
            "UPDATE dataset SET next_poll_at = NULL WHERE id NOT IN (SELECT dataset_id FROM vintage)"
        )
