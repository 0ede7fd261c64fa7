"""A sender falls asleep at one call, others do its work when its claims have run out, and then it wakes.

It goes on where it was: with a connection that is open, a mail half handed over, and claims that are somebody else's.
What the others sent it may not send, and what it cannot know it may not say.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.factories.postgres_shelf import PostgresShelf
from tests.faults.campaign import Campaign, campaign, copy_of, require_sound, wait_until
from tests.faults.forge import RAISED, Forge
from tests.faults.invariants import breaches
from tests.faults.sabotage import Sabotage
from tests.faults.seams import Action, Fault, Seam
from tests.faults.smtp_oracle import SmtpOracle

SEED = 20270528
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


def test_a_sender_that_does_not_hear_that_its_claim_is_gone_is_found_out(
    issue: Campaign, oracle: SmtpOracle, forges: list[Forge]
) -> None:
    asleep_before_the_first_mail = Fault(Seam.SOCKET, 2, Action.SLEEP)

    found = _sleep(issue, oracle, forges, asleep_before_the_first_mail, Sabotage.ALL_ARE_TOLD_YES)

    assert [sentence for sentence in found if sentence.startswith("I2")]


@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("seam", [Seam.SOCKET, Seam.COMMIT])
def test_a_sender_that_falls_asleep_at_any_call_sends_nothing_twice(
    issue: Campaign, oracle: SmtpOracle, forges: list[Forge], seam: Seam
) -> None:
    _sleep_at_each(issue, oracle, forges, seam, every=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty PostgreSQL database, or nothing for the file in the folder."""
    if request.param == "sqlite":
        yield ""
        return
    shelf: PostgresShelf = request.getfixturevalue("postgres_shelf")
    yield shelf.take()
    shelf.give_back()


@pytest.mark.faults
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("senders", [2, 4])
def test_one_of_several_senders_falls_asleep_and_wakes_when_its_claims_have_run_out(
    tmp_path: Path,
    clock: FixedClock,
    forge_of: Callable[[int], Forge],
    server: str,
    senders: int,
) -> None:
    """The others have done its work by then, in claims of their own; unless it sleeps on the lock of the database."""
    issue = campaign(tmp_path, clock, 900, server=server or None)
    naps, locked_out, chance = 6, 0, random.Random(SEED)
    with SmtpOracle(tmp_path) as oracle:
        for nap in range(naps):
            minutes = 1 + 2 * _CLAIMS_RAN_OUT * nap
            goal = min(oracle.has_taken() + chance.randrange(1, 900 // naps), 900)
            crowd = [
                forge_of(number).send(
                    tmp_path, oracle.port, connections=2, minutes=minutes, database_url=server, batch=40
                )
                for number in range(senders)
            ]
            wait_until(lambda goal=goal, crowd=crowd: oracle.has_taken() >= goal or all(one.gone() for one in crowd))  # type: ignore[misc]
            stale = crowd[chance.randrange(senders)]
            stale.doze()
            try:
                beside = [one.wait() for one in crowd if one is not stale]
                later = forge_of(senders).send(
                    tmp_path, oracle.port, connections=2, minutes=minutes + _CLAIMS_RAN_OUT, database_url=server
                )
                locked_out += RAISED in [*beside, later.wait()]
            finally:
                stale.wake()
            assert stale.wait() in {0, RAISED}
        last = minutes + 2 * _CLAIMS_RAN_OUT
        assert forge_of(0).send(tmp_path, oracle.port, minutes=last, database_url=server, rounds=3).wait() == 0
        run = replace(issue.evidence(oracle, connections=2), faults=naps)

    require_sound(
        run, told=f"seed {SEED}, {server.partition(':')[0] or 'sqlite'}, one of {senders} senders asleep {naps} times:"
    )


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


def _sleep(
    issue: Campaign, oracle: SmtpOracle, forges: list[Forge], fault: Fault, sabotage: Sabotage | None = None
) -> list[str]:
    copy = copy_of(issue, f"{fault.seam.value}-{fault.at}")
    start = oracle.log.stat().st_size
    stale = forges[0].send(copy.folder, oracle.port, fault=fault, sabotage=sabotage)
    wait_until(lambda: stale.asleep() or stale.gone())
    first = forges[1].send(copy.folder, oracle.port, minutes=_CLAIMS_RAN_OUT).wait()
    stale.wake()
    woken = stale.wait()
    last = forges[1].send(copy.folder, oracle.port, minutes=2 * _CLAIMS_RAN_OUT).wait()
    if RAISED in {first, woken, last}:
        return [(copy.folder / "sender.log").read_text()[-2_000:]]
    run = replace(copy.evidence(oracle, connections=1, start=start), faults=1)
    return breaches(run)
