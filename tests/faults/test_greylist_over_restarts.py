"""Greylisting on a clock that is told: refused with 450 for a quarter of an hour, and let in after that.

Every sender is a new process, as after a restart, and none knows more than the ledger tells. A greylist lets in the
pair of sender and recipient that it has seen: a mail that came back under another return path would never get in.
"""

from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import campaign, require_sound
from tests.faults.forge import Forge
from tests.faults.oracle_log import Happened
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

SEED = 20270526
GREY = 15.0  # minutes
RESTARTS = (1.0, 3.0, 7.0, 13.0, 22.0, 40.0, 75.0)  # minutes after the slot


def test_a_greylist_lets_everybody_in_when_its_time_is_up(tmp_path: Path, clock: FixedClock, forge: Forge) -> None:
    _wait_it_out(tmp_path, clock, forge, readers=15, restarts=RESTARTS)


@pytest.mark.faults
@pytest.mark.timeout(3_600)
def test_a_greylist_lets_three_thousand_in(tmp_path: Path, clock: FixedClock, forge: Forge) -> None:
    """Twenty in a row that are put off stop the lane; after that it is tried with one mail in five minutes."""
    _wait_it_out(tmp_path, clock, forge, readers=3_000, restarts=tuple(range(1, 4_000, 6)))


def _wait_it_out(folder: Path, clock: FixedClock, forge: Forge, *, readers: int, restarts: tuple[float, ...]) -> None:
    issue = campaign(folder, clock, readers)
    taken = senders = 0
    with SmtpOracle(folder, Whims(grey_minutes=GREY, seed=SEED)) as oracle:
        for minutes in restarts:
            senders += 1
            oracle.set_clock(minutes)
            assert forge.send(folder, oracle.port, minutes=minutes).wait() == 0
            taken = oracle.has_taken()
            assert taken == 0 or minutes - restarts[0] >= GREY
            if taken == readers:
                break
        run = issue.evidence(oracle, connections=1)

    asked = sum(entry.what is Happened.BEGAN for entry in run.log)
    require_sound(run, told=f"seed {SEED}, greylisted for {GREY:.0f} minutes, {senders} senders, {asked} attempts:")
    assert {row.state for row in run.rows} == {"accepted"}
    assert asked <= readers * 4  # 1, 7 and 22 minutes old at the least: it comes back, and is no nuisance
