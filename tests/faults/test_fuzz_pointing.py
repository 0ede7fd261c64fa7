"""Whatever a feed, a calendar, a dataflow or a page holds, it is read or refused in words; it never crashes or hangs.

``FUZZ_SECONDS`` is how long each reader is tried (`make faults` sets it to ten minutes).
"""

import os
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns.sources.calendars import Identity, read_calendar
from campaigns.sources.columns import columns_of
from campaigns.sources.dataflow import read_dataflow
from campaigns.sources.feeds import read_feed
from campaigns.sources.html_page import read_html_table, text_at
from campaigns.sources.refusal import PayloadRefused

SECONDS = float(os.environ.get("FUZZ_SECONDS", "10"))
LONGEST_READING = 10.0
MEMORY_CAP = 1024 * 1024  # in KiB, of the process: ten times the largest document read here
OSLO = ZoneInfo("Europe/Oslo")
COLUMNS = columns_of({"Type": "dimension", "*": "period"})
PAGE = b"""<!DOCTYPE html><title>T</title><p class=o>Sist oppdatert <time>1. mars</time></p><table><caption>A</caption>
<tr><th rowspan=2>Type<th colspan=2>\xc3\x85r<tr><th>2021<sup>1</sup><th>2023*<tr><td>A<td>4 351,9<td>..</table>"""
PIECES = (
    b"<", b">", b"&", b";", b'"', b"'", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<!DOCTYPE a [", b"<?xml ", b"&#xD800;",
    b"&nbsp;", b"\x00", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"<item>", b"</item>",
    b"<entry xmlns='http://www.w3.org/2005/Atom'>",
    b"xmlns:a='b'", b"\r\n ", b"BEGIN:VEVENT\n", b"END:VEVENT\n", b"BEGIN:VTIMEZONE\n",
    b"RRULE:FREQ=YEARLY;BYDAY=-5SU;BYMONTH=2\n",
    b"DTSTART;TZID=../../etc:99991231T235959\n", b"TZOFFSETTO:-9999\n", b"\\", b"<table>",
    b"<td rowspan=9999 colspan=9999>",
    b"<sup>", b"</table>", b"<tr>", b"<th>2021", b"<a " + b"b=1 " * 50, b"1" * 400, b"2026-99-99",
    b"<pubDate>", b"\xe2\x80\xa8",
)  # fmt: skip


def mutated(seed: bytes, chance: random.Random) -> bytes:
    """The document with some of it cut, doubled, moved, overwritten or strewn with what is awkward."""
    body = bytearray(seed)
    for _ in range(chance.randint(1, 12)):
        start = chance.randrange(len(body) + 1)
        end = min(len(body), start + chance.choice((1, 4, 40, 400, 4000)))
        match chance.randrange(6):
            case 0:
                del body[start:end]
            case 1:
                body[start:start] = body[start:end] * chance.choice((1, 2, 50))
            case 2:
                body[start:start] = chance.choice(PIECES) * chance.choice((1, 1, 3, 300))
            case 3:
                body[start:end] = chance.randbytes(end - start)
            case 4:
                del body[start:]
            case _:
                body[start:end] = chance.choice(PIECES)
    return bytes(body[: 2 * 1024 * 1024])


def read_everything_on(body: bytes) -> None:
    """A page, both ways it is read."""
    for read in (lambda: text_at(body, "table > tbody td, p.o"), lambda: read_html_table(body, COLUMNS, header=2)):
        try:
            read()
        except PayloadRefused:
            continue


READERS: dict[str, tuple[Callable[[bytes], object], tuple[str, ...]]] = {
    "feed": (
        lambda body: read_feed(body, zone=OSLO),
        ("feeds/eurostat-statistics-update.rss", "synthetic/ssb-statbank.rss", "synthetic/ssb-statkal.rss"),
    ),
    "calendar": (
        lambda body: read_calendar(body, zone=OSLO, identity=Identity.TITLE),
        ("calendars/bls-2025-2026.ics", "synthetic/eurostat-style-calendar.ics", "synthetic/ssb-statkal.rss"),
    ),
    "dataflow": (read_dataflow, ("sdmx/eurostat-dataflow-lfsa_egan.xml",)),
    "page": (read_everything_on, ()),
}


@pytest.mark.faults
@pytest.mark.timeout(SECONDS + 120)
@pytest.mark.parametrize("reader", READERS)
def test_it_reads_or_refuses_whatever_comes(reader: str, samples: Path) -> None:
    read, names = READERS[reader]
    seeds = [(samples / "sources" / name).read_bytes() for name in names] or [PAGE]
    number = int(os.environ.get("FUZZ_SEED", "0"))
    refused = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        chance = random.Random(f"{reader} {number}")  # the number alone makes the document again
        body = mutated(chance.choice(seeds), chance)
        started = time.process_time()  # the machine is shared
        try:
            read(body)
        except PayloadRefused:
            refused += 1
        except Exception as crash:
            raise AssertionError(f"FUZZ_SEED={number} breaks the reader of a {reader}") from crash
        assert time.process_time() - started < LONGEST_READING, f"FUZZ_SEED={number} takes too long"
        number += 1

    assert refused < number  # some of it is still what it was
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MEMORY_CAP
