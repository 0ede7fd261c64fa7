"""A correction somebody owes readers: which quoted figures a source has changed, and how it ended."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.embargo import withhold
from campaigns.indicators.vintage import Vintage
from campaigns.tables import choice, instant


class TaskState(StrEnum):
    """Where the correction is."""

    OPEN = "open"
    CORRECTED = "corrected"  # readers have been told
    NOT_NEEDED = "not_needed"  # a person decided so, and wrote why
    REVERTED = "reverted"  # the source went back to what was printed


class CorrectionTask(SQLModel, table=True):
    """What one table's revisions call for. A table has one open task at most; later revisions add to it."""

    __tablename__ = "correction_task"

    id: int | None = Field(default=None, primary_key=True)
    dataset_id: int = Field(foreign_key="dataset.id")
    vintage_id: int = Field(foreign_key="vintage.id")  # the newest that changed anything in it
    first_seq: int  # of the vintage it began with
    state: TaskState = choice(TaskState, "state", TaskState.OPEN, index=True)
    opened_at: datetime = instant()
    updated_at: datetime = instant()
    closed_at: datetime | None = instant(nullable=True)
    closed_by: str | None = Field(default=None, max_length=80)  # ``Actor.name``
    reason: str | None = Field(default=None, max_length=500)
    correction_draft_id: int | None = Field(default=None, foreign_key="draft.id")  # what told the readers

    __table_args__ = (
        sa.Index(
            "uq_correction_task_open",
            "dataset_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )


class CorrectionLine(SQLModel, table=True):
    """One quoted figure of a task, as it was printed and as it would be now.

    ``new`` is empty when the figure was withdrawn, or when a sentence no longer holds.
    """

    __tablename__ = "correction_line"

    task_id: int = Field(foreign_key="correction_task.id", primary_key=True)
    quotation_id: int = Field(foreign_key="quotation.id", primary_key=True)
    old: str = Field(sa_type=sa.Text, nullable=False)
    new: str = Field(sa_type=sa.Text, nullable=False)


_TASK, _VINTAGE, _LINE = (
    SQLModel.metadata.tables[str(model.__tablename__)] for model in (CorrectionTask, Vintage, CorrectionLine)
)


def _hidden(at: datetime) -> sa.Select[tuple[int]]:
    return sa.select(_VINTAGE.c.id).where(_VINTAGE.c.embargo_until > at)


# What a vintage under embargo corrects tells what is in it.
withhold(CorrectionTask, lambda at: _TASK.c.vintage_id.not_in(_hidden(at)))
withhold(
    CorrectionLine,
    lambda at: _LINE.c.task_id.not_in(sa.select(_TASK.c.id).where(_TASK.c.vintage_id.in_(_hidden(at)))),
)
