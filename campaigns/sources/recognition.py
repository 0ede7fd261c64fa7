"""A pasted address looked up: what stands there, of which kind it is, and how its table is described.

The guarded client does the fetching, in the host's own turn, so that a person in the editor asks no more often
than the service itself may.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.errors import InvalidInput
from campaigns.sources.adapter import JSON
from campaigns.sources.adapters import adapter_for
from campaigns.sources.answers import check_answer
from campaigns.sources.file_kinds import OLE
from campaigns.sources.gho import Gho
from campaigns.sources.page import HTML
from campaigns.sources.paging import Asks, ask
from campaigns.sources.refusal import PayloadRefused, RequestRefused
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table_address import TablePlace

_ZIP = b"PK\x03\x04"
_MARKUP = (b"<!doctype html", b"<html")
_LOOKED_AT = 2000
_NOT_THERE = "Det er ingen tabell på denne adressen. Se etter skrivefeil."


@dataclass(frozen=True)
class LookedUp:
    """The place with its kind known, and the bytes that describe its table (a document is its own description)."""

    place: TablePlace
    body: bytes


def look_up(client: Asks, place: TablePlace, *, now: datetime) -> LookedUp:
    """Fetch what describes the table. Raises what the client raises, and ``PayloadRefused`` for what we cannot read."""
    if place.kind is SourceKind.GHO:
        response = ask(client, Gho(), adapter_for(SourceKind.GHO).request(_source(place), place.query), validators={})
    else:
        wanted = JSON if place.asks_for_a_selection else f"{place.accept}, {HTML}"
        response = client.get(place.described_at, headers={"Accept": wanted})
    try:
        check_answer(response, now=now, markup=not place.asks_for_a_selection)
    except RequestRefused as error:
        if error.status in {404, 410}:
            raise InvalidInput(_NOT_THERE, field="adresse") from error
        raise
    if place.asks_for_a_selection:
        return LookedUp(place, response.body)
    kind = place.kind or kind_of(response.body, response.headers)
    if kind is SourceKind.PXWEB1:  # a table of an installation whose addresses look like nothing we know
        return LookedUp(replace(place, kind=kind, query={"url": place.url}), response.body)
    if kind is not SourceKind.PAGE and _is_markup(response.body):
        raise PayloadRefused("NOT_JSON", "adressen viser en nettside, ikke en fil med tall.")
    return LookedUp(replace(place, kind=kind), response.body)


def kind_of(body: bytes, headers: Mapping[str, str]) -> SourceKind:
    """What kind of document this is, by what is in it; the server's word is asked last. Raises ``PayloadRefused``."""
    start = body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(_ZIP):
        return SourceKind.XLSX
    if start.startswith(OLE[:4]):
        raise PayloadRefused("OLD_EXCEL", "filen er i det gamle Excel-formatet (.xls). Be om den som .xlsx.")
    if start[:1] in {b"{", b"["}:
        return _kind_of_json(body)
    if _is_markup(body):
        return SourceKind.PAGE
    if b"CHARSET=" in start[:200].upper() or b"AXIS-VERSION=" in start[:200].upper():
        return SourceKind.PX
    told = headers.get("content-type", "")
    if "csv" in told or "text/plain" in told:
        return SourceKind.CSV
    raise PayloadRefused("NOT_KNOWN", "formatet på det som står på adressen, er ukjent. Velg typen selv.")


def _kind_of_json(body: bytes) -> SourceKind:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PayloadRefused("NOT_JSON", "svaret ser ut som JSON, men kan ikke leses.") from error
    if isinstance(found, dict) and isinstance(found.get("variables"), list):
        return SourceKind.PXWEB1
    if isinstance(found, list):
        raise PayloadRefused("NAVIGATION", "adressen er en liste over tabeller. Gå helt inn til én tabell.")
    return SourceKind.JSONSTAT


def _is_markup(body: bytes) -> bool:
    return body[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower().startswith(_MARKUP)


def _source(place: TablePlace) -> Source:
    assert place.kind is not None
    return Source(id="sett-paa", kind=place.kind, url=place.url)
