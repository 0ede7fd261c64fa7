"""States of a table that were not taken in: kept until a person has judged them, or the source shows another.

What differed is kept for good; the figures themselves only while somebody may still want to take them in.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from campaigns.tables import choice, instant, json_list, json_object


class HeldStatus(StrEnum):
    """What has become of a held state."""

    WAITING = "waiting"  # for a person
    ACCEPTED = "accepted"  # taken in as a vintage, with a reason
    REFUSED = "refused"  # a mistake at the source: not asked about again while the source shows it
    PASSED = "passed"  # the source shows something else now


class HeldState(SQLModel, table=True):
    """One state of one dataset that looked wrong or needs a person's eye."""

    __tablename__ = "held_state"

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id", index=True)
    status: HeldStatus = choice(HeldStatus, "status", HeldStatus.WAITING, index=True)
    canonical_hash: str = Field(max_length=64)
    units_hash: str = Field(max_length=64)  # figures in another unit are another state
    first_seen_at: datetime = instant()
    last_seen_at: datetime = instant()
    source_updated_at: datetime | None = instant(nullable=True)
    compared_with: int | None = None  # the vintage's number; null when it is the first answer ever
    fetch_id: int | None = Field(default=None, foreign_key="fetch.id")
    classes: list[str] = json_list()
    reasons: list[str] = json_list()
    # How many cells of each class; and the first of the cells, each with codes, period, label, words, old, new,
    # old_flag, new_flag and kind.
    counts: dict[str, int] = json_object()
    changes: list[dict[str, Any]] = json_list()
    decided_at: datetime | None = instant(nullable=True)
    decided_by: str | None = Field(default=None, max_length=80)  # as in the audit trail
    decision_reason: str | None = None
    vintage_id: int | None = Field(default=None, foreign_key="vintage.id")

    @property
    def waiting(self) -> bool:
        return self.status is HeldStatus.WAITING

    @property
    def changed_cells(self) -> int:
        return sum(self.counts.values())


class HeldFigures(SQLModel, table=True):
    """The table itself, packed; apart from the row, so that a list of held states does not carry it."""

    __tablename__ = "held_figures"

    held_id: int = Field(primary_key=True, foreign_key="held_state.id")
    packed: bytes
