"""What a catalogue may say of a source, and of what it is asked."""

import re
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, StringConstraints, field_validator, model_validator

from campaigns.catalogue.reading_entry import Flags
from campaigns.catalogue.texts import Entry, Slug, Text, TitleEntry
from campaigns.catalogue.watch_entries import WatchOptions, checked_selector
from campaigns.sources.adapters import can_follow, only_points
from campaigns.sources.incoming import BROUGHT_KINDS
from campaigns.sources.periods import parse_period
from campaigns.sources.plain_text import ENCODINGS
from campaigns.sources.source import SourceKind

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_EVERY = re.compile(r"([1-9][0-9]{0,4})([mhd])")


class AttributionEntry(TitleEntry):
    """Who publishes the figures, as the source line names them; ``short`` is for text alternatives."""

    short: Text | None = None


class SourceOptions(WatchOptions):
    """What is particular about one source."""

    time: Text | None = None
    settle_minutes: Annotated[int, Field(ge=0, le=24 * 60)] | None = None
    release_hours: bool | None = None
    calls_per_minute: Annotated[float, Field(gt=0, le=6000)] | None = None
    listing_minutes: Annotated[int, Field(ge=0, le=7 * 24 * 60)] | None = None
    flags: Flags | None = None


class SourceEntry(Entry):
    """One publisher's service."""

    id: Slug
    kind: SourceKind
    url: Annotated[Text, StringConstraints(max_length=2000)] | None = None
    timezone: str = "Europe/Oslo"
    poll: str = "24h"
    attribution: AttributionEntry
    licence: Annotated[Text, StringConstraints(max_length=200)] | None = None
    options: SourceOptions = SourceOptions()
    enabled: bool = True

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"«{value}» er ikke en tidssone; skriv for eksempel Europe/Oslo.") from error
        return value

    @field_validator("url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"(https?://[^\s/]+|file:///)", value):
            raise ValueError("adressen må begynne med https:// (file:/// er bare for demoen).")
        return value

    @field_validator("poll")
    @classmethod
    def _every(cls, value: str) -> str:
        if minutes_of(value) < 5:
            raise ValueError("skriv hvor ofte kilden spørres, for eksempel 6h, 24h eller 7d; oftest 5m.")
        return value

    @model_validator(mode="after")
    def _can_be_followed(self) -> Self:
        if self.enabled and not (can_follow(self.kind) or only_points(self.kind)):
            raise ValueError(f"kilder av typen {self.kind.value} kan ikke følges ennå; sett «enabled: false».")
        if self.url is None and self.kind not in BROUGHT_KINDS:
            raise ValueError("skriv adressen i «url»; bare filer som blir levert, har ingen.")
        if self.url is not None and self.kind is SourceKind.PUSH:
            raise ValueError("en kilde av typen push har ingen «url»; den sender selv.")
        return self

    @model_validator(mode="after")
    def _points_somewhere(self) -> Self:
        options = self.options
        if self.enabled and self.kind is SourceKind.FEED and not options.points_to:
            raise ValueError("si i «options.points_to» hvilke kilder feeden forteller om.")
        if self.enabled and self.kind is SourceKind.CALENDAR and not options.concerns:
            raise ValueError("si i «options.concerns» hvilke innslag i kalenderen som gjelder hva.")
        if options.watch and (self.kind is not SourceKind.PAGE or not options.points_to):
            raise ValueError("«options.watch» er for kilder av typen page, sammen med «options.points_to».")
        if options.dataflow and self.kind is not SourceKind.EUROSTAT:
            raise ValueError("«options.dataflow» er for kilder av typen eurostat.")
        return self

    def columns(self) -> dict[str, Any]:
        """What the table holds of it, apart from the id."""
        return {
            "kind": self.kind,
            "url": self.url or "",
            "timezone": self.timezone,
            "poll_minutes": minutes_of(self.poll),
            "attribution": self.attribution.model_dump(exclude_none=True),
            "licence": self.licence,
            "options": self.options.model_dump(mode="json", exclude_none=True),
            "enabled": self.enabled,
        }


class QueryEntry(Entry):
    """What to ask the source for. Without anything, the source's own address is fetched."""

    url: Text | None = None
    table: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=80)] | None = None
    selection: dict[Text, list[Text]] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = None
    time: Text | None = None
    dataset: Text | None = None
    not_older_than: Text | None = None
    columns: dict[Text, Text] | None = None
    selector: Text | None = None
    header: Annotated[int, Field(ge=1, le=1000)] | None = None
    sheet: Text | None = None
    fill_down: bool | None = None
    file: Annotated[Text, StringConstraints(max_length=100)] | None = None
    separator: Literal[";", ",", "tab"] | None = None
    decimal: Literal[",", "."] | None = None
    encoding: Text | None = None
    round: Text | None = None

    @field_validator("not_older_than")
    @classmethod
    def _period(cls, value: str | None) -> str | None:
        if value is not None and not parse_period(value).known:
            raise ValueError(f"«{value}» er ingen periode; skriv for eksempel 2023 eller 2023K1.")
        return value

    @field_validator("selector")
    @classmethod
    def _css(cls, value: str | None) -> str | None:
        return checked_selector(value)

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None and value not in ENCODINGS:
            raise ValueError(f"«{value}» er ikke et tegnsett som leses; velg mellom {', '.join(ENCODINGS)}.")
        return value

    def asked(self) -> dict[str, Any]:
        """The query as adapters read it and the database keeps it."""
        return self.model_dump(exclude_none=True)


def minutes_of(every: str) -> int:
    """``6h`` is 360 minutes; 0 for what is no interval."""
    found = _EVERY.fullmatch(every)
    return int(found[1]) * _MINUTES[found[2]] if found else 0


def every_of(minutes: int) -> str:
    """The shortest way to write an interval."""
    for unit in ("d", "h"):
        if minutes % _MINUTES[unit] == 0 and minutes >= _MINUTES[unit] * (2 if unit == "d" else 1):
            return f"{minutes // _MINUTES[unit]}{unit}"
    return f"{minutes}m"
