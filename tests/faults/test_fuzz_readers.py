"""Every reader against answers bent at random: read them or refuse them in words, in a moment, within the memory.

`make faults` does so for ten minutes each; FUZZ_SECONDS says otherwise. A short run is part of the ordinary suite.
"""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from campaigns.indicators.comparison import compare
from campaigns.indicators.state import state_of
from campaigns.indicators.vintages import figures_only
from campaigns.sources import json_parts
from campaigns.sources.adapter import SourceAdapter
from campaigns.sources.adapters import adapter_for
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table import Table
from tests.faults import reader_seeds
from tests.faults.fuzzing import Bend, archive_bent, bytes_bent, fuzz, json_bent

JSON_WORDS = (
    b'"value":',
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b":",
    b'"',
    b"null",
    b"-",
    b"1e999",
    b"0.0",
    b"NaN",
    b"\\u0000",
)
PX_WORDS = (b'"', b";", b"DATA=", b"KEYS(", b'".."', b"TLIST(", b"-", b",", b"[en]", b"\xe6", b"=", b"(", b")", b"#")
CSV_WORDS = (b";", b",", b"\t", b'"', b"\r\n", b"\n", b"\xef\xbb\xbf", b"\xe6", b"..", b"*", b"-", b"1e9", b"\x00")
XML_WORDS = (
    b"<",
    b">",
    b"/",
    b'"',
    b"<v>",
    b"</c>",
    b"<f>",
    b'r="A1"',
    b'r="XFD1048576"',
    b"<!DOCTYPE",
    b"&lt;",
    b"1e9",
)


class Reader(NamedTuple):
    kind: SourceKind
    seeds: Callable[[], list[bytes]]
    bend: Bend
    query: dict[str, Any]


READERS = {
    "jsonstat": Reader(SourceKind.JSONSTAT, reader_seeds.jsonstat, json_bent(JSON_WORDS), {}),
    "pxweb1": Reader(SourceKind.PXWEB1, reader_seeds.pxweb1, json_bent(JSON_WORDS), {}),
    "eurostat": Reader(SourceKind.EUROSTAT, reader_seeds.eurostat, json_bent(JSON_WORDS), {}),
    "fhi": Reader(SourceKind.FHI, reader_seeds.fhi, json_bent(JSON_WORDS), {}),
    "gho": Reader(SourceKind.GHO, reader_seeds.gho, json_bent(JSON_WORDS), {}),
    "px": Reader(SourceKind.PX, reader_seeds.px, bytes_bent(PX_WORDS), {}),
    "csv": Reader(SourceKind.CSV, reader_seeds.csv, bytes_bent(CSV_WORDS), {"columns": reader_seeds.COLUMNS}),
    "xlsx": Reader(SourceKind.XLSX, reader_seeds.xlsx, archive_bent(XML_WORDS), {"columns": reader_seeds.COLUMNS}),
}
named = pytest.mark.parametrize("name", READERS)


@named
def test_no_bent_answer_breaks_a_reader(name: str) -> None:
    reader = READERS[name]
    found = fuzz(_reading(reader), reader.seeds(), reader.bend, start=20_270_510, seconds=8, examples=250)

    assert found.read >= min(20, found.examples // 20)


@pytest.mark.faults
@pytest.mark.timeout(0)
@named
def test_no_answer_bent_for_minutes_breaks_a_reader(name: str) -> None:
    reader, start = READERS[name], random.SystemRandom().randrange(2**32)
    seconds = float(os.environ.get("FUZZ_SECONDS", "600"))
    found = fuzz(_reading(reader), reader.seeds(), reader.bend, start=start, seconds=seconds)

    print(f"{name}: {found.examples} answers, {found.read} of them read (start {start})")  # noqa: T201 - shown by -s
    assert found.read


def _reading(reader: Reader) -> Callable[[bytes], object]:
    """Everything that is done to an answer before anything is stored."""
    source = Source(id="kilde", kind=reader.kind, url="https://example.no/api")
    adapter = adapter_for(reader.kind)

    def read(body: bytes) -> None:
        table = _parsed(adapter, source, reader.query, body)
        with _everything_long():
            other = _parsed(adapter, source, reader.query, body)
        assert _said(other) == _said(table), f"as columns: {_said(other)!r}"
        if isinstance(table, PayloadRefused):
            raise table
        figures = figures_only(table)
        state = state_of(figures)
        assert len(state.canonical_hash) == 64
        assert not compare(state, state_of(figures)).changes

    return read


def _parsed(adapter: SourceAdapter, source: Source, query: dict[str, Any], body: bytes) -> Table | PayloadRefused:
    try:
        return adapter.parse(body, source, query)
    except PayloadRefused as error:
        return error


def _said(table: Table | PayloadRefused) -> object:
    if isinstance(table, PayloadRefused):
        return "refused"  # for whichever reason is found first
    cells = [(codes, str(cell.value), cell.flag, cell.text) for codes, cell in table.cells.items()]
    return cells, table.dimensions, table.notes, table.updated, table.metadata_only


@contextmanager
def _everything_long() -> Iterator[None]:
    """As if every list of values were too long for the ordinary way: both ways must say the same."""
    usual = json_parts.LONG, json_parts.BLOCK
    json_parts.LONG, json_parts.BLOCK = 1, 64
    try:
        yield
    finally:
        json_parts.LONG, json_parts.BLOCK = usual
