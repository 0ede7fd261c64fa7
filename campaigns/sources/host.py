"""How a host that sources live on is doing: how much it may still be asked, and whether it answers.

One row per host, however many sources live there, so that a restart and a second process go on where the last
one stopped.
"""

from datetime import datetime

from sqlmodel import Field, SQLModel

from campaigns.sources.trouble import Trouble
from campaigns.tables import instant, optional_choice


class SourceHost(SQLModel, table=True):
    """One host, ``name`` or ``name:port``."""

    __tablename__ = "source_host"

    host: str = Field(primary_key=True, max_length=260)
    # The token bucket as it stood at ``tokens_at``; null until the host has been asked.
    tokens: float | None = None
    tokens_at: datetime | None = instant(nullable=True)
    # What the host itself says it allows (``x-ratelimit-policy``).
    told_calls: int | None = None
    told_seconds: int | None = None
    # The host's own word (``Retry-After``, or nothing remaining): not to be asked before this, by anybody.
    not_before: datetime | None = instant(nullable=True)
    # The queue: one asks at a time, and a holder that died lets go when its time is up.
    holder: str | None = Field(default=None, max_length=40)
    held_until: datetime | None = instant(nullable=True)
    # The breaker: failures in a row, how often it has opened since the last answer, and until when it is open.
    failures: int = 0
    openings: int = 0
    open_until: datetime | None = instant(nullable=True)
    trouble: Trouble | None = optional_choice(Trouble)
    last_asked_at: datetime | None = instant(nullable=True)
    last_answer_at: datetime | None = instant(nullable=True)
    last_failure_at: datetime | None = instant(nullable=True)
