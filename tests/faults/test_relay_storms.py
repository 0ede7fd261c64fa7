"""A mail server in bad moods, on a clock that is told: each mail is tried until it is taken or refused for good.

The senders are told the time in half hours, as long as it takes; a mail that was put off comes again with the same
Message-ID from the same sender, so that a server which greylists lets it in.
"""

from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import campaign, require_sound
from tests.faults.forge import Forge
from tests.faults.invariants import Evidence
from tests.faults.oracle_log import Happened
from tests.faults.smtp_oracle import SmtpOracle, Whims

SEED = 20270520
MOODS = {
    "closes when the message comes": Whims(cut=0.2, seed=SEED),
    "takes it and closes without an answer": Whims(lost=0.1, seed=SEED),
    "greylists everybody": Whims(grey=True, seed=SEED),
    "puts off in a storm": Whims(storm=30, seed=SEED),
    "puts off after the dot": Whims(put_off=0.3, seed=SEED),
    "does not know some of them": Whims(refused=0.03, seed=SEED),
    "all of it at once": Whims(cut=0.1, lost=0.02, put_off=0.1, refused=0.02, grey=True, storm=25, seed=SEED),
}


@pytest.mark.parametrize("mood", ["all of it at once"])
def test_a_server_that(tmp_path: Path, clock: FixedClock, mood: str) -> None:
    whims = MOODS[mood]
    run = _send(tmp_path, clock, whims, readers=60, rounds=120, told=mood)

    if not whims.lost and not whims.cut:
        assert {row.state for row in run.rows} <= {"accepted", "failed"}
    refused = {entry.to for entry in run.log if entry.what is Happened.REFUSED}
    assert {row.address for row in run.rows if row.state == "failed"} == refused


@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("mood", MOODS)
def test_three_thousand_readers_behind_a_server_that(tmp_path: Path, clock: FixedClock, mood: str) -> None:
    _send(tmp_path, clock, MOODS[mood], readers=3_000, rounds=200, told=mood)


def _send(folder: Path, clock: FixedClock, whims: Whims, *, readers: int, rounds: int, told: str) -> Evidence:
    issue = campaign(folder, clock, readers)
    with SmtpOracle(folder, whims) as oracle, Forge() as forge:
        assert forge.send(folder, oracle.port, connections=2, rounds=rounds).wait() == 0
        run = issue.evidence(oracle, connections=2)
    require_sound(run, told=f"seed {whims.seed}, a server that {told}:")
    return run
