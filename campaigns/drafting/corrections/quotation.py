"""What readers have got from us: the figures of published items, the cells behind them, and their vintage.

A sentence that rests on figures it does not print, «tredje måling på rad med økning», is quoted as well: it may stop
being true. The registry is written when an item goes out and is what a revision is held up against.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.language import Language
from campaigns.tables import choice, instant, json_list


class QuoteKind(StrEnum):
    """How the figure was said."""

    LEVEL = "level"  # «4,7 mrd. kr»
    CHANGE = "change"  # «8,0 %», since the base period
    REMARK = "remark"  # a whole sentence that rests on several cells
    CHART = "chart"  # a point of the figure, printed in its table and text alternative


class QuotedItem(SQLModel, table=True):
    """A published item that has been read for figures; it may have none. Written once."""

    __tablename__ = "quoted_item"

    draft_id: int = Field(foreign_key="draft.id", primary_key=True)
    archive_slug: str | None = Field(default=None, max_length=120)  # of the issue it stood in
    quoted_at: datetime = instant()


class Quotation(SQLModel, table=True):
    """One figure as one item printed it. ``cells``: [{"series", "period", "value"}], unrounded, from the source.

    ``dataset_id`` is the table whose revision would change it: a sentence about two tables has a row for each.
    """

    __tablename__ = "quotation"

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="quoted_item.draft_id", index=True)
    indicator_id: str = Field(foreign_key="indicator.id", index=True, max_length=80)
    dataset_id: int = Field(foreign_key="dataset.id")
    vintage_id: int = Field(foreign_key="vintage.id")
    kind: QuoteKind = choice(QuoteKind, "kind")
    series: str = Field(max_length=1000)
    period: str = Field(max_length=40)
    base_period: str | None = Field(default=None, max_length=40)
    label: str = Field(max_length=300)  # «Driftskostnader til forskning, 2021», in the item's language
    printed: str = Field(sa_type=sa.Text, nullable=False)
    language: Language = choice(Language, "language", Language.BOKMAAL)
    factor: str = Field(default="1", max_length=40)  # source value × factor = printed value, as it was then
    decimals: int = 0
    unit: str = Field(default="", max_length=120)
    cells: list[dict[str, Any]] = json_list()
    channels: list[str] = json_list()
    # What it would be printed as by the vintage ``compared_seq``, so that a revision is told of once.
    latest: str = Field(sa_type=sa.Text, nullable=False)
    compared_seq: int
    corrected: bool = False  # readers have been told; what the correction says is quoted in its own right

    __table_args__ = (sa.Index("ix_quotation_compared", "dataset_id", "corrected", "compared_seq"),)
