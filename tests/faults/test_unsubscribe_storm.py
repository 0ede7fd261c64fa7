"""Readers leave while their issue goes out: once a farewell is answered, no copy to that reader begins.

The farewells are the one-click requests that a mailbox provider sends, to the real application, on the database that
a sender in another process writes to at the same time.
"""

import random
import threading
import time
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from service.app import create_app
from service.bootstrap import Service
from service.settings import Settings
from tests.faults.campaign import Campaign, campaign, require_sound, wait_until
from tests.faults.forge import Forge
from tests.faults.smtp_oracle import SmtpOracle, Whims

SEED = 20270522


def test_nobody_who_left_during_a_send_gets_a_copy(tmp_path: Path, clock: FixedClock) -> None:
    _storm(tmp_path, clock, recipients=240, leaving=40, threads=1)


@pytest.mark.faults
@pytest.mark.timeout(1_800)
def test_a_thousand_leave_while_five_thousand_are_sent_to(tmp_path: Path, clock: FixedClock) -> None:
    _storm(tmp_path, clock, recipients=5_000, leaving=1_000, threads=4)


def _storm(folder: Path, clock: FixedClock, *, recipients: int, leaving: int, threads: int) -> None:
    issue = campaign(folder, clock, recipients)
    service = Service(Settings(data_dir=folder, _env_file=None), clock)
    rows = issue.query("SELECT s.id, s.normalized FROM subscriber s ORDER BY s.id")
    links = [(address, service.links.unsubscribe_token(id_, clock.now())) for id_, address in rows]
    leavers = random.Random(SEED).sample(links[recipients // 6 :], leaving)
    with SmtpOracle(folder, Whims(seed=SEED)) as oracle, Forge() as forge:
        sender = forge.send(folder, oracle.port, connections=3)
        wait_until(lambda: oracle.has_taken() > 5)
        crowd = [
            threading.Thread(target=_leave, args=(service, issue, leavers[part::threads])) for part in range(threads)
        ]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        during = oracle.has_taken()
        assert sender.wait() == 0
        assert forge.send(folder, oracle.port, connections=3).wait() == 0
        run = issue.evidence(oracle, connections=3)
    service.close()
    withheld = sum(row.state == "suppressed" for row in run.rows)
    require_sound(run, told=f"seed {SEED}, {leaving} left while up to {during} were sent, {withheld} of them in time:")
    assert len(issue.farewells) == leaving
    assert withheld > 0


def _leave(service: Service, issue: Campaign, leavers: list[tuple[str, str]]) -> None:
    client = create_app(service).test_client(use_cookies=False)
    for address, token in leavers:
        answer = client.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200, answer.text
        issue.farewells[address] = time.monotonic_ns()
