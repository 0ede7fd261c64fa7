"""Something worth saying about an indicator, with the evidence for it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel, col

from campaigns.tables import choice, instant, json_list, json_object


class FindingKind(StrEnum):
    """The classes of tracking.md §3 that an editor hears about."""

    NEW_PERIOD = "new_period"
    REVISION = "revision"


class FindingState(StrEnum):
    """What has become of a finding."""

    NEW = "new"
    DRAFTED = "drafted"
    DISMISSED = "dismissed"


class Finding(SQLModel, table=True):
    """One finding; unique per indicator, period, kind and vintage, so that a second look makes no second one."""

    __tablename__ = "finding"

    id: int | None = Field(default=None, primary_key=True)
    indicator_id: str = Field(foreign_key="indicator.id", index=True, max_length=80)
    vintage_id: int = Field(foreign_key="vintage.id", index=True)
    kind: FindingKind = choice(FindingKind, "kind")
    period: str = Field(max_length=40)
    state: FindingState = choice(FindingState, "state", FindingState.NEW, index=True)
    # KeyFigure.as_json(): value, base, change and periods, unrounded decimal text
    key_figure: dict[str, Any] = json_object()
    # for a revision: the previous vintage's key figure of the same period
    earlier: dict[str, Any] = json_object()
    # what else the figures give reason to say (campaigns.indicators.statements), the worthiest first
    statements: list[dict[str, Any]] = json_list()
    news_value: int = 0
    found_at: datetime = instant()
    # While it is NEW: a person decides whether a draft is made of it; nothing is drafted by itself.
    on_request: bool = False
    snoozed_until: datetime | None = instant(nullable=True)
    # why it was dismissed or snoozed, by whom (``Actor.name``) and when
    reason: str | None = Field(default=None, max_length=500)
    decided_by: str | None = Field(default=None, max_length=80)
    decided_at: datetime | None = instant(nullable=True)

    __table_args__ = (sa.UniqueConstraint("indicator_id", "period", "kind", "vintage_id"),)


def lies_open(now: datetime) -> sa.ColumnElement[bool]:
    """The findings somebody should decide on at this moment; what was put off comes back by itself."""
    until = col(Finding.snoozed_until)
    return sa.and_(col(Finding.state) == FindingState.NEW, sa.or_(until.is_(None), until <= now))
