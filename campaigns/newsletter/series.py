"""A series: an issue that comes round by itself, is filled some days before it goes, and waits for a person's yes."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.language import Language
from campaigns.newsletter.rhythm import Rhythm
from campaigns.tables import choice, instant, json_list, json_object


class SeriesStatus(StrEnum):
    """Whether it is filled."""

    ACTIVE = "active"
    PAUSED = "paused"  # nothing is filled; what would have come meanwhile is not made up for
    ENDED = "ended"  # for good; its history stays


class TakesIn(StrEnum):
    """What it is filled with, besides its own words."""

    SENT = "sent"  # every approved draft that went out since the last one of the series
    PROPOSED = "proposed"  # what the compose page proposes: approved since the last issue, and mailed to nobody yet


class TurnOutcome(StrEnum):
    """What became of one turn of the series."""

    FILLED = "filled"  # an issue was made
    EMPTY = "empty"  # there was nothing to tell
    PASSED = "passed"  # its time went by before the service got to it


class IssueSeries(SQLModel, table=True):
    """One series. Changing it changes the issues that come, not those that are made."""

    __tablename__ = "issue_series"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=80)
    status: SeriesStatus = choice(SeriesStatus, "status", SeriesStatus.ACTIVE)
    rhythm: dict[str, Any] = json_object()  # ``Rhythm.stored()``
    at: str = Field(max_length=5)  # the office's clock when it goes: 08:00
    lead_days: int  # how many days before it is filled
    begins_on: date = Field(sa_type=sa.Date)  # no turn before; every other week counts from here
    language: Language = choice(Language, "language", Language.BOKMAAL)
    subjects: list[str] = json_list()  # readers of these only; empty = all
    reader_languages: list[str] = json_list()
    segment_id: int | None = Field(default=None, foreign_key="segment.id", index=True)
    subject: str = Field(max_length=200)  # with places for month, year and week (``series_words``)
    preheader: str = Field(default="", max_length=160)
    opening: str = Field(default="", sa_type=sa.Text, nullable=False)  # light Markdown, the first thing in each
    takes_in: TakesIn = choice(TakesIn, "takes_in", TakesIn.SENT)
    most_items: int
    version: int = 1
    active_since: datetime = instant()  # begun or resumed: what should have come before is no turn that was missed
    created_at: datetime = instant()
    updated_at: datetime = instant()
    last_editor_id: int | None = Field(default=None, foreign_key="editor.id")
    form_token: str = Field(unique=True, max_length=64)  # the form that began it: a second click begins no other

    @property
    def comes(self) -> Rhythm:
        return Rhythm.from_stored(self.rhythm)

    @property
    def wall_time(self) -> time:
        return time.fromisoformat(self.at)


class SeriesTurn(SQLModel, table=True):
    """One turn of a series: what it covered, and the issue it became. The unique key lets nobody take it twice."""

    __tablename__ = "series_turn"

    id: int | None = Field(default=None, primary_key=True)
    series_id: int = Field(foreign_key="issue_series.id")
    due_on: date = Field(sa_type=sa.Date)  # the date of the rhythm, which the real one may lie some days after
    slot_at: datetime = instant()
    outcome: TurnOutcome = choice(TurnOutcome, "outcome")
    since: datetime = instant()
    until: datetime = instant()
    issue_id: int | None = Field(default=None, foreign_key="issue.id", unique=True)
    left_out: int = 0  # how many there was no room for
    at: datetime = instant()

    __table_args__ = (sa.UniqueConstraint("series_id", "due_on"),)


def made_by_series() -> SelectOfScalar[int | None]:
    """The ids of the issues that a series made."""
    return select(col(SeriesTurn.issue_id)).where(col(SeriesTurn.issue_id).is_not(None))


def id_of_series(series: IssueSeries) -> int:
    """Its id; every series that came through a flush has one."""
    assert series.id is not None
    return series.id
