"""The desk while an issue goes out: the real service sends, and somebody turns pages at it all the while."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
import sqlalchemy as sa
from sqlmodel import col, select

from campaigns.delivery.delivery import Delivery, DeliveryState
from campaigns.editorial.editor import Role
from service.auth.sessions import open_session
from service.bootstrap import Service
from tests.benchmarks.mail_audience import service_for, settings_for
from tests.factories.newsroom import SLOT, editor

PAGES = ("", "utsendelser", "leveringer", "abonnenter", "kalender", "indikatorer")
_PATIENCE = 60


def pages_while_sending(folder: Path, smtp_port: int, count: int) -> str:
    """How long pages took from the first mail to the last but few, in a line."""
    with service_for(settings_for(folder)) as service:
        with service.database.session_scope() as session:
            token = open_session(session, editor(session, "Berit", Role.APPROVER, Role.ADMIN), service.clock)
        with _serving(folder, smtp_port) as url:
            taken: list[float] = []
            _wait_for_the_first(service)
            while (sent := accepted_so_far(service)) < count * 0.95:
                for page in PAGES:
                    started = time.perf_counter()
                    found = requests.get(f"{url}/redaksjon/{page}", cookies={"sid": token}, timeout=_PATIENCE)
                    taken.append(time.perf_counter() - started)
                    if found.status_code != requests.codes.ok or "logg-inn" in found.url:
                        raise RuntimeError(f"/redaksjon/{page}: {found.status_code} {found.url}, {sent} sent")
    if len(taken) < len(PAGES) * 2:
        return f"too few mails to turn pages meanwhile ({len(taken)} pages)"
    p95 = statistics.quantiles(taken, n=20)[-1]
    return f"{len(taken)} pages, median {statistics.median(taken) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms"


@contextmanager
def _serving(folder: Path, smtp_port: int) -> Iterator[str]:
    """``monitorposten serve`` a minute after the slot."""
    environment = os.environ | {
        "MONITORPOSTEN_DATA_DIR": str(folder),
        "MONITORPOSTEN_SECRET_KEY": "b" * 40,
        "MONITORPOSTEN_SMTP_URL": f"smtp://127.0.0.1:{smtp_port}?tls=none",
        "MONITORPOSTEN_MAIL_RATE": "0",
        "MONITORPOSTEN_DEMO_NOW": SLOT.isoformat(),
    }
    command = [sys.executable, "-u", "-c", "from service.cli import main; main()", "serve", "--port", "0"]
    with (folder / "serve.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            yield _address(folder / "serve.log")
        finally:
            process.kill()
            process.wait()


def _address(log: Path) -> str:
    """Where it says that it listens."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        for word in log.read_text(encoding="utf-8").split():
            if word.strip("'\",.").startswith("http://127.0.0.1:"):
                return word.strip("'\",./")
        time.sleep(0.05)
    raise TimeoutError(log.read_text(encoding="utf-8"))


def _wait_for_the_first(service: Service) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not accepted_so_far(service):
        if time.monotonic() > deadline:
            raise TimeoutError("no mail has left")
        time.sleep(0.05)


def accepted_so_far(service: Service) -> int:
    with service.database.session_scope(read_only=True) as session:
        taken = select(sa.func.count()).select_from(Delivery).where(col(Delivery.state) == DeliveryState.ACCEPTED)
        return int(session.exec(taken).one())
