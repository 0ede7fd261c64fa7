"""What was published when. A vintage is one accepted state of a dataset; cells carry the span they held.

Bitemporal: "as published on date D" is one query over ``ObservationVersion`` (tracking.md §2).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.tables import choice, instant, json_list


class VintageState(StrEnum):
    """Whether a state of the table counts."""

    ACCEPTED = "accepted"
    HELD = "held"  # looked suspicious; kept to look at, never compared with


class Vintage(SQLModel, table=True):
    """One state of a dataset, numbered from 1."""

    __tablename__ = "vintage"

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id", index=True)
    seq: int
    state: VintageState = choice(VintageState, "state", VintageState.ACCEPTED)
    first_seen_at: datetime = instant()
    source_updated_at: datetime | None = instant(nullable=True)
    discontinued: bool = False  # the source said that no more figures would come in this table
    canonical_hash: str = Field(max_length=64)
    metadata_hash: str = Field(max_length=64)
    label: str = ""
    # [{"text", "mandatory", "dimension"?, "code"?}]
    notes: list[dict[str, Any]] = json_list()
    # [{"id", "label", "role", "categories": [{"code", "label", "unit"?}]}], in the source's order
    dimensions: list[dict[str, Any]] = json_list()
    classes: list[str] = json_list()
    verdict: str = Field(default="nothing", max_length=16)
    reason: str | None = None
    fetch_id: int | None = Field(default=None, foreign_key="fetch.id")
    embargo_until: datetime | None = instant(nullable=True)  # shown to nobody outside the desk before (``embargo``)

    __table_args__ = (sa.UniqueConstraint("dataset_id", "seq"),)


class ObservationVersion(SQLModel, table=True):
    """One cell's value over the vintages ``from_seq`` … ``to_seq`` (exclusive; null while it still holds)."""

    __tablename__ = "observation_version"

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id")
    series: str = Field(max_length=1000)  # canonical JSON of {dimension: code}, time left out
    period: str = Field(max_length=40)  # the source's own code
    value: str | None = Field(default=None, max_length=80)  # normalised decimal text; null = missing
    flag: str = Field(default="", max_length=20)
    from_seq: int
    to_seq: int | None = None

    __table_args__ = (
        sa.Index("ix_observation_version_current", "dataset_id", "to_seq"),
        sa.UniqueConstraint("dataset_id", "series", "period", "from_seq"),
    )
