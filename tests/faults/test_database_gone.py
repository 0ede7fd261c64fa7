"""The database goes away in the middle of a send: a PostgreSQL that is stopped and started, a SQLite that is locked."""

import os
import random
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from campaigns.clock import FixedClock
from tests.factories.postgres_shelf import PostgresShelf, own_server
from tests.faults.campaign import Campaign, campaign, require_sound, wait_until
from tests.faults.forge import RAISED, Forge
from tests.faults.invariants import Evidence
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

SEED = 20270523
CONNECTIONS = 3
_WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = %s"
_END_THOSE_WHO_CAME_LATER = """
    SELECT pg_terminate_backend(them.pid, 60000) FROM pg_stat_activity them, pg_stat_activity us
     WHERE us.pid = pg_backend_pid() AND them.datname = us.datname AND them.backend_start > us.backend_start
       AND them.application_name <> 'greedy'
"""


@pytest.fixture
def lent(postgres_shelf: PostgresShelf) -> Iterator[str]:
    """The address of a database on the server that all tests share."""
    yield postgres_shelf.take()
    postgres_shelf.give_back()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A PostgreSQL of the test's own, that writes to the disk as in production."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    server = own_server(tmp_path / "postgres")
    yield server
    server.cleanup()


@pytest.mark.faults
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGINT], ids=["as in a crash", "in order"])
def test_a_database_server_that_is_stopped_and_started(
    tmp_path: Path, clock: FixedClock, forge: Forge, server: Any, how: signal.Signals
) -> None:
    """The mail server lets it go on a little while the other stops, and never to its end before that."""
    recipients, stops, chance = 1_000, 12, random.Random(SEED)
    address = _database_on(server)
    issue = campaign(tmp_path, clock, recipients, server=address)

    with SmtpOracle(tmp_path, Whims(metered=True)) as oracle:
        send = partial(forge.send, tmp_path, oracle.port, connections=CONNECTIONS, database_url=address)
        for turn in range(stops):
            goal = oracle.has_taken() + chance.randrange(recipients // (2 * stops))
            oracle.permit(goal)
            sender = send(minutes=1 + 60 * turn)  # what the one before could not put back is free again
            wait_until(lambda goal=goal: oracle.has_taken() > goal)  # type: ignore[misc]
            oracle.permit(goal + recipients // (4 * stops))
            _stop(server, how)
            oracle.permit(recipients)
            assert sender.wait() == RAISED
            issue.faults += 1
            server.ensure_postgres_running()
        assert send(minutes=1 + 60 * stops).wait() == 0
        run = issue.evidence(oracle, connections=CONNECTIONS)

    require_sound(run, told=f"seed {SEED}, PostgreSQL stopped by {how.name} {stops} times:")


def test_a_sender_whose_connections_are_ended_in_the_middle_of_a_transaction(
    tmp_path: Path, clock: FixedClock, forge: Forge, lent: str
) -> None:
    issue = campaign(tmp_path, clock, 40, server=lent)

    run, told = _end_connections(issue, forge, lent, partial(_under_way, lent), times=2)

    require_sound(run, told=told)


@pytest.mark.faults
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("stopped", ["in the middle of a transaction", "committed, and not told"])
def test_a_database_server_that_ends_our_connections(
    tmp_path: Path, clock: FixedClock, forge: Forge, server: Any, stopped: str
) -> None:
    """``pg_terminate_backend``, as an operator or a fail-over does it: the server stands, what was open is gone."""
    address = _database_on(server)
    issue = campaign(tmp_path, clock, 1_000, server=address)
    held = (
        partial(_not_told, server.get_uri()) if stopped == "committed, and not told" else partial(_under_way, address)
    )

    run, told = _end_connections(issue, forge, address, held, times=20)

    require_sound(run, told=told)


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


def _end_connections(
    issue: Campaign,
    forge: Forge,
    address: str,
    held: Callable[[], AbstractContextManager[str]],
    *,
    times: int,
) -> tuple[Evidence, str]:
    """End every connection of a sender, so many times, when one of its transactions is held where ``held`` holds it.

    The mail server answers no further dot until it is, so that there is something left to be written.
    """
    recipients, chance = len(issue.audience), random.Random(SEED)
    with (
        SmtpOracle(issue.folder, Whims(metered=True)) as oracle,
        psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as operator,
    ):
        send = partial(forge.send, issue.folder, oracle.port, connections=CONNECTIONS, database_url=address)
        sender, senders = send(), 1
        for turn in range(1, times + 1):
            goal = oracle.has_taken() + chance.randrange(recipients // (2 * times))
            oracle.permit(goal)
            wait_until(lambda goal=goal, sender=sender: oracle.has_taken() > goal or sender.gone())  # type: ignore[misc]
            if sender.gone():  # it can do without a connection that was ended, but not without end
                assert sender.wait() == RAISED
                sender, senders = send(minutes=60 * turn), senders + 1  # what was claimed is free again
                wait_until(lambda goal=goal: oracle.has_taken() > goal)  # type: ignore[misc]
            with held() as waits_for:
                oracle.permit(oracle.has_taken())
                wait_until(lambda waits_for=waits_for: operator.execute(_WAITING, [waits_for]).fetchall() != [])  # type: ignore[misc]
                operator.execute(_END_THOSE_WHO_CAME_LATER)
                issue.faults += 1
        oracle.permit(recipients)
        assert sender.wait() == RAISED
        assert send(minutes=60 * (times + 1)).wait() == 0
        run = issue.evidence(oracle, connections=CONNECTIONS)

    assert issue.faults == times
    return run, f"seed {SEED}, every PostgreSQL connection of {senders} senders ended {times} times, at {waits_for}:"


@contextmanager
def _under_way(address: str) -> Iterator[str]:
    """No transaction that writes to the ledger gets further than to its first row of it."""
    with psycopg.connect(address.replace("+psycopg", ""), application_name="greedy") as greedy:
        greedy.execute("LOCK TABLE delivery IN SHARE MODE")
        yield "relation"


@contextmanager
def _not_told(root: str) -> Iterator[str]:
    """Who commits durably is not told: the server waits for a stand-by that does not exist, and has committed."""
    with psycopg.connect(root, autocommit=True) as operator, closing(psycopg.connect(root)) as probe:
        operator.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        operator.execute("SELECT pg_reload_conf()")
        wait_until(lambda: _is_kept_waiting(probe, operator))
        try:
            yield "SyncRep"
        finally:
            operator.execute("ALTER SYSTEM RESET synchronous_standby_names")
            operator.execute("SELECT pg_reload_conf()")


def _is_kept_waiting(probe: psycopg.Connection[Any], operator: psycopg.Connection[Any]) -> bool:
    """Whether the server has begun to wait; asks it to commit once more when it has not."""
    server = probe.pgconn
    server.consume_input()
    if not server.is_busy():
        while server.get_result():
            pass
        server.send_query(b"SELECT pg_logical_emit_message(true, '', '')")
    found = operator.execute(
        "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event = 'SyncRep'", [server.backend_pid]
    )
    return found.fetchone() is not None


def _stop(server: Any, how: signal.Signals) -> None:
    pid = server.get_pid()
    os.kill(pid, how)
    wait_until(lambda: server.get_pid() is None or not Path(f"/proc/{pid}").exists())
