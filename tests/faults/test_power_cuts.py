"""A power cut at any call of a send: what had not reached the disk is gone, and still nobody gets a mail twice.

The ledger waits for the disk where it matters, before a dot leaves, and nowhere else; here everything that it did not
wait for is lost (``power_cut``).
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import Campaign, campaign, copy_of
from tests.faults.forge import Forge
from tests.faults.invariants import breaches
from tests.faults.power_cut import lose_power
from tests.faults.sabotage import Sabotage
from tests.faults.seams import ENDED, Action, Fault, Seam
from tests.faults.smtp_oracle import SmtpOracle

READERS = 3


@pytest.fixture
def issue(tmp_path: Path, clock: FixedClock) -> Campaign:
    return campaign(tmp_path, clock, READERS)


def test_a_power_cut_at_any_twelfth_call_sends_nothing_twice(issue: Campaign, oracle: SmtpOracle, forge: Forge) -> None:
    _cut_at_each(issue, oracle, forge, [(Seam.SOCKET, Action.END_AFTER), (Seam.DATABASE, Action.END_AFTER)], every=12)


@pytest.mark.faults
@pytest.mark.timeout(3_600)
def test_a_power_cut_at_each_call_sends_nothing_twice(issue: Campaign, oracle: SmtpOracle, forge: Forge) -> None:
    everywhere = [(seam, action) for seam in (Seam.SOCKET, Seam.DATABASE) for action in (Action.END, Action.END_AFTER)]
    _cut_at_each(issue, oracle, forge, everywhere, every=1)


def test_a_dot_that_does_not_wait_for_the_disk_is_found_out(issue: Campaign, oracle: SmtpOracle, forge: Forge) -> None:
    calls = _calls(issue, oracle, forge)[Seam.SOCKET]
    cuts = (Fault(Seam.SOCKET, at, Action.END_AFTER) for at in range(calls // 2, calls))
    after = (_cut(issue, oracle, forge, cut, Sabotage.DOT_DOES_NOT_WAIT) for cut in cuts)

    assert any(sentence.startswith("I2") for cut in after if cut for sentence in cut[0])


def _cut_at_each(
    issue: Campaign, oracle: SmtpOracle, forge: Forge, where: list[tuple[Seam, Action]], *, every: int
) -> None:
    calls = _calls(issue, oracle, forge)
    found, uncertain, cuts = [], 0, 0
    for number, (seam, action) in enumerate(where, start=1):
        for at in range(number, calls[seam] + 1, every):
            cut = _cut(issue, oracle, forge, Fault(seam, at, action))
            if cut is None:
                continue
            sentences, unknown = cut
            found += [f"{action.name} at {seam.value} call {at}: {sentence}" for sentence in sentences]
            uncertain += unknown
            cuts += 1
    print(f"{cuts} power cuts in a send to {READERS}: {uncertain} uncertain, {len(found)} breaches")  # noqa: T201
    assert cuts > 0
    assert found == []


def _calls(issue: Campaign, oracle: SmtpOracle, forge: Forge) -> dict[str, int]:
    copy = copy_of(issue, "undisturbed")
    sender = forge.send(copy.folder, oracle.port, keeps_disk=True)
    assert sender.wait() == 0, (copy.folder / "sender.log").read_text()[-2_000:]
    return sender.calls()


def _cut(
    issue: Campaign, oracle: SmtpOracle, forge: Forge, fault: Fault, sabotage: Sabotage | None = None
) -> tuple[list[str], int] | None:
    """(what is not as promised, how many are uncertain) after a cut there and what comes after it."""
    copy = copy_of(issue, f"{fault.seam.value}-{fault.action.name}-{fault.at}")
    start = oracle.log.stat().st_size
    sender = forge.send(copy.folder, oracle.port, fault=fault, keeps_disk=True, sabotage=sabotage)
    ended = sender.wait()
    if ended == 0:
        shutil.rmtree(copy.folder)
        return None  # fewer calls than last time: two answers came in one packet
    assert ended == ENDED
    lose_power(copy.folder)
    assert forge.send(copy.folder, oracle.port).wait() == 0, (copy.folder / "sender.log").read_text()[-2_000:]
    run = replace(copy.evidence(oracle, connections=1, start=start), faults=1)
    sentences = breaches(run)
    shutil.rmtree(copy.folder)
    return sentences, sum(row.state == "unknown" for row in run.rows)
