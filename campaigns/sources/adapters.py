"""One adapter per way a source speaks: how to ask, and how to read what comes back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from campaigns.errors import InvalidInput
from campaigns.sources.jsonstat import PARSER, read_jsonstat
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table import Table


@dataclass(frozen=True)
class SourceRequest:
    """One question. ``payload`` is sent as JSON with POST; without it the question is a GET."""

    url: str
    payload: Mapping[str, Any] | None = None

    def __str__(self) -> str:
        if self.payload is None:
            return f"GET {self.url}"
        return f"POST {self.url} {json.dumps(self.payload, ensure_ascii=False)}"


class SourceAdapter(Protocol):
    """What a kind of source must offer. Neither method touches the network."""

    parser: str

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        """The question for this query. Raises ``InvalidInput`` when the query makes none."""

    def read(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        """The table in the answer. Raises ``PayloadRefused`` when it holds no figures that can be used."""


def adapter_for(kind: SourceKind) -> SourceAdapter:
    """The adapter for this kind. Raises ``InvalidInput`` for one that is described but not followed."""
    adapter = _ADAPTERS.get(kind)
    if adapter is None:
        known = ", ".join(sorted(_ADAPTERS))
        raise InvalidInput(f"Kilder av typen {kind.value} kan ikke følges; typene som kan, er {known}.", field="kind")
    return adapter


def can_follow(kind: SourceKind) -> bool:
    return kind in _ADAPTERS


def can_read(kind: SourceKind) -> bool:
    """Whether an answer of this kind can be looked at: several sources speak JSON-stat."""
    return kind in _JSONSTAT_SPEAKERS


class _JsonStat:
    """A JSON-stat document at an address. Query: nothing, or ``url`` (and ``dataset`` in a bundle)."""

    parser = PARSER

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        return SourceRequest(str(query.get("url") or source.url))

    def read(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        table = read_jsonstat(
            body,
            zone=ZoneInfo(source.timezone),
            time_dimension=query.get("time") or source.options.get("time"),
            dataset=query.get("dataset"),
        )
        if table.metadata_only:
            raise PayloadRefused("METADATA_ONLY", "svaret beskriver tabellen, men har ingen tall i seg.")
        if not any(cell.value is not None for cell in table.cells.values()):
            raise PayloadRefused("EMPTY_VALUE", "svaret har ingen tall; en kode i utvalget kan være feil.")
        return table


class _PxWeb2(_JsonStat):
    """PxWebApi 2. Query: ``table`` and ``selection`` {variable: [codes]} (POST), or a plain ``url`` (GET)."""

    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        if query.get("url") or source.url.startswith("file:"):
            return super().request(source, query)
        table = query.get("table")
        if not table:
            raise InvalidInput("En pxweb2-spørring trenger «table» og «selection», eller en «url».", field="query")
        parameters = urlencode({"lang": query.get("language", "no"), "outputFormat": "json-stat2"})
        url = f"{source.url.rstrip('/')}/tables/{quote(str(table), safe='')}/data?{parameters}"
        return SourceRequest(url, {"selection": _selection(query.get("selection") or {})})


def _selection(selection: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Each code once: the server answers 500 when one is given twice."""
    return [
        {"variableCode": variable, "valueCodes": list(dict.fromkeys(str(code) for code in codes))}
        for variable, codes in selection.items()
    ]


_ADAPTERS: Mapping[SourceKind, SourceAdapter] = {SourceKind.JSONSTAT: _JsonStat(), SourceKind.PXWEB2: _PxWeb2()}
_JSONSTAT_SPEAKERS = frozenset(
    {SourceKind.JSONSTAT, SourceKind.PXWEB2, SourceKind.PXWEB1, SourceKind.EUROSTAT, SourceKind.FHI}
)
