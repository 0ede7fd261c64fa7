"""The table an indicator is being made of, as the address in the browser says it: nothing is stored between steps."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import request
from pydantic import ValidationError

from campaigns.catalogue.source_entries import QueryEntry
from campaigns.errors import InvalidInput
from campaigns.sources import blobs as kept
from campaigns.sources.adapters import adapter_for
from campaigns.sources.description import Description, described, read_description
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table_address import TablePlace, place_of
from service.request import current

BY_COLUMNS = frozenset({SourceKind.CSV, SourceKind.XLSX, SourceKind.PAGE})
OFFERED = (
    SourceKind.PXWEB2, SourceKind.PXWEB1, SourceKind.FHI, SourceKind.EUROSTAT, SourceKind.GHO, SourceKind.JSONSTAT,
    SourceKind.PX, SourceKind.CSV, SourceKind.XLSX, SourceKind.PAGE,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Found:
    """The table being chosen from, as the address in the browser says it."""

    address: str
    kind: SourceKind
    digest: str
    indicator_id: str
    columns: str  # of a sheet: the part of the query that says what each column is, as JSON

    @classmethod
    def of_request(cls) -> "Found":
        values = request.values
        kind, digest = values.get("type", ""), values.get("beskrivelse", "")
        if kind not in set(SourceKind) or len(digest) != 64 or not digest.isalnum():
            raise InvalidInput("Begynn med å lime inn adressen til tabellen.", field="adresse")
        return cls(
            address=values.get("adresse", ""),
            kind=SourceKind(kind),
            digest=digest,
            indicator_id=values.get("indikator", ""),
            columns=values.get("kolonner", ""),
        )

    @cached_property
    def place(self) -> TablePlace:
        place = place_of(self.address, kind=self.kind if self.kind in OFFERED else None)
        if self.kind is SourceKind.PXWEB1 and not place.query:
            place = replace(place, query={"url": place.url})
        if self.columns:
            place = replace(place, query={**place.query, **_columns(self.columns)})
        return replace(place, kind=self.kind)

    @cached_property
    def body(self) -> bytes:
        try:
            return kept.fetch(current().folders.source_blobs, self.digest)
        except FileNotFoundError as error:
            raise InvalidInput("Beskrivelsen er ikke her lenger. Hent tabellen på nytt.", field="adresse") from error

    @cached_property
    def description(self) -> Description:
        if self.place.asks_for_a_selection:
            return read_description(self.kind, self.body, zone=current().settings.zone)
        source = Source(id="sett-paa", kind=self.kind, url=self.address, timezone=current().settings.zone.key)
        return described(adapter_for(self.kind).parse(self.body, source, self.place.query))

    @property
    def as_query(self) -> dict[str, str]:
        """As the next step's address says it."""
        said = {
            "adresse": self.address, "type": self.kind.value, "beskrivelse": self.digest,
            "indikator": self.indicator_id, "kolonner": self.columns,
        }  # fmt: skip
        return {key: value for key, value in said.items() if value}


def _columns(text: str) -> dict[str, Any]:
    try:
        return QueryEntry.model_validate_json(text).asked()
    except ValidationError as error:
        raise InvalidInput("Kolonnene er ikke hele med. Velg dem på nytt.", field="kolonner") from error


def check_description(description: Description) -> None:
    if not description.axes or any(not axis.choices for axis in description.axes):
        raise PayloadRefused("NO_DIMENSIONS", "tabellen har ingen kategorier å velge i.")
    if description.time is None:
        raise PayloadRefused("NO_TIME", "tabellen har ingen tid, så det er ingen utvikling å følge.")
