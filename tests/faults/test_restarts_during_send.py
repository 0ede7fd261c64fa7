"""SIGTERM, again and again, while an issue goes out: a restart that is asked for makes nothing uncertain.

The sender that is stopped is the real command; it finishes the mail it has, says so in the ledger, puts back what it
had claimed, and ends by itself.
"""

import random
import signal
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import Campaign, campaign, require_sound, wait_until
from tests.faults.forge import Forge
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

SEED = 20270527
CONNECTIONS = 3


def test_a_restart_in_the_middle_of_an_issue_makes_nothing_uncertain(
    tmp_path: Path, clock: FixedClock, forge: Forge
) -> None:
    _restart(tmp_path, clock, forge, recipients=400, restarts=1)


@pytest.mark.faults
@pytest.mark.timeout(3_600)
def test_fifty_restarts_in_an_issue_for_ten_thousand(tmp_path: Path, clock: FixedClock, forge: Forge) -> None:
    _restart(tmp_path, clock, forge, recipients=10_000, restarts=50)


def _restart(folder: Path, clock: FixedClock, forge: Forge, *, recipients: int, restarts: int) -> None:
    issue, chance = campaign(folder, clock, recipients), random.Random(SEED)
    stopped = 0
    with SmtpOracle(folder, Whims(metered=True)) as oracle:
        for _ in range(restarts):
            goal = oracle.has_taken() + chance.randrange(1, 2 * recipients // (restarts + 2))
            stopped += _stop_after(issue, oracle, goal, leeway=recipients // (4 * restarts))
        oracle.permit(2 * recipients)
        assert forge.send(folder, oracle.port, connections=CONNECTIONS).wait() == 0
        run = issue.evidence(oracle, connections=CONNECTIONS)

    require_sound(run, told=f"seed {SEED}, {stopped} of {restarts} senders told to stop:")
    assert stopped > 0
    assert {row.state for row in run.rows} == {"accepted"}


def _stop_after(issue: Campaign, oracle: SmtpOracle, goal: int, *, leeway: int) -> bool:
    """Whether it was told to stop while there was something left to send.

    The server answers for no more than a little beyond the goal before that, and not for everybody after it, so that
    it is told in time however busy the machine is.
    """
    oracle.permit(goal + leeway)
    sender = issue.deliver(oracle)
    wait_until(lambda: oracle.has_taken() >= goal or sender.poll() is not None)
    sender.send_signal(signal.SIGTERM)
    oracle.permit(goal + 2 * leeway)
    assert sender.wait(timeout=120) == 0, (issue.folder / "deliver.log").read_text()[-2_000:]
    held = issue.query("SELECT count(*) FROM delivery WHERE state = 'sending' OR claimed_by IS NOT NULL")
    assert held == [(0,)]
    return oracle.has_taken() < len(issue.audience)
