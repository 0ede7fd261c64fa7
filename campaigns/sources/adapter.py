"""What a kind of source must offer, and what is asked of every answer whatever the kind."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaigns.errors import InvalidInput
from campaigns.sources.periods import parse_period
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source
from campaigns.sources.table import Table

JSON = "application/json"
ANY = "*/*"


@dataclass(frozen=True)
class SourceRequest:
    """One question. ``payload`` is sent as JSON with POST; without it the question is a GET."""

    url: str
    payload: Mapping[str, Any] | None = None
    accept: str = JSON

    def __str__(self) -> str:
        if self.payload is None:
            return f"GET {self.url}"
        return f"POST {self.url} {json.dumps(self.payload, ensure_ascii=False)}"


class SourceAdapter(ABC):
    """How a kind of source is asked and understood. No method touches the network."""

    parser: str
    markup = False  # whether an answer that is a web page is what was asked for

    @abstractmethod
    def request(self, source: Source, query: Mapping[str, Any]) -> SourceRequest:
        """The question for this query. Raises ``InvalidInput`` when the query makes none."""

    @abstractmethod
    def parse(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        """What the answer holds, be it without figures. Raises ``PayloadRefused``."""

    def read(self, body: bytes, source: Source, query: Mapping[str, Any]) -> Table:
        """The table in the answer. Raises ``PayloadRefused`` when it holds no figures that can be used."""
        table = self.parse(body, source, query)
        _check_figures(table)
        _check_newest(table, query.get("not_older_than"))
        return table

    def next_page(self, body: bytes, asked: SourceRequest) -> SourceRequest | None:  # noqa: ARG002 - most have one
        """Where the rest of the answer is; None when this is all of it."""
        return None


def plain_address(source: Source, query: Mapping[str, Any]) -> str:
    """The address of a document: the query's, else the source's own."""
    return str(query.get("url") or source.url)


def newest_end(table: Table) -> date | None:
    """The last day of the newest period with a figure."""
    time = table.time
    if time is None:
        return None
    place = table.dimensions.index(time)
    reached = {codes[place] for codes, cell in table.cells.items() if cell.value is not None}
    return max((end for end in (parse_period(code).end for code in reached) if end is not None), default=None)


def _check_figures(table: Table) -> None:
    if table.metadata_only:
        raise PayloadRefused("METADATA_ONLY", "svaret beskriver tabellen, men har ingen tall i seg.")
    if not any(cell.value is not None for cell in table.cells.values()):
        raise PayloadRefused("EMPTY_VALUE", "svaret har ingen tall; en kode i utvalget kan være feil.")


def _check_newest(table: Table, floor: str | None) -> None:
    """A source that turns newest and oldest around still answers 200, with figures from another century."""
    if floor is None:
        return
    wanted = parse_period(floor).end
    if wanted is None:
        raise InvalidInput(f"not_older_than: «{floor}» er ingen periode.", field="query")
    newest = newest_end(table)
    if newest is None or newest < wanted:
        raise PayloadRefused("PERIOD_TOO_OLD", f"det nyeste tallet er eldre enn {floor}; er utvalget snudd?")
