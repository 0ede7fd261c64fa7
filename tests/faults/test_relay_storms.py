"""A mail server in bad moods, on a clock that is told: each mail is tried until it is taken or refused for good.

The senders are told the time in half hours, as long as it takes; a mail that was put off comes again with the same
Message-ID from the same sender, so that a server which greylists lets it in.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import campaign, require_sound
from tests.faults.forge import Forge
from tests.faults.invariants import Evidence
from tests.faults.oracle_log import Happened
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

SEED = 20270520
ALL_AT_ONCE = Whims(
    cut=0.05,
    cut_late=0.05,
    lost=0.02,
    half=0.02,
    closing=0.05,
    put_off=0.1,
    mixed=True,
    grey=True,
    storm=25,
    seed=SEED,
)
MOODS = {
    "closes when the message comes": Whims(cut=0.2, seed=SEED),
    "takes it and closes without an answer": Whims(lost=0.1, seed=SEED),
    "greylists everybody": Whims(grey=True, seed=SEED),
    "puts off in a storm": Whims(storm=30, seed=SEED),
    "puts off after the dot": Whims(put_off=0.3, seed=SEED),
    "does not know some of them": Whims(refused=0.03, seed=SEED),
    "closes when only the dot is missing": Whims(cut_late=0.2, seed=SEED),
    "takes it and closes in the middle of the answer": Whims(half=0.1, seed=SEED),
    "says at the dot that it closes": Whims(closing=0.2, seed=SEED),
    "refuses in every way there is": Whims(mixed=True, seed=SEED),
    "all of it at once": ALL_AT_ONCE,
    "all of it at once, command by command": replace(ALL_AT_ONCE, pipelines=False),
}


@pytest.mark.parametrize("mood", ["all of it at once", "all of it at once, command by command"])
def test_a_server_that(tmp_path: Path, clock: FixedClock, forge: Forge, mood: str) -> None:
    _send(tmp_path, clock, forge, MOODS[mood], readers=50, rounds=120, told=mood)


@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("mood", MOODS)
def test_three_thousand_readers_behind_a_server_that(
    tmp_path: Path, clock: FixedClock, forge: Forge, mood: str
) -> None:
    _send(tmp_path, clock, forge, MOODS[mood], readers=3_000, rounds=500, told=mood)


def _send(
    folder: Path, clock: FixedClock, forge: Forge, whims: Whims, *, readers: int, rounds: int, told: str
) -> Evidence:
    issue = campaign(folder, clock, readers)
    with SmtpOracle(folder, whims) as oracle:
        assert forge.send(folder, oracle.port, connections=2, rounds=rounds).wait() == 0
        run = issue.evidence(oracle, connections=2)
    require_sound(run, told=f"seed {whims.seed}, a server that {told}:")
    _require_each_its_own_fate(run, whims)
    return run


def _require_each_its_own_fate(run: Evidence, whims: Whims) -> None:
    """Refused for good are those whom the server refuses, in its words; each by itself, whatever befell the others."""
    ended: dict[str, str] = dict(run.query("SELECT message_id, category FROM delivery WHERE kind = 'newsletter'"))
    refused = {entry.to for entry in run.log if entry.what is Happened.REFUSED}
    failed = {row.address: ended[row.message_id] for row in run.rows if row.state == "failed"}
    assert failed.keys() == refused
    if whims.mixed:
        told = {address: whims.refusal_of(address) for address in refused}
        assert failed == {address: refusal.category for address, refusal in told.items() if refusal}
    if not (whims.lost or whims.half or whims.cut or whims.cut_late):
        assert {row.state for row in run.rows} <= {"accepted", "failed"}
