"""What a catalogue may say, key by key. docs/catalogue.md lists the same keys; a test compares them."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from campaigns.days.load import DayEntry
from campaigns.days.topics import Topic
from campaigns.indicators.indicator import ChangeKind
from campaigns.sources.adapters import adapter_for, can_follow
from campaigns.sources.periods import parse_period
from campaigns.sources.plain_text import ENCODINGS
from campaigns.sources.source import Source, SourceKind
from chart_renderer.spec import FigureType

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_EVERY = re.compile(r"([1-9][0-9]{0,4})([mhd])")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextEntry(_Strict):
    """The same text in up to three languages."""

    nb: Text | None = None
    nn: Text | None = None
    en: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_bokmaal(cls, value: Any) -> Any:
        return {"nb": value} if isinstance(value, str) else value


class TitleEntry(TextEntry):
    """A title: bokmål is what editors see, so it must be there."""

    nb: Text


class AttributionEntry(TitleEntry):
    """Who publishes the figures, as the source line names them; ``short`` is for text alternatives."""

    short: Text | None = None


class SourceOptions(_Strict):
    """What is particular about one source."""

    time: Text | None = None
    settle_minutes: Annotated[int, Field(ge=0, le=24 * 60)] | None = None
    release_hours: bool | None = None


class SourceEntry(_Strict):
    """One publisher's service."""

    id: Slug
    kind: SourceKind
    url: Annotated[Text, StringConstraints(max_length=2000)]
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
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"«{value}» er ikke en tidssone; skriv for eksempel Europe/Oslo.") from error
        return value

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if not re.match(r"(https?://[^\s/]+|file:///)", value):
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
        if self.enabled and not can_follow(self.kind):
            raise ValueError(f"kilder av typen {self.kind.value} kan ikke følges ennå; sett «enabled: false».")
        return self

    def columns(self) -> dict[str, Any]:
        """What the table holds of it, apart from the id."""
        return {
            "kind": self.kind,
            "url": self.url,
            "timezone": self.timezone,
            "poll_minutes": minutes_of(self.poll),
            "attribution": self.attribution.model_dump(exclude_none=True),
            "licence": self.licence,
            "options": self.options.model_dump(exclude_none=True),
            "enabled": self.enabled,
        }


class QueryEntry(_Strict):
    """What to ask the source for. Without anything, the source's own address is fetched."""

    url: Text | None = None
    table: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=80)] | None = None
    selection: dict[Text, list[Text]] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] | None = None
    time: Text | None = None
    dataset: Text | None = None
    not_older_than: Text | None = None
    columns: dict[Text, Text] | None = None
    header: Annotated[int, Field(ge=1, le=1000)] | None = None
    sheet: Text | None = None
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

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        if value is not None and value not in ENCODINGS:
            raise ValueError(f"«{value}» er ikke et tegnsett som leses; velg mellom {', '.join(ENCODINGS)}.")
        return value

    def asked(self) -> dict[str, Any]:
        """The query as adapters read it and the database keeps it."""
        return self.model_dump(exclude_none=True)


class ChartEntry(_Strict):
    """How the indicator is drawn; docs/catalogue.md explains each key."""

    type: FigureType = FigureType.LINE
    dimension: Text | None = None
    codes: list[Text] = []
    names: dict[Text, TextEntry] = {}
    title: TextEntry | None = None
    subtitle: TextEntry | None = None
    measure: TextEntry | None = None
    last: Annotated[int, Field(ge=2)] | None = None

    @field_validator("type")
    @classmethod
    def _shows_a_series(cls, kind: FigureType) -> FigureType:
        if kind in FigureType.of_cards():
            raise ValueError(f"«{kind.value}» vises ikke av én indikator; velg en figurtype med akse")
        return kind


class IndicatorEntry(_Strict):
    """One figure people follow."""

    id: Slug
    source: Slug
    query: QueryEntry = QueryEntry()
    slice: dict[Text, Text] = {}
    title: TitleEntry
    description: TextEntry = TextEntry()
    unit: TextEntry = TextEntry()
    factor: Decimal = Decimal(1)
    decimals: Annotated[int, Field(ge=0, le=9)] = 0
    change: ChangeKind = ChangeKind.RELATIVE
    change_unit: TextEntry = TextEntry()
    change_factor: Decimal | None = None
    change_decimals: Annotated[int, Field(ge=0, le=9)] | None = None
    topics: list[Topic] = []
    figure_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)] | None = None
    chart: ChartEntry = ChartEntry()
    example_data: bool = False
    enabled: bool = True

    @field_validator("factor", "change_factor", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        try:
            number = Decimal(str(value)) if value is not None else None
        except InvalidOperation as error:
            raise ValueError(f"«{value}» er ikke et tall; bruk punktum, for eksempel 0.001.") from error
        if number is not None and (not number.is_finite() or number <= 0 or len(str(value)) > 40):
            raise ValueError("tallet må være større enn 0.")
        return number

    def columns(self) -> dict[str, Any]:
        """What the table holds of it, apart from the id, its dataset and its place."""
        return {
            "slice": dict(self.slice),
            "title": self.title.model_dump(exclude_none=True),
            "description": self.description.model_dump(exclude_none=True),
            "unit": self.unit.model_dump(exclude_none=True),
            "factor": str(self.factor),
            "decimals": self.decimals,
            "change": self.change,
            "change_unit": self.change_unit.model_dump(exclude_none=True),
            "change_factor": None if self.change_factor is None else str(self.change_factor),
            "change_decimals": self.change_decimals,
            "topics": [topic.value for topic in self.topics],
            "figure_url": self.figure_url,
            "chart": self.chart.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
            "example_data": self.example_data,
            "enabled": self.enabled,
        }

    def check_question(self, source: Source) -> None:
        """Raises ``InvalidInput`` when the source cannot be asked this."""
        if can_follow(source.kind) and source.enabled and self.enabled:
            adapter_for(source.kind).request(source, self.query.asked())


class CatalogueEntries(_Strict):
    """The whole file. ``releases``, ``rules`` and ``themes`` are known keys that cannot hold anything yet."""

    sources: list[SourceEntry] = []
    indicators: list[IndicatorEntry] = []
    days: list[DayEntry] = []
    releases: list[Any] = []
    rules: list[Any] = []
    themes: list[Any] = []

    @model_validator(mode="before")
    @classmethod
    def _empty_key_is_an_empty_list(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {key: [] if found is None else found for key, found in value.items()}

    @field_validator("releases", "rules", "themes")
    @classmethod
    def _not_yet(cls, value: list[Any]) -> list[Any]:
        if value:
            raise ValueError(
                "nøkkelen er kjent, men denne versjonen har ikke noe sted å ta vare på den; la den stå tom."
            )
        return value


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
