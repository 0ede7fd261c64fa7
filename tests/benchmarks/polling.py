"""Polling: a round over unchanged indicators, each its own table, against a server on loopback."""

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.refresh import poll_due
from campaigns.sources.http import SourceClient
from campaigns.sources.source import FetchOutcome, Source, SourceKind
from service.database import Database
from tests.benchmarks.tables_server import TablesServer

_NUMBERS = (250, 1_000, 4_000)  # 1×, 4×, 16×
_LIMIT_MS = 5.0


def run() -> Iterator[str]:
    """CPU time of this process per unchanged indicator; the server is a process of its own."""
    each = []
    for number in _NUMBERS:
        cpu, wall = _round(number, validators=False)
        each.append(cpu / number * 1000)
        yield _line(number, "the same bytes", cpu, wall)
    cpu, wall = _round(_NUMBERS[1], validators=True)
    yield _line(_NUMBERS[1], "304", cpu, wall)
    each.append(cpu / _NUMBERS[1] * 1000)
    yield f"16 × as many cost {each[2] / each[0] * 16:.1f} × as much"
    if statistics.median(each) > _LIMIT_MS:
        raise RuntimeError(f"{statistics.median(each):.2f} ms of CPU each; the limit is {_LIMIT_MS} ms")


def _line(number: int, told: str, cpu: float, wall: float) -> str:
    return (
        f"{number:5d} unchanged, {told:14s} {cpu / number * 1000:6.2f} ms CPU each (limit {_LIMIT_MS})"
        f"   {wall / number * 1000:6.2f} ms in all"
    )


def _round(number: int, *, validators: bool) -> tuple[float, float]:
    """Seconds of CPU and of wall clock for one round, after one that took everything in."""
    with tempfile.TemporaryDirectory() as name, TablesServer(_table(), validators=validators) as server:
        folder = Path(name)
        clock = FixedClock(datetime(2027, 5, 10, 10, 0, tzinfo=UTC))
        database = Database(f"sqlite:///{folder / 'polling.db'}")
        database.migrate()
        _follow(database, server.url, number)
        client = SourceClient(user_agent="Monitorposten/benchmark", allowed_hosts=("127.0.0.1",))
        poll_due(database.session_scope, clock, client, blobs=folder / "kilder")
        clock.advance(days=2)
        cpu, wall = time.process_time(), time.perf_counter()
        results = poll_due(database.session_scope, clock, client, blobs=folder / "kilder")
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        database.close()
    if [result.outcome for result in results] != [FetchOutcome.UNCHANGED] * number:
        raise RuntimeError(f"not all of {number} were asked and unchanged")
    return cpu, wall


def _follow(database: Database, url: str, number: int) -> None:
    with database.session_scope() as session:
        session.add(
            Source(
                id="bank", kind=SourceKind.PXWEB2, url=f"{url}/v2",
                options={"release_hours": False, "calls_per_minute": 1_000_000, "listing_minutes": 0},
            )
        )  # fmt: skip
        session.flush()
        session.add_all(
            Dataset(source_id="bank", query={"table": f"{place:05d}"}, query_sha256=f"{place:064d}")
            for place in range(number)
        )
        session.flush()
        session.add_all(
            Indicator(id=f"indikator-{dataset_id}", dataset_id=dataset_id, slice={"Type": "00"}, title={"nb": "Tall"})
            for dataset_id in session.exec(select(Dataset.id))
            if dataset_id is not None
        )


def _table() -> bytes:
    """Twelve types over thirty years: the size of an ordinary slice."""
    years, types = [str(year) for year in range(1995, 2025)], [f"{place:02d}" for place in range(12)]
    return json.dumps(
        {
            "version": "2.0",
            "class": "dataset",
            "label": "Tall",
            "updated": "2026-02-25T07:00:00Z",
            "id": ["Type", "Tid"],
            "size": [len(types), len(years)],
            "role": {"time": ["Tid"]},
            "dimension": {
                "Type": {"label": "type", "category": {"index": types}},
                "Tid": {"label": "år", "category": {"index": years}},
            },
            "value": [round(1000 + place * 1.7, 1) for place in range(len(types) * len(years))],
        }
    ).encode()
