"""Mail: a newsletter of 37 kB handed to Postfix's smtp-sink on loopback, ledger included, beside bare loops.

MONITORPOSTEN_BENCH_RECIPIENTS says how many get it (20 000), MONITORPOSTEN_BENCH_MOST at how many memory is measured
(100 000; at the 1 000 000 of the mark sending takes a quarter of an hour), MONITORPOSTEN_BENCH_FROZEN how large an
audience is frozen (1 000 000). What the disk costs is part of what is measured: TMPDIR=/dev/shm leaves it out.
"""

import os
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlmodel import select

from campaigns.delivery.plan import plan_due
from campaigns.newsletter.issue import Edition, Issue
from service.settings import Settings
from tests.benchmarks import smtp_sink
from tests.benchmarks.mail_audience import prepare, service_for, settings_for
from tests.benchmarks.mail_desk import accepted_so_far, pages_while_sending
from tests.benchmarks.mail_rivals import sendmail_loop, staged_loop
from tests.benchmarks.mail_sender import begun, ended
from tests.benchmarks.postgres_server import new_database, postgres_server
from tests.benchmarks.smtp_sink import SmtpSink
from tests.factories.readers import GRACE, with_every_image

_RECIPIENTS = int(os.environ.get("MONITORPOSTEN_BENCH_RECIPIENTS", "20000"))
_MOST = int(os.environ.get("MONITORPOSTEN_BENCH_MOST", "100000"))
_FROZEN = int(os.environ.get("MONITORPOSTEN_BENCH_FROZEN", "1000000"))
_CONNECTIONS = 5  # the default
_SAMPLES = 200
_MARKS = {"SQLite": 0.7, "PostgreSQL": 0.45}


def run() -> Iterator[str]:
    """Bare loops, ours on each engine and signed, then memory, a kill, and the desk meanwhile."""
    if smtp_sink.where() is None:
        yield smtp_sink.ABSENT
        return
    with tempfile.TemporaryDirectory() as name, SmtpSink() as sink, postgres_server(Path(name)) as server:
        folder, relay = Path(name), f"smtp://127.0.0.1:{sink.port}?tls=none"
        messages = _compiled(folder / "samples")
        yield f"{_RECIPIENTS} recipients, {sum(map(len, messages)) / len(messages) / 1000:.1f} kB"
        yield _line("sendmail() loop", _RECIPIENTS / sendmail_loop(sink.port, messages, _RECIPIENTS))
        for engine, mark in _MARKS.items():
            for connections in (1, _CONNECTIONS):
                settings = settings_for(
                    folder / f"{engine}-{connections}",
                    database_url=new_database(server, f"bench{connections}") if engine == "PostgreSQL" else "",
                    smtp_url=relay,
                    mail_connections=connections,
                )
                bare = _RECIPIENTS / staged_loop(sink.port, messages, _RECIPIENTS)  # as near as can be to what it is
                yield _line("bare loop by stage", bare)
                yield from _ours(f"ours, {engine}, {connections} connection(s)", settings, bare, mark)
        signed = settings_for(folder / "signed", smtp_url=relay, **_key(folder))
        yield from _ours("ours, SQLite, signed with RSA", signed, 1_000, 1.0)
        yield from _growing(folder, relay)
        for engine in _MARKS:
            url = new_database(server, "frozen") if engine == "PostgreSQL" else ""
            yield _freezing(f"freezing on {engine}", settings_for(folder / f"frozen-{engine}", database_url=url))
        yield f"{'after a kill':36}{_after_a_kill(folder / 'killed', relay):8.1f} s to the first further mail"
        prepare(settings_for(folder / "desk"), _RECIPIENTS)
        yield f"{'the desk meanwhile':36}{pages_while_sending(folder / 'desk', sink.port, _RECIPIENTS)}"


def _ours(name: str, settings: Settings, bare: float, mark: float) -> Iterator[str]:
    prepare(settings, _RECIPIENTS)
    answer = ended(begun(settings))
    if answer["accepted"] != _RECIPIENTS:
        raise RuntimeError(f"{name}: {answer['accepted']} of {_RECIPIENTS} were accepted")
    rate = _RECIPIENTS / answer["sending"]
    yield (
        f"{_line(name, rate)}   {rate / bare:5.2f} × (at least {mark} × {bare:.0f})"
        f"   {answer['processor'] / _RECIPIENTS * 1e6:4.0f} µs of processor each, {answer['peak']:4.0f} MB"
    )


def _growing(folder: Path, relay: str) -> Iterator[str]:
    """Memory at few and at many."""
    for count in (10_000, _MOST):
        settings = settings_for(folder / f"{count}", smtp_url=relay)
        prepare(settings, count)
        answer = ended(begun(settings))
        yield (
            f"{f'{count} recipients':36}{answer['peak']:8.0f} MB at most (at most 150),"
            f" {count / answer['sending']:.0f} /s"
        )


def _freezing(name: str, settings: Settings) -> str:
    prepare(settings, _FROZEN)
    answer = ended(begun(settings, sends=False))
    if answer["planned"] != _FROZEN:
        raise RuntimeError(f"{name}: {answer['planned']} of {_FROZEN} have a row")
    return (
        f"{name:36}{answer['freezing']:8.1f} s for {_FROZEN} (at most 60 for 1 000 000),"
        f" {answer['freezing_peak']:.0f} MB at most"
    )


def _after_a_kill(folder: Path, relay: str) -> float:
    settings = settings_for(folder, smtp_url=relay)
    prepare(settings, _RECIPIENTS)
    sender = begun(settings)
    with service_for(settings) as service:
        while accepted_so_far(service) < _RECIPIENTS // 4:
            time.sleep(0.01)
    sender.send_signal(signal.SIGKILL)
    sender.communicate()
    return ended(begun(settings))["first"]


def _line(name: str, rate: float) -> str:
    return f"{name:36}{rate:8.0f} /s"


def _compiled(folder: Path) -> Sequence[bytes]:
    """What leaves for some of the readers."""
    settings = settings_for(folder)
    prepare(settings, 1)
    with service_for(settings) as service:
        with service.database.session_scope() as session:
            plan_due(session, service.clock, with_every_image(service.press), grace=GRACE)
            issue, edition = session.exec(select(Issue)).one(), session.exec(select(Edition)).one()
            mail = service.mailroom.edition_mail(issue, edition)
        return [
            service.mailroom.newsletter(
                mail,
                delivery_id=number,
                subscriber_id=number,
                to=f"leser{number}@example.no",
                message_id=f"<{number:032x}.delivery@example.no>",
                planned_at=datetime(2027, 5, 20, tzinfo=UTC),
            ).message
            for number in range(1, _SAMPLES + 1)
        ]


def _key(folder: Path) -> dict[str, Any]:
    """Settings that sign with a new RSA key of 2048 bits."""
    path = folder / "dkim.pem"
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    path.chmod(0o600)
    return {"dkim_domain": "monitor.example.no", "dkim_selector": "bench", "dkim_key_file": path}


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)
