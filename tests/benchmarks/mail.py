"""Mail: building a newsletter for one reader, and handing it to a mail server on loopback, ledger included."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from campaigns.clock import FixedClock
from campaigns.delivery.dispatch import deliver_mail_due
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.readers import planned_issue
from tests.faults.smtp_oracle import SmtpOracle

_READERS = 1_000


def run() -> Iterator[str]:
    """One connection and three, with a row of the ledger per reader; the standard library's building beside it."""
    stock = statistics.median(_stdlib_message() for _ in range(50))
    yield f"EmailMessage, built         {1 / stock:8.0f} /s"
    for connections in (1, 3):
        seconds = _issue(connections)
        rate = _READERS / seconds
        yield f"ours, {connections} connection(s)       {rate:8.0f} /s   accepted, with the ledger written"


def _issue(connections: int) -> float:
    with tempfile.TemporaryDirectory() as name, SmtpOracle(Path(name)) as oracle:
        folder = Path(name)
        settings = Settings(
            data_dir=folder,
            smtp_url=f"smtp://127.0.0.1:{oracle.port}?tls=none",
            mail_rate=0,
            mail_connections=connections,
            _env_file=None,
        )
        clock = FixedClock(datetime(2027, 5, 10, 6, 0, tzinfo=UTC))
        service = Service(settings, clock)
        database = Database(settings.database)
        database.migrate()
        with database.session_scope() as session:
            planned_issue(session, clock, service.press, _READERS)
        started = time.perf_counter()
        accepted = deliver_mail_due(service.dispatcher, service.mail_lanes)
        seconds = time.perf_counter() - started
        service.close()
        database.close()
    if accepted != _READERS:
        raise RuntimeError(f"only {accepted} of {_READERS} were accepted")
    return seconds


def _stdlib_message() -> float:
    started = time.perf_counter()
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.no", "b@example.no", "Nyhetsbrev"
    message.set_content("Tall og tekst æøå. " * 400)
    message.add_alternative("<p>Tall og tekst æøå.</p>" * 600, subtype="html")
    message.as_bytes()
    return time.perf_counter() - started
