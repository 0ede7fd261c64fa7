"""What is followed: a dataset is one query to a source, an indicator is one series in it worth speaking of."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.language import Language, Texts, text_in
from campaigns.tables import choice, instant, json_list, json_object


class ChangeKind(StrEnum):
    """How the change from one period to the next is spoken of (data-sources.md §1.3)."""

    RELATIVE = "relative"  # per cent
    POINTS = "points"  # percentage points, for shares
    ABSOLUTE = "absolute"  # in the indicator's own unit


class Dataset(SQLModel, table=True):
    """One query to one source. Indicators with the same query share it, its fetches and its vintages."""

    __tablename__ = "dataset"

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(foreign_key="source.id", index=True, max_length=80)
    query: dict[str, Any] = json_object()
    query_sha256: str = Field(max_length=64)
    next_poll_at: datetime | None = instant(nullable=True, index=True)
    last_polled_at: datetime | None = instant(nullable=True)
    failed_attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # in a row, for this one question
    listed_as: str | None = Field(default=None, max_length=40)  # ``updated`` in the source's list when last fetched
    # A new state of the table waits here until a second fetch agrees (tracking.md §3.6).
    settling_hash: str | None = Field(default=None, max_length=64)
    settling_since: datetime | None = instant(nullable=True)
    held_id: int | None = None  # the held state that waits for a person's judgement (``HeldState``)
    # Figures that come before this instant are kept from everybody but those who prepare what is said of them.
    embargo_until: datetime | None = instant(nullable=True)

    __table_args__ = (sa.UniqueConstraint("source_id", "query_sha256"),)


class Indicator(SQLModel, table=True):
    """One figure people follow, as the catalogue describes it."""

    __tablename__ = "indicator"

    id: str = Field(primary_key=True, max_length=80)
    dataset_id: int = Field(foreign_key="dataset.id", index=True)
    slice: dict[str, str] = json_object()  # dimension id -> code, every dimension but time
    title: dict[str, str] = json_object()
    description: dict[str, str] = json_object()
    unit: dict[str, str] = json_object()  # as printed after the number: "mrd. kr", "årsverk", "%"
    factor: str = Field(default="1", max_length=40)  # source value × factor = printed value; decimal text
    decimals: int = 0
    change: ChangeKind = choice(ChangeKind, "change", ChangeKind.RELATIVE)
    # An absolute change may be printed in another unit than the level (1,40 mill. kr, but +52 000 kr).
    change_unit: dict[str, str] = json_object()
    change_factor: str | None = Field(default=None, max_length=40)
    change_decimals: int | None = None
    # How the figures are read (docs/catalogue.md): what marks mean, when they are final, where the series breaks.
    flags: dict[str, list[str]] = json_object()
    provisional: dict[str, int] = json_object()
    breaks: list[str] = json_list()
    frequency: str | None = Field(default=None, max_length=20)
    lag_years: int | None = None
    earlier_slices: list[dict[str, str]] = json_list()
    topics: list[str] = json_list()
    figure_url: str | None = Field(default=None, max_length=500)
    chart: dict[str, Any] = json_object()
    update_period_days: int | None = None  # how long from one set of figures to the next: 365, 730; None = not told
    statements: dict[str, Any] = json_object()  # what else to look for: statements.rules.StatementRules
    # A revision this large is told of though nobody has quoted the figure; decimal text, as ``change`` is printed.
    revision_threshold: str | None = Field(default=None, max_length=40)
    draft_on_request: bool = False  # a person decides in the inbox whether a draft is made of its findings
    example_data: bool = False  # invented numbers: "eksempeldata" is printed wherever a person sees them
    position: int = 0
    enabled: bool = True
    # The vintage up to which this indicator's news was told; behind the dataset's while its slice picks no series.
    heard_seq: int | None = None

    def title_in(self, language: Language) -> str:
        return text_in(Texts(**self.title), language)  # type: ignore[typeddict-item]

    def printed(self, source_value: Decimal) -> Decimal:
        """The value in the unit it is printed in, unrounded."""
        return source_value * Decimal(self.factor)
