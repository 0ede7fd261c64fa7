"""One send, broken at every call it makes: it ends there, or the disk fails there, and the promise holds.

The same issue for three readers is sent again and again, each time with the fault one call later; then an undisturbed
sender does the rest. In ``make test`` one call in six, in ``make faults`` each of them.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import Campaign, campaign, copy_of
from tests.faults.forge import RAISED, Forge
from tests.faults.invariants import breaches
from tests.faults.seams import ENDED, Action, Fault, Seam
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

READERS = 3
_ENDS = [(Seam.SOCKET, Action.END), (Seam.SOCKET, Action.END_AFTER), (Seam.DATABASE, Action.END_AFTER)]
_FAILS = [
    (Seam.DATABASE, Action.EIO), (Seam.DATABASE, Action.ENOSPC), (Seam.WRITE, Action.EIO_AFTER),
    (Seam.SOCKET, Action.EIO), (Seam.SOCKET, Action.ENOSPC),
]  # fmt: skip
_FILES = [(Seam.FILE, Action.END), (Seam.FILE, Action.END_AFTER), (Seam.FILE, Action.EIO), (Seam.FILE, Action.ENOSPC)]


@pytest.fixture
def issue(tmp_path: Path, clock: FixedClock) -> Campaign:
    return campaign(tmp_path, clock, READERS)


def test_a_send_that_fails_at_one_call_in_six_keeps_the_promise(
    issue: Campaign, oracle: SmtpOracle, forge: Forge
) -> None:
    calls = _calls(issue, oracle, forge)
    for number, (seam, action) in enumerate([*_ENDS, *_FAILS, *_FILES]):
        _break_at_each(
            issue, oracle, forge, Fault(seam, 1 + number % 6, action), calls=calls[seam], every=max(calls[seam] // 6, 6)
        )


@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("pipelines", [False, True], ids=["command by command", "in one breath"])
@pytest.mark.parametrize(("seam", "action"), [*_ENDS, *_FAILS, *_FILES])
def test_a_send_that_fails_at_each_call_keeps_the_promise(
    issue: Campaign, tmp_path: Path, forge: Forge, seam: Seam, action: Action, *, pipelines: bool
) -> None:
    with SmtpOracle(tmp_path, Whims(pipelines=pipelines)) as oracle:
        calls = _calls(issue, oracle, forge)[seam]
        _break_at_each(issue, oracle, forge, Fault(seam, 1, action), calls=calls, every=1)


def _break_at_each(issue: Campaign, oracle: SmtpOracle, forge: Forge, first: Fault, *, calls: int, every: int) -> None:
    assert calls > READERS
    found, uncertain, sends = [], 0, 0
    for at in range(first.at, calls + 1, every):
        broken = _break(issue, oracle, forge, replace(first, at=at))
        if broken is None:
            continue
        sentences, unknown = broken
        found += [f"{first.action.name} at call {at}: {sentence}" for sentence in sentences]
        uncertain += unknown
        sends += 1
    print(f"{first.action.name} at {sends} of {calls} {first.seam.value} calls: {uncertain} uncertain,", end=" ")  # noqa: T201
    print(f"{len(found)} breaches")  # noqa: T201 - what the run is for
    assert sends >= (calls + 1 - first.at) // every / 2
    assert found == []


def _calls(issue: Campaign, oracle: SmtpOracle, forge: Forge) -> dict[str, int]:
    """What a send makes that nobody disturbs."""
    copy = copy_of(issue, "undisturbed")
    sender = forge.send(copy.folder, oracle.port)
    assert sender.wait() == 0, (copy.folder / "sender.log").read_text()
    return sender.calls()


def _break(issue: Campaign, oracle: SmtpOracle, forge: Forge, fault: Fault) -> tuple[list[str], int] | None:
    """(what is not as promised, how many are uncertain) after a send with this fault and what comes after it.

    A sender whose disk failed goes on by itself when its claims have run out; one that ended is followed by another.
    """
    copy = copy_of(issue, f"{fault.seam.value}-{fault.action.name}-{fault.at}")
    start = oracle.log.stat().st_size
    ends = fault.action in {Action.END, Action.END_AFTER}
    sender = forge.send(copy.folder, oracle.port, fault=fault, rounds=1 if ends else 3)
    ended = sender.wait()
    if ended == 0 and sender.calls()["struck"] is None:
        shutil.rmtree(copy.folder)
        return None  # fewer calls than last time: two answers came in one packet
    if ends:
        assert ended == ENDED
        ended = forge.send(copy.folder, oracle.port).wait()
    assert ended in {0, RAISED}
    log = (copy.folder / "sender.log").read_text()
    run = copy.evidence(oracle, connections=1, start=start)
    run = replace(run, faults=1)
    sentences = breaches(run) if ended != RAISED else [log[-2_000:]]
    uncertain = sum(row.state == "unknown" for row in run.rows)
    shutil.rmtree(copy.folder)
    return sentences, uncertain
