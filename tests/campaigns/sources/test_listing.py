"""What sources list as changed, read from real and documented answers."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from campaigns.sources.listing import Listed, can_list, listing_request, read_listing
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _source(kind: SourceKind) -> Source:
    return Source(id="x", kind=kind, url="https://stat.example/api/v2/")


def test_it_reads_a_real_page_of_tables(samples: Path) -> None:
    page = read_listing(SourceKind.PXWEB2, (samples / "sources/pxwebapi2/scb-tables-page1.json").read_bytes())

    assert (len(page.tables), page.pages) == (20, 213)
    assert page.tables[0] == Listed("TAB4707", "2026-05-29T06:00:00Z", False)
    assert {listed.updated for listed in page.tables} == {"2026-05-29T06:00:00Z"}


def test_it_reads_fhis_list_by_when_it_was_modified() -> None:
    body = [{"tableId": 175, "title": "x", "publishedAt": "2025-01-01T00:00:00", "modifiedAt": "2026-11-20T09:30:00"}]

    page = read_listing(SourceKind.FHI, json.dumps(body).encode())

    assert page.tables == [Listed("175", "2026-11-20T09:30:00")]


def test_it_asks_for_the_days_it_was_told() -> None:
    asked = listing_request(_source(SourceKind.PXWEB2), days=3, now=NOW, page=2).url

    assert asked.startswith("https://stat.example/api/v2/tables?pastDays=3&")
    assert "pageNumber=2" in asked
    assert listing_request(_source(SourceKind.FHI), days=3, now=NOW).url.endswith("/table?modifiedAfter=2026-11-18")


@pytest.mark.parametrize("body", [b"[]", b'{"tables": null}', b'{"tables": ["x"]}', b"<html>", b'{"id": []}'])
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadRefused):
        read_listing(SourceKind.PXWEB2, body)


def test_only_two_kinds_have_a_list() -> None:
    assert [kind for kind in SourceKind if can_list(kind)] == [SourceKind.PXWEB2, SourceKind.FHI]
