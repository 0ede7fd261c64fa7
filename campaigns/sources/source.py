"""A source of figures: where it is, what kind it is, and how it has been doing lately."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from campaigns.sources.trouble import Trouble
from campaigns.tables import choice, instant, json_object, optional_choice


class SourceKind(StrEnum):
    """How a source speaks (interface.md §4). Adapters exist for the kinds in ``campaigns.sources.adapters``."""

    PXWEB1 = "pxweb1"
    PXWEB2 = "pxweb2"
    JSONSTAT = "jsonstat"
    FHI = "fhi"
    EUROSTAT = "eurostat"
    GHO = "gho"
    PX = "px"
    CSV = "csv"
    XLSX = "xlsx"
    FEED = "feed"
    CALENDAR = "calendar"
    PAGE = "page"
    PUSH = "push"


class Source(SQLModel, table=True):
    """One publisher's service, as the catalogue describes it."""

    __tablename__ = "source"

    id: str = Field(primary_key=True, max_length=80)
    kind: SourceKind = choice(SourceKind, "kind")
    url: str = Field(max_length=2000)
    timezone: str = Field(default="Europe/Oslo", max_length=60)
    poll_minutes: int = 24 * 60
    attribution: dict[str, str] = json_object()
    licence: str | None = Field(default=None, max_length=200)
    options: dict[str, Any] = json_object()
    enabled: bool = True
    last_success_at: datetime | None = instant(nullable=True)
    last_failure_at: datetime | None = instant(nullable=True)
    failure: str | None = None
    consecutive_failures: int = 0
    asked_for_at: datetime | None = instant(nullable=True)  # when a person last wanted it asked at once
    next_listing_at: datetime | None = instant(nullable=True)  # when to ask what has changed (``listings``)

    @property
    def is_brought(self) -> bool:
        """Whether nobody asks it: without an address its figures come as files."""
        return not self.url


class FetchOutcome(StrEnum):
    """What came of one request."""

    STORED = "stored"  # a new vintage
    UNCHANGED = "unchanged"  # the same cells as before, or 304
    SETTLING = "settling"  # a new state, waiting for a second fetch to agree
    HELD = "held"  # looked wrong; the last good vintage stays
    REFUSED = "refused"  # the body was not what the source should send
    FAILED = "failed"  # no usable answer


class Fetch(SQLModel, table=True):
    """One request to a source and what it gave. Never changed afterwards; failures and 304 included."""

    __tablename__ = "fetch"

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(foreign_key="source.id", index=True, max_length=80)
    dataset_id: int | None = Field(default=None, foreign_key="dataset.id", index=True)
    at: datetime = instant(index=True)
    request: str = Field(max_length=4000)
    status: int | None = None
    headers: dict[str, str] = json_object()
    body_sha256: str | None = Field(default=None, max_length=64)
    body_bytes: int | None = None
    parser: str | None = Field(default=None, max_length=40)
    outcome: FetchOutcome = choice(FetchOutcome, "outcome")
    detail: str | None = None
    trouble: Trouble | None = optional_choice(Trouble)
