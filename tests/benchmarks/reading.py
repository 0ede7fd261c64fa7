"""Reading: JSON-stat and px read, hashed and compared, beside ``json.loads`` of the same bytes; the first storing."""

import json
import random
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from campaigns.clock import FixedClock
from campaigns.indicators.comparison import compare
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.state import State, state_of
from campaigns.indicators.vintages import accept, figures_only, state_at
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.px import read_px
from campaigns.sources.source import Source, SourceKind
from service.database import Database

_YEARS, _AGES, _REGIONS = 20, 40, 1000
_WHOLE = _YEARS * _AGES * _REGIONS
_TIMES = 5
_REVISED = 500
_MOST_TIME, _MOST_MEMORY = 3.0, 12.0

Value = float | int | None
Found = TypeVar("Found")
_CHANCE = random.Random(20_270_510)
_KINDS: dict[str, Callable[[], Value]] = {
    "whole numbers": lambda: _CHANCE.randint(0, 999_999),
    "one decimal": lambda: round(_CHANCE.uniform(0, 99_999), 1),
    "5 % missing": lambda: None if _CHANCE.random() < 0.05 else _CHANCE.randint(0, 99_999),
}


def run() -> Iterator[str]:
    """Every kind of figures at 800 000 cells, then whole numbers at 1, 4 and 16 times 50 000 cells."""
    yield f"{'':28}json.loads     read    hash  compare     all   ratio   memory"
    for kind in _KINDS:
        yield from _measured(kind, kind, _document(kind, _REGIONS))
    yield f"(allowed: {_MOST_TIME:.0f} × json.loads, {_MOST_MEMORY:.0f} × the payload)"
    base = 0.0
    for times in (1, 4, 16):
        body = json.dumps(_document("whole numbers", _REGIONS * times // 16)).encode()
        taken, _ = _fastest(lambda body=body: _known(body))  # type: ignore[misc]
        base = base or taken
        yield f"{_WHOLE * times // 16:9} cells      {taken * 1000:8.1f} ms   {taken / base:5.1f} × the first"
    yield from _px()
    yield from _stored()


def _measured(name: str, kind: str, document: dict[str, Any]) -> Iterator[str]:
    body = json.dumps(document, separators=(",", ":")).encode()
    old = state_of(read_jsonstat(_revised(document)))
    loads, _ = _fastest(lambda: json.loads(body))
    read, table = _fastest(lambda: read_jsonstat(body))
    hashed, state = _fastest(lambda: _hashed(state_of(table)))
    compared, found = _fastest(lambda: compare(old, state))
    if len(found.changes) != _REVISED:
        raise RuntimeError(f"{len(found.changes)} changes were found, not {_REVISED}")
    tracemalloc.start()
    compare(old, _known(body))
    peak = tracemalloc.get_traced_memory()[1] / len(body)
    tracemalloc.stop()
    whole = read + hashed + compared
    times = "".join(f"{seconds * 1000:9.0f}" for seconds in (loads, read, hashed, compared, whole))
    missed = "" if whole <= _MOST_TIME * loads and peak <= _MOST_MEMORY else "   MISSED"
    yield f"{name:28}{times}   {whole / loads:4.1f} ×   {peak:4.1f} ×{missed}"


def _px() -> Iterator[str]:
    years = ",".join(f'"{2000 + number}"' for number in range(_YEARS))
    places = ",".join(f'"{number:06}"' for number in range(_WHOLE // _YEARS))
    rows = "\n".join(
        " ".join('".."' if value is None else str(value) for value in _values("5 % missing", _YEARS))
        for _ in range(_WHOLE // _YEARS)
    )
    body = (
        f'CHARSET="ANSI";CODEPAGE="utf-8";CONTENTS="x";UNITS="n";STUB="sted";HEADING="år";VALUES("sted")={places};'
        f'VALUES("år")={years};TIMEVAL("år")=TLIST(A1),{years};DATA=\n{rows};'
    ).encode()
    taken, _ = _fastest(lambda: _hashed(state_of(read_px(body))))
    yield f"px, {_WHOLE} cells            {taken * 1000:8.0f} ms   read and hashed"


def _stored() -> Iterator[str]:
    table = figures_only(read_jsonstat(json.dumps(_document("one decimal", _REGIONS)).encode()))
    state = state_of(table)
    clock = FixedClock(datetime(2027, 5, 10, 6, 0, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'figures.sqlite'}")
        database.migrate()
        started = time.perf_counter()
        with database.session_scope() as session:
            session.add(Source(id="kilde", kind=SourceKind.JSONSTAT, url="https://example.no"))
            dataset = Dataset(source_id="kilde", query={}, query_sha256="0" * 64)
            session.flush()
            session.add(dataset)
            session.flush()
            vintage = accept(
                session, clock, dataset, table, state, previous=None, comparison=compare(None, state), fetch_id=None
            )
            session.flush()
        written = time.perf_counter() - started
        with database.session_scope(read_only=True) as session:
            started = time.perf_counter()
            if state_at(session, session.merge(vintage)).canonical_hash != state.canonical_hash:
                raise RuntimeError("what was read back is not what was stored")
            again = time.perf_counter() - started
            yield f"first vintage, {_WHOLE} cells {written:8.1f} s    read back in {again:.1f} s"
        database.close()


def _known(body: bytes) -> State:
    return _hashed(state_of(read_jsonstat(body)))


def _hashed(state: State) -> State:
    if len(state.canonical_hash) != 64:
        raise RuntimeError("no hash")
    return state


def _document(kind: str, regions: int) -> dict[str, Any]:
    codes = {
        "Region": [f"{number:04}" for number in range(regions)],
        "Alder": [f"{number:03}" for number in range(_AGES)],
        "Tid": [str(2000 + number) for number in range(_YEARS)],
    }
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Eksempeldata",
        "id": list(codes),
        "size": [len(each) for each in codes.values()],
        "role": {"time": ["Tid"]},
        "dimension": {name: {"category": {"index": each}} for name, each in codes.items()},
        "value": _values(kind, regions * _AGES * _YEARS),
    }


def _values(kind: str, count: int) -> list[Value]:
    return [_KINDS[kind]() for _ in range(count)]


def _revised(document: dict[str, Any]) -> bytes:
    values = list(document["value"])
    filled = [place for place, value in enumerate(values) if value is not None]
    for place in _CHANCE.sample(filled, _REVISED):
        values[place] += 7
    return json.dumps(document | {"value": values}).encode()


def _fastest(work: Callable[[], Found]) -> tuple[float, Found]:
    """The least processor time of some runs: what the work costs when nothing else is in the way."""
    best = float("inf")
    for _ in range(_TIMES):
        started = time.process_time()
        found = work()
        best = min(best, time.process_time() - started)
    return best, found
