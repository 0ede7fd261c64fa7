"""A sender falls asleep at one call, others do its work when its claims have run out, and then it wakes.

It goes on where it was: with a connection that is open, a mail half handed over, and claims that are somebody else's.
What the others sent it may not send, and what it cannot know it may not say.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import Campaign, campaign, copy_of, wait_until
from tests.faults.forge import RAISED, Forge
from tests.faults.invariants import breaches
from tests.faults.seams import Action, Fault, Seam
from tests.faults.smtp_oracle import SmtpOracle

READERS = 4
_CLAIMS_RAN_OUT = 45.0  # minutes after the slot


@pytest.fixture
def issue(tmp_path: Path, clock: FixedClock) -> Campaign:
    return campaign(tmp_path, clock, READERS)


@pytest.mark.parametrize("seam", [Seam.SOCKET, Seam.COMMIT])
def test_a_sender_that_wakes_too_late_sends_nothing_twice(
    issue: Campaign, oracle: SmtpOracle, forges: list[Forge], seam: Seam
) -> None:
    _sleep_at_each(issue, oracle, forges, seam, every=9)


@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("seam", [Seam.SOCKET, Seam.COMMIT])
def test_a_sender_that_falls_asleep_at_any_call_sends_nothing_twice(
    issue: Campaign, oracle: SmtpOracle, forges: list[Forge], seam: Seam
) -> None:
    _sleep_at_each(issue, oracle, forges, seam, every=1)


def _sleep_at_each(issue: Campaign, oracle: SmtpOracle, forges: list[Forge], seam: Seam, *, every: int) -> None:
    copy = copy_of(issue, "undisturbed")
    undisturbed = forges[0].send(copy.folder, oracle.port)
    assert undisturbed.wait() == 0
    calls = undisturbed.calls()[seam]
    found, sends = [], 0
    for at in range(1, calls + 1, every):
        found += [
            f"asleep at call {at}: {sentence}"
            for sentence in _sleep(issue, oracle, forges, Fault(seam, at, Action.SLEEP))
        ]
        sends += 1
    print(f"asleep at {sends} of {calls} {seam.value} calls, woken when two others were done: {len(found)} breaches")  # noqa: T201
    assert found == []


def _sleep(issue: Campaign, oracle: SmtpOracle, forges: list[Forge], fault: Fault) -> list[str]:
    copy = copy_of(issue, f"{fault.seam.value}-{fault.at}")
    start = oracle.log.stat().st_size
    stale = forges[0].send(copy.folder, oracle.port, fault=fault)
    wait_until(stale.asleep)
    first = forges[1].send(copy.folder, oracle.port, minutes=_CLAIMS_RAN_OUT).wait()
    stale.wake()
    woken = stale.wait()
    last = forges[1].send(copy.folder, oracle.port, minutes=2 * _CLAIMS_RAN_OUT).wait()
    if RAISED in {first, woken, last}:
        return [(copy.folder / "sender.log").read_text()[-2_000:]]
    run = replace(copy.evidence(oracle, connections=1, start=start), faults=1)
    return breaches(run)
