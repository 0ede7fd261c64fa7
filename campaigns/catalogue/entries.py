"""What a catalogue may say, key by key. docs/catalogue.md lists the same keys; a test compares them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import Field, StringConstraints, field_validator, model_validator

from campaigns.catalogue.reading_entry import ReadingEntry
from campaigns.catalogue.release_entries import ReleaseEntry
from campaigns.catalogue.source_entries import QueryEntry, SourceEntry, minutes_of
from campaigns.catalogue.statement_entries import StatementsEntry
from campaigns.catalogue.texts import Entry, Slug, Text, TextEntry, TitleEntry
from campaigns.days.load import DayEntry
from campaigns.days.topics import Topic
from campaigns.errors import InvalidInput
from campaigns.indicators.connection import asks_for_nothing
from campaigns.indicators.indicator import ChangeKind
from campaigns.sources.adapters import adapter_for, can_follow, only_points
from campaigns.sources.source import Source
from chart_renderer.spec import FigureType

_LONGEST_ANNOTATION = 40


class AnnotationEntry(Entry):
    """A few words at a period: what happened then."""

    period: Text
    text: TextEntry

    @field_validator("text")
    @classmethod
    def _short(cls, text: TextEntry) -> TextEntry:
        said = [one for one in (text.nb, text.nn, text.en) if one]
        if not said or max(map(len, said)) > _LONGEST_ANNOTATION:
            raise ValueError(f"skriv 1 til {_LONGEST_ANNOTATION} tegn; teksten står på et flagg i figuren")
        return text


class ChartEntry(Entry):
    """How the indicator is drawn; docs/catalogue.md explains each key."""

    type: FigureType = FigureType.LINE
    dimension: Text | None = None
    codes: list[Text] = Field(default_factory=list)
    names: dict[Text, TextEntry] = Field(default_factory=dict)
    title: TextEntry | None = None
    subtitle: TextEntry | None = None
    measure: TextEntry | None = None
    last: Annotated[int, Field(ge=2)] | None = None
    base: Text | None = None
    annotations: Annotated[list[AnnotationEntry], Field(max_length=2)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _only_growth_has_a_base(self) -> "ChartEntry":
        if self.base is not None and self.type is not FigureType.INDEXED:
            raise ValueError("«base» hører bare til type: indexed")
        return self

    @field_validator("type")
    @classmethod
    def _shows_a_series(cls, kind: FigureType) -> FigureType:
        if kind in FigureType.of_cards():
            raise ValueError(f"«{kind.value}» vises ikke av én indikator; velg en figurtype med akse")
        return kind


class IndicatorEntry(Entry):
    """One figure people follow."""

    id: Slug
    source: Slug
    query: QueryEntry = QueryEntry()
    slice: dict[Text, Text] = Field(default_factory=dict)
    title: TitleEntry
    description: TextEntry = TextEntry()
    unit: TextEntry = TextEntry()
    factor: Decimal = Decimal(1)
    decimals: Annotated[int, Field(ge=0, le=9)] = 0
    change: ChangeKind = ChangeKind.RELATIVE
    change_unit: TextEntry = TextEntry()
    change_factor: Decimal | None = None
    change_decimals: Annotated[int, Field(ge=0, le=9)] | None = None
    reading: ReadingEntry = ReadingEntry()
    topics: list[Topic] = Field(default_factory=list)
    update_period: Annotated[int, Field(ge=1, le=3660)] | None = None
    figure_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)] | None = None
    chart: ChartEntry = ChartEntry()
    statements: StatementsEntry = StatementsEntry()
    revision_threshold: Decimal | None = None
    draft_on_request: bool = False
    example_data: bool = False
    enabled: bool = True

    @field_validator("update_period", mode="before")
    @classmethod
    def _days(cls, value: Any) -> Any:
        """``365d``; how long from one set of figures to the next."""
        if value is None:
            return None
        minutes = minutes_of(str(value))
        if minutes < 24 * 60 or minutes % (24 * 60):
            raise ValueError("skriv hvor lang tid det går mellom nye tall, i hele dager, for eksempel 365d eller 730d.")
        return minutes // (24 * 60)

    @field_validator("factor", "change_factor", "revision_threshold", mode="before")
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
            **self.reading.columns(),
            "topics": [topic.value for topic in self.topics],
            "update_period_days": self.update_period,
            "figure_url": self.figure_url,
            "chart": self.chart.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
            "statements": self.statements.column(),
            "revision_threshold": None if self.revision_threshold is None else str(self.revision_threshold),
            "draft_on_request": self.draft_on_request,
            "example_data": self.example_data,
            "enabled": self.enabled,
        }

    def check_question(self, source: Source) -> None:
        """Raises ``InvalidInput`` when the source cannot be asked this."""
        if only_points(source.kind):
            raise InvalidInput(
                f"Kilden «{source.id}» har ingen tall; den forteller bare hvor det er nye.", field="source"
            )
        if asks_for_nothing(source, self.query.asked()):
            return  # described before anybody knows where its figures are
        if can_follow(source.kind) and source.enabled and self.enabled:
            adapter_for(source.kind).request(source, self.query.asked())


class CatalogueEntries(Entry):
    """The whole file. ``rules`` and ``themes`` are known keys that cannot hold anything yet."""

    sources: list[SourceEntry] = Field(default_factory=list)
    indicators: list[IndicatorEntry] = Field(default_factory=list)
    days: list[DayEntry] = Field(default_factory=list)
    releases: list[ReleaseEntry] = Field(default_factory=list)
    rules: list[Any] = Field(default_factory=list)
    themes: list[Any] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _empty_key_is_an_empty_list(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {key: [] if found is None else found for key, found in value.items()}

    @field_validator("rules", "themes")
    @classmethod
    def _not_yet(cls, value: list[Any]) -> list[Any]:
        if value:
            raise ValueError(
                "nøkkelen er kjent, men denne versjonen har ikke noe sted å ta vare på den; la den stå tom."
            )
        return value
