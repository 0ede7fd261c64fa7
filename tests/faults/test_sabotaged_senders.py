"""Senders with one rule broken: the experiments notice. (Those that need more than a send stand with theirs.)"""

from dataclasses import replace
from pathlib import Path

from campaigns.clock import FixedClock
from tests.faults.campaign import campaign
from tests.faults.forge import Forge
from tests.faults.invariants import breaches
from tests.faults.sabotage import Sabotage
from tests.faults.smtp_oracle import SmtpOracle

READERS = 12


def test_a_sender_that_forgets_what_was_taken_is_found_out(
    tmp_path: Path, clock: FixedClock, oracle: SmtpOracle, forge: Forge
) -> None:
    issue = campaign(tmp_path, clock, READERS)

    forge.send(tmp_path, oracle.port, sabotage=Sabotage.FORGETS_TAKEN).wait()
    assert forge.send(tmp_path, oracle.port, minutes=60).wait() == 0

    run = replace(issue.evidence(oracle, connections=1), faults=1)
    assert [sentence for sentence in breaches(run) if sentence.startswith("I4: 12 are uncertain after 1 faults")]
