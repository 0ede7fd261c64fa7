"""Two and four senders on one database, killed at random while the others go on."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from tests.faults.campaign import campaign, require_sound, wait_until
from tests.faults.forge import Forge
from tests.faults.smtp_oracle import SmtpOracle
from tests.faults.whims import Whims

SEED = 20270524
CONNECTIONS = 2


@pytest.mark.faults
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("senders", [2, 4])
def test_senders_that_are_killed_beside_others(
    tmp_path: Path, clock: FixedClock, forge_of: Callable[[int], Forge], senders: int
) -> None:
    recipients, kills, chance = 1_200, 12, random.Random(SEED)
    issue = campaign(tmp_path, clock, recipients)

    with SmtpOracle(tmp_path, Whims(lost=0.004, seed=SEED)) as oracle:
        forges = [forge_of(number) for number in range(senders)]
        running = [forge.send(tmp_path, oracle.port, connections=CONNECTIONS) for forge in forges]
        for _ in range(kills):
            goal = min(oracle.has_taken() + chance.randrange(1, 2 * recipients // (kills + 1)), recipients)
            wait_until(lambda goal=goal: oracle.has_taken() >= goal or all(one.gone() for one in running))  # type: ignore[misc]
            which = chance.randrange(senders)
            running[which].kill()
            issue.faults += running[which].wait() < 0
            running[which] = forges[which].send(tmp_path, oracle.port, connections=CONNECTIONS)
        ended = [one.wait() for one in running]
        assert forges[0].send(tmp_path, oracle.port, connections=CONNECTIONS).wait() == 0
        run = issue.evidence(oracle, connections=CONNECTIONS)

    assert ended == [0] * senders
    assert issue.faults > 2
    require_sound(run, told=f"seed {SEED}, {senders} senders, {issue.faults} kills:")
