"""Yesterday's ledger put back without ``restore``: by ``pg_restore``, or a file copied by hand. The senders see it.

Nothing but the mark beside the database tells them. An issue is half sent when the copy is made; then more of it goes,
and then the copy takes the ledger's place.
"""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from campaigns.clock import FixedClock
from tests.factories.postgres_shelf import own_server
from tests.faults.campaign import Campaign, campaign, wait_until
from tests.faults.forge import Forge
from tests.faults.invariants import breaches, summary
from tests.faults.seams import ENDED, Action, Fault, Seam
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

READERS = 24
_BATCH = 6


def test_a_file_copied_back_by_hand_sends_nothing_twice(
    tmp_path: Path, clock: FixedClock, oracle: SmtpOracle, forge: Forge
) -> None:
    issue, copy = campaign(tmp_path, clock, READERS), tmp_path / "i går"
    fault = Fault(Seam.SOCKET, 24, Action.END)
    assert forge.send(tmp_path, oracle.port, batch=_BATCH, fault=fault).wait() == ENDED
    copy.mkdir()
    for file in tmp_path.glob("monitorposten.db*"):
        shutil.copy(file, copy)
    before = oracle.has_taken()
    assert forge.send(tmp_path, oracle.port, batch=_BATCH).wait() == 0

    for file in tmp_path.glob("monitorposten.db*"):
        file.unlink()
    for file in copy.iterdir():
        shutil.move(file, tmp_path)
    assert forge.send(tmp_path, oracle.port, minutes=60).wait() == 0

    _require_held(issue, oracle, before, uncertain_at_least=READERS - before - 1)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    server = own_server(tmp_path / "postgres")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE mail")
    yield server
    server.cleanup()


def _address(server: Any) -> str:
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg", database="mail")
    return url.render_as_string(hide_password=False)


@pytest.mark.faults
@pytest.mark.parametrize("batch", [_BATCH, READERS], ids=["more was claimed since", "the same was being sent"])
def test_a_dump_put_back_sends_nothing_twice(
    tmp_path: Path, clock: FixedClock, forge: Forge, server: Any, batch: int
) -> None:
    """The dump is made while a sender is in the middle of what it has claimed; then that one is killed."""
    address, dump = _address(server), tmp_path / "i går.dump"
    issue = campaign(tmp_path, clock, READERS, server=address)
    with SmtpOracle(tmp_path, Whims(metered=True)) as oracle:
        oracle.permit(READERS // 3)
        sender = forge.send(tmp_path, oracle.port, batch=batch, database_url=address)
        wait_until(lambda: oracle.has_taken() > READERS // 3)
        _run(server, "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={_plain(address)}")
        before = oracle.has_taken()
        oracle.permit(2 * READERS // 3)
        wait_until(lambda: oracle.has_taken() > 2 * READERS // 3)
        sender.kill()
        assert sender.wait() < 0
        oracle.permit(2 * READERS)

        _put_back(server, dump)
        assert forge.send(tmp_path, oracle.port, minutes=60, database_url=address).wait() == 0

        _require_held(issue, oracle, before, uncertain_at_least=READERS - before)


@pytest.mark.faults
def test_a_ledger_moved_to_another_server_between_two_sends_goes_on(
    tmp_path: Path, clock: FixedClock, forge: Forge, server: Any
) -> None:
    """Nothing was claimed when the dump was made, and nothing has been since: nothing is uncertain."""
    address, dump = _address(server), tmp_path / "flytting.dump"
    issue = campaign(tmp_path, clock, READERS, server=address)
    with SmtpOracle(tmp_path, Whims(grey=True)) as oracle:
        assert forge.send(tmp_path, oracle.port, database_url=address).wait() == 0
        _run(server, "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={_plain(address)}")
        _put_back(server, dump)
        for minutes in (30, 60):
            assert forge.send(tmp_path, oracle.port, minutes=minutes, database_url=address, rounds=9).wait() == 0
        run = issue.evidence(oracle, connections=1)

    assert breaches(run) == []
    assert {row.state for row in run.rows} == {"accepted"}


def _put_back(server: Any, dump: Path) -> None:
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("DROP DATABASE mail WITH (FORCE)")
        connection.execute("CREATE DATABASE mail")
    _run(server, "pg_restore", f"--dbname={_plain(_address(server))}", str(dump))


def _plain(address: str) -> str:
    return address.replace("+psycopg", "")


def _run(server: Any, program: str, *arguments: str) -> None:
    """The program that came with the server, so that the two are of one version."""
    subprocess.run([server.bin_path / program, *arguments], check=True, capture_output=True)


def _require_held(issue: Campaign, oracle: SmtpOracle, before: int, *, uncertain_at_least: int) -> None:
    """Nobody got two; who waited in the copy is uncertain, and an administrator reads why in the trail."""
    run = replace(issue.evidence(oracle, connections=1), faults=READERS)  # as many as waited may be uncertain
    print(f"copy made after {before} of {len(run.log) // 2} mails: {summary(run)}")  # noqa: T201 - what the run is for
    assert breaches(run) == []
    assert sum(row.state == "unknown" for row in run.rows) >= uncertain_at_least
    assert 0 < before < oracle.has_taken()
    assert issue.query("SELECT count(*) FROM audit_event WHERE action = 'copy.put_back'") == [(1,)]
