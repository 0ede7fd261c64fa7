"""The driver: an issue on its way to many readers, senders that can be killed, and the evidence when it is over."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from campaigns.clock import FixedClock
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.newsroom import SLOT
from tests.factories.readers import planned_issue
from tests.faults.invariants import Evidence, Query, approved_in, audience_of, breaches, of_file, of_server, summary
from tests.faults.smtp_oracle import SmtpOracle

COMMAND = (sys.executable, "-c", "from service.cli import main; main()")


@dataclass
class Campaign:
    """One issue, planned, and where everything of it is."""

    folder: Path
    query: Query
    audience: frozenset[str]
    approved: frozenset[str]
    faults: int = 0
    farewells: dict[str, int] = field(default_factory=dict)

    def deliver(self, oracle: SmtpOracle, **settings: object) -> subprocess.Popen[bytes]:
        """The real command in a process of its own; ends when nothing is due."""
        with (self.folder / "deliver.log").open("ab") as log:
            return subprocess.Popen(
                [*COMMAND, "deliver", "--until-empty"],
                env=environment(self.folder, oracle.port, **settings),
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def finish(self, oracle: SmtpOracle, **settings: object) -> None:
        """Deliver what is left, undisturbed."""
        last = self.deliver(oracle, **settings)
        assert last.wait(timeout=1_200) == 0, (self.folder / "deliver.log").read_text()[-3_000:]

    def evidence(self, oracle: SmtpOracle, *, connections: int, start: int = 0) -> Evidence:
        return Evidence(
            query=self.query,
            log=oracle.entries(start),
            audience=self.audience,
            approved=self.approved,
            faults=self.faults,
            connections=connections,
            farewells=self.farewells,
        )


def environment(folder: Path, port: int, **settings: object) -> Mapping[str, str]:
    """The process environment of a sender; ``settings`` are the service's own, by name."""
    ours: dict[str, object] = {
        "data_dir": folder,
        "smtp_url": f"smtp://127.0.0.1:{port}?tls=none",
        "mail_rate": 0,
        "mail_connections": 3,
        "demo_now": (SLOT + timedelta(minutes=1)).isoformat(),
    }
    return os.environ | {f"MONITORPOSTEN_{name.upper()}": str(value) for name, value in (ours | settings).items()}


def campaign(folder: Path, clock: FixedClock, recipients: int, *, server: str | None = None) -> Campaign:
    """An issue for so many readers, planned in a new database in ``folder``, or an empty one on a PostgreSQL server.

    Moves the clock to its slot.
    """
    path = folder / "monitorposten.db"
    database = Database(server or f"sqlite:///{path}", synchronous="OFF")
    database.migrate()
    service = Service(Settings(data_dir=folder, _env_file=None), clock)
    with database.session_scope() as session:
        planned = planned_issue(session, clock, service.press, recipients)
    database.close()
    service.close()
    assert planned.mails == recipients
    query = of_server(server.replace("+psycopg", "")) if server else of_file(path)
    return Campaign(folder, query, audience_of(query), approved_in(query))


def copy_of(issue: Campaign, name: str) -> Campaign:
    """The same, as it was planned, in a folder of its own."""
    folder = issue.folder / name
    folder.mkdir()
    for file in issue.folder.iterdir():
        if file.is_file() and not file.name.startswith("oracle"):
            shutil.copy(file, folder)
    return replace(issue, folder=folder, query=of_file(folder / "monitorposten.db"))


def wait_until(condition: Callable[[], bool], *, seconds: float = 300) -> None:
    """Wait for something that another process does; what it waits for is a fact, not a time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.002)


def require_sound(run: Evidence, *, told: str = "") -> None:
    """Print the run in numbers, and fail with every breach there is."""
    print(f"{told} {summary(run)}".strip())  # noqa: T201 - what the run is for
    assert breaches(run) == []
