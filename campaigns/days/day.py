"""Commemorative days: what they are called, when they fall, and how this monitor marks them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.language import Language, Texts, text_in
from campaigns.tables import choice, instant, json_list, json_object


class DayKind(StrEnum):
    """How long it lasts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    PERIOD = "period"


class PostPolicy(StrEnum):
    """What the monitor does with it (commemorative-days.md §1)."""

    POST = "post"
    OPTIONAL = "optional"  # only when an editor asks
    SOBER = "sober"  # serious tone, no emoji, never without an editor
    SHIFT = "shift"  # move the post to a working day
    WARN = "warn"  # allowed, but the editor is warned
    QUIET = "quiet"  # nothing by itself on this day
    DROP = "drop"  # another day on the date wins
    AVOID = "avoid"  # no posts at all on this day


class CommemorativeDay(SQLModel, table=True):
    """One row of the catalogue. ``rules`` holds [{"rule", "valid_from"?, "valid_to"?}], years inclusive."""

    __tablename__ = "commemorative_day"

    id: str = Field(primary_key=True, max_length=80)
    kind: DayKind = choice(DayKind, "kind")
    names: dict[str, str] = json_object()
    name_confirmed: bool = False  # the Norwegian name was read in a source; else an editor approves it first
    rules: list[dict[str, Any]] = json_list()
    first_observed: int | None = None
    owner: str | None = None
    source: str | None = None
    hashtags: dict[str, list[str]] = json_object()  # by language, with {yyyy} / {yy} placeholders
    topics: list[str] = json_list()
    confidence: str = Field(default="likely", max_length=16)
    post_policy: PostPolicy = choice(PostPolicy, "post_policy", PostPolicy.POST)
    hook: str | None = None
    notes: str | None = None
    background: dict[str, str] = json_object()  # a sentence or two on why the day exists, by language
    indicator_ids: list[str] = json_list()
    enabled: bool = Field(default=False, index=True)

    def name_in(self, language: Language) -> str:
        return text_in(Texts(**self.names), language)  # type: ignore[typeddict-item]


class DayOverride(SQLModel, table=True):
    """A person's word on one year: moves, announces or cancels an occurrence, whatever the rule says."""

    __tablename__ = "day_override"

    id: int | None = Field(default=None, primary_key=True)
    day_id: str = Field(foreign_key="commemorative_day.id", index=True, max_length=80)
    year: int
    start: date | None = None
    end: date | None = None
    cancelled: bool = False
    source: str = ""
    entered_by: str = Field(default="", max_length=80)
    entered_at: datetime = instant()

    __table_args__ = (
        sa.UniqueConstraint("day_id", "year"),
        sa.CheckConstraint("cancelled OR start IS NOT NULL", name="has_date"),
    )
