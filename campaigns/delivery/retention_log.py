"""What each day's tidying let go of, for those who must be able to show it (P-05)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.clock import Clock
from campaigns.tables import instant, json_object


class RetentionRun(SQLModel, table=True):
    """One run: when, and how many of each kind went. Names nobody."""

    __tablename__ = "retention_run"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = instant(index=True)
    counts: dict[str, Any] = json_object()


def note_run(session: Session, clock: Clock, counts: dict[str, int]) -> RetentionRun:
    """Keep what a run did, also when it was nothing: that it ran is what is asked for."""
    run = RetentionRun(at=clock.now(), counts=dict(counts))
    session.add(run)
    session.flush()
    return run


def latest_runs(session: Session, limit: int = 60) -> Sequence[RetentionRun]:
    """The newest runs first."""
    newest = select(RetentionRun).order_by(col(RetentionRun.at).desc(), col(RetentionRun.id).desc())
    return session.exec(newest.limit(limit)).all()
