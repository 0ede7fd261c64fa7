"""kill -9 in the middle of an issue, again and again: nobody gets it twice, and nobody is left out unlisted.

Each sender is a process of its own, the last one the real command; the mail server is another, and its log on disk is
what is counted by. The seed decides when to kill, so a failure can be run again.
"""

import json
import random
import signal
import subprocess
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import COMMAND, Campaign, campaign, environment, require_sound, wait_until
from tests.faults.forge import Forge
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

CONNECTIONS = 3


def test_a_killed_sender_never_sends_twice_and_loses_nobody(tmp_path: Path, clock: FixedClock, forge: Forge) -> None:
    _kill_and_count(tmp_path, clock, forge, recipients=300, kills=3, seed=20270520)


@pytest.mark.faults
@pytest.mark.timeout(7_200)
def test_two_hundred_kills_in_an_issue_for_twenty_thousand(tmp_path: Path, clock: FixedClock, forge: Forge) -> None:
    _kill_and_count(tmp_path, clock, forge, recipients=20_000, kills=200, seed=20270521)


def _kill_and_count(folder: Path, clock: FixedClock, forge: Forge, *, recipients: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    issue = campaign(folder, clock, recipients)

    with SmtpOracle(folder, Whims(lost=0.004, metered=True, seed=seed)) as oracle:
        for _ in range(kills):
            goal = oracle.has_taken() + chance.randrange(1, 2 * recipients // (kills + 1))
            oracle.permit(goal + recipients // (4 * kills))  # so that it is killed in the middle, however late
            _kill_after(issue, oracle, forge, min(goal, recipients))
        oracle.permit(2 * recipients)
        issue.finish(oracle)
        run = issue.evidence(oracle, connections=CONNECTIONS)
        verified = subprocess.run(
            [*COMMAND, "verify-deliveries", "--json"],
            env=environment(folder, oracle.port), cwd=folder, capture_output=True, check=True,
        )  # fmt: skip

    assert issue.faults > kills / 2
    require_sound(run, told=f"seed {seed}, {issue.faults} kills:")
    account = json.loads(verified.stdout)["issues"][0]
    uncertain = [row.id for row in run.rows if row.state == "unknown"]
    assert (account["planned"], account["unknown"]) == (recipients, uncertain)


def _kill_after(issue: Campaign, oracle: SmtpOracle, forge: Forge, goal: int) -> None:
    """SIGKILL when the server has taken so many; not by the clock, so that a slow machine tests the same."""
    sender = forge.send(issue.folder, oracle.port, connections=CONNECTIONS)
    wait_until(lambda: oracle.has_taken() >= goal or sender.gone())
    sender.kill()
    issue.faults += sender.wait() == -signal.SIGKILL
