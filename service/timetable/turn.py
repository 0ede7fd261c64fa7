"""When each row of the timetable is next due: a column in the database, so that two services take turns."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from campaigns.tables import instant


class Turn(SQLModel, table=True):
    """One row of the timetable as it stands: due when, last run by whom, and how that went."""

    __tablename__ = "timetable_turn"

    name: str = Field(primary_key=True, max_length=60)
    next_at: datetime = instant()
    claimed_by: str | None = Field(default=None, max_length=80)
    last_started_at: datetime | None = instant(nullable=True)
    last_finished_at: datetime | None = instant(nullable=True)
    last_error: str | None = None
