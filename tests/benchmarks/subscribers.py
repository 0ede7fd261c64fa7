"""Taking in a list of subscribers as CSV: read, checked against those who left, moved, with consents and trail.

The mark is 1 000 000 lines in 90 seconds (``BENCH_LIST_LINES=1000000``), on either engine, in memory that does not
grow with the list.
"""

import gc
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from campaigns.audit import Actor
from campaigns.subscribers.list_desk import bring_in
from campaigns.subscribers.lists import Provenance
from tests.benchmarks.mail_audience import service_for, settings_for
from tests.benchmarks.postgres_server import new_database, postgres_server

LINES = int(os.environ.get("BENCH_LIST_LINES", "50000"))
_MARK = 1_000_000 / 90


def run() -> Iterator[str]:
    """A sentence for each engine."""
    yield _measured("SQLite", "")
    with tempfile.TemporaryDirectory() as folder, postgres_server(Path(folder)) as server:
        yield _measured("PostgreSQL", new_database(server, "lists"))


def _measured(name: str, database_url: str) -> str:
    with (
        tempfile.TemporaryDirectory() as scratch,
        service_for(settings_for(Path(scratch), database_url=database_url)) as service,
    ):
        path = Path(scratch) / "liste.csv"
        with path.open("w", encoding="utf-8") as out:
            out.write("E-post;Språk;Temaer\n")
            out.writelines(f"leser.nummer{number}@eksempel{number % 500}.no;nn;kreft\n" for number in range(LINES))
        service.database.migrate()
        gc.collect()
        before, started = _memory(), time.monotonic()
        done = bring_in(
            service.database.session_scope,
            service.clock,
            path,
            provenance=Provenance(text="benchmark", already_confirmed="invented people"),
            keys=service.keyring,
            by=Actor.service("benchmark"),
        )
        took = time.monotonic() - started
        if done.added != LINES:
            raise RuntimeError(f"{done.added} of {LINES} came in")
    rate = LINES / took
    return (
        f"{name}: {LINES} lines in {took:.1f} s, {rate:.0f}/s"
        f" ({rate / _MARK:.2f} × the mark), {_memory() - before:.0f} MB more at the most"
    )


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    for line in run():
        print(line, flush=True)
