"""What points to figures, as it is remembered: when each feed is read, what it has said, and who is to be asked.

Nothing of what a feed says of people is kept; SSB names the contacts of every table, and they are no business here.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.tables import instant, json_list


class Watch(SQLModel, table=True):
    """A source that points to figures: when it is read next, and what a watched page said last."""

    __tablename__ = "watch"

    source_id: str = Field(primary_key=True, foreign_key="source.id", max_length=80)
    next_at: datetime | None = instant(nullable=True)
    last_at: datetime | None = instant(nullable=True)
    heard_at: datetime | None = instant(nullable=True)  # when it was last read and understood
    text: str = ""
    warnings: list[str] = json_list()  # what could not be read of it the last time


class Pointer(SQLModel, table=True):
    """One thing that was said to be new, once per thing whatever number of times it is told."""

    __tablename__ = "pointer"

    id: int | None = Field(default=None, primary_key=True)
    source_id: str = Field(foreign_key="source.id", max_length=80)
    key: str = Field(max_length=64)
    title: str = Field(max_length=500)
    link: str | None = Field(default=None, max_length=2000)
    told_at: datetime | None = instant(nullable=True)  # the publisher's own time, where it gives one
    found_at: datetime = instant()
    last_seen_at: datetime = instant()
    tables: list[str] = json_list()
    dataset_ids: list[Any] = json_list()  # who was woken by it

    __table_args__ = (sa.UniqueConstraint("source_id", "key"),)


class Wake(SQLModel, table=True):
    """A dataset is to be asked at this time, because somebody said it has news."""

    __tablename__ = "wake"

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id")
    at: datetime = instant(index=True)
    asked_at: datetime = instant()
    reason: str = Field(max_length=500)

    __table_args__ = (sa.UniqueConstraint("dataset_id", "at"),)
