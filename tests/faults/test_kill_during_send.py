"""kill -9 in the middle of an issue, several times: nobody gets it twice, and nobody is left out unlisted.

The sender is the real command in a process of its own; the mail server is another, and its log on disk is what is
counted by. The seed decides when to kill, so a failure can be run again.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.subscribers.subscriber import Subscriber
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.newsroom import SLOT
from tests.factories.readers import planned_issue
from tests.faults.smtp_oracle import SmtpOracle

RECIPIENTS = 500
COMMAND = (sys.executable, "-c", "from service.cli import main; main()")


def _environment(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "MONITORPOSTEN_DATA_DIR": str(folder),
        "MONITORPOSTEN_SMTP_URL": f"smtp://127.0.0.1:{port}?tls=none",
        "MONITORPOSTEN_MAIL_RATE": "0",
        "MONITORPOSTEN_MAIL_CONNECTIONS": "3",
        "MONITORPOSTEN_DEMO_NOW": (SLOT + timedelta(minutes=1)).isoformat(),
    }


def _deliver(environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "deliver.log").open("ab") as log:
        return subprocess.Popen(
            [*COMMAND, "deliver", "--until-empty"], env=environment, cwd=folder, stdout=log, stderr=log
        )


def _kill_after(sender: subprocess.Popen[bytes], oracle: SmtpOracle, taken: int) -> None:
    """SIGKILL when the server has taken so many; not by the clock, so that a slow machine tests the same."""
    deadline = time.monotonic() + 60
    while len(oracle.taken()) < taken and sender.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    sender.send_signal(signal.SIGKILL)
    sender.wait()


def test_a_killed_sender_never_sends_twice_and_loses_nobody(tmp_path: Path, clock: FixedClock) -> None:
    _kill_and_count(tmp_path, clock, recipients=RECIPIENTS, kills=3, seed=20270520)


@pytest.mark.faults
@pytest.mark.timeout(1_200)
def test_forty_kills_in_an_issue_for_five_thousand(tmp_path: Path, clock: FixedClock) -> None:
    _kill_and_count(tmp_path, clock, recipients=5_000, kills=40, seed=20270521)


def _kill_and_count(tmp_path: Path, clock: FixedClock, *, recipients: int, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    database = Database(f"sqlite:///{tmp_path / 'monitorposten.db'}")
    database.migrate()
    service = Service(Settings(data_dir=tmp_path, _env_file=None), clock)
    with database.session_scope() as session:
        planned = planned_issue(session, clock, service.press, recipients)
    assert planned.mails == recipients

    with SmtpOracle(tmp_path, lost=0.004, seed=seed) as oracle:
        environment = _environment(tmp_path, oracle.port)
        killed = 0
        for _ in range(kills):
            sender = _deliver(environment, tmp_path)
            _kill_after(sender, oracle, len(oracle.taken()) + chance.randrange(1, 2 * recipients // (kills + 1)))
            killed += sender.returncode == -signal.SIGKILL
        last = _deliver(environment, tmp_path)
        assert last.wait(timeout=300) == 0, (tmp_path / "deliver.log").read_text()
        copies = Counter(recipient for recipient, _ in oracle.taken())

    with database.session_scope(read_only=True) as session:
        rows = session.exec(select(Delivery.id, Delivery.state, Subscriber.normalized).join(Subscriber)).all()
    states = Counter(state for _, state, _ in rows)
    unknown = {id_: address for id_, state, address in rows if state is DeliveryState.UNKNOWN}
    missing = {f"leser{number}@example.no" for number in range(recipients)} - copies.keys()
    print(f"{killed} kills, {recipients} readers: {len(copies)} got one copy, {len(unknown)} unknown,", end=" ")  # noqa: T201
    print(f"of which {len(missing)} got none; most copies {max(copies.values())}")  # noqa: T201 - what the run is for
    assert max(copies.values()) == 1
    assert missing <= set(unknown.values())
    assert states[DeliveryState.ACCEPTED] + len(unknown) == recipients
    # at most one per connection and kill, and the replies the server swallowed
    assert 0 < len(unknown) <= 3 * kills + recipients * 0.02
    verified = subprocess.run(
        [*COMMAND, "verify-deliveries", "--json"],
        env=environment, cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    account = json.loads(verified.stdout)["issues"][0]
    assert (account["planned"], account["unknown"]) == (recipients, sorted(id_ or 0 for id_ in unknown))
    database.close()
    service.close()
