"""Yesterday's copy put back after the mails went out: what waited in it has gone since, and does not go again."""

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from service.bootstrap import Service
from service.copies import back_up
from service.database import Database
from service.settings import Settings
from tests.factories.newsroom import SLOT, approver, author, scheduled_draft
from tests.factories.readers import readers
from tests.faults.campaign import COMMAND, campaign, environment
from tests.faults.forge import Forge
from tests.faults.invariants import audience_of, breaches, of_file, summary
from tests.faults.seams import ENDED, Action, Fault, Seam
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.test_kill_serve import NEWSLETTER_ONLY

READERS = 12


def _restore(folder: Path, oracle: SmtpOracle) -> str:
    return subprocess.run(
        [*COMMAND, "restore", str(folder / "kopi.zip")],
        env=environment(folder, oracle.port, demo_now=(SLOT + timedelta(minutes=30)).isoformat()),
        cwd=folder, capture_output=True, check=True, text=True,
    ).stdout  # fmt: skip


@pytest.mark.parametrize("lost", [False, True], ids=["the old database is there", "the old database is lost"])
def test_what_waited_in_the_copy_goes_to_nobody_twice(
    tmp_path: Path, clock: FixedClock, oracle: SmtpOracle, forge: Forge, *, lost: bool
) -> None:
    issue = campaign(tmp_path, clock, READERS)
    settings = Settings(data_dir=tmp_path, _env_file=None)
    fault = Fault(Seam.SOCKET, 40, Action.END)
    assert forge.send(tmp_path, oracle.port, fault=fault).wait() == ENDED
    back_up(settings, tmp_path / "kopi.zip")
    before = oracle.has_taken()
    assert forge.send(tmp_path, oracle.port).wait() == 0
    if lost:
        for file in tmp_path.glob("monitorposten.db*"):
            file.unlink()
    told = _restore(tmp_path, oracle)
    assert forge.send(tmp_path, oracle.port, minutes=60).wait() == 0
    run = replace(issue.evidence(oracle, connections=1), faults=1)

    print(f"copy made after {before} mails: {summary(run)}")  # noqa: T201 - what the run is for
    uncertain = sum(row.state == "unknown" for row in run.rows)
    assert 0 < before < oracle.has_taken()
    assert [breach for breach in breaches(run) if not (lost and breach.startswith("I4"))] == []
    assert f"{uncertain} er usikre" in told or not lost


def test_an_issue_that_went_out_after_the_copy_is_missed_and_not_sent_again(
    tmp_path: Path, clock: FixedClock, oracle: SmtpOracle, forge: Forge
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'monitorposten.db'}", synchronous="OFF")
    database.migrate()
    settings = Settings(data_dir=tmp_path, _env_file=None)
    service = Service(settings, clock)
    with database.session_scope() as session:
        readers(session, clock, READERS)
        scheduled_draft(session, clock, author(session), approver(session), variants=NEWSLETTER_ONLY)
    database.close()
    service.close()
    back_up(settings, tmp_path / "kopi.zip")
    query = of_file(tmp_path / "monitorposten.db")

    assert forge.send(tmp_path, oracle.port).wait() == 0
    assert len(audience_of(query)) == len(oracle.taken()) == READERS
    told = _restore(tmp_path, oracle)
    assert forge.send(tmp_path, oracle.port, minutes=60).wait() == 0
    assert len(oracle.taken()) == READERS

    ((status, note),) = query("SELECT status, note FROM draft")
    assert (status, "kan ha gått ut" in note) == ("missed", True)
    assert "1 tidspunkter er passert" in told
