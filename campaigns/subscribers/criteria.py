"""What subscribers are found by: their choices, their state, and how and when they came. Never who they are.

The conditions stand here once, so that a list, a count, a preview and a sending find the same people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Self

import sqlalchemy as sa
from sqlmodel import col

from campaigns.language import Language
from campaigns.subscribers.subscriber import Frequency, Subscriber, SubscriberStatus

TOPICS: sa.ColumnElement[str] = sa.type_coerce(col(Subscriber.topics), sa.Text())
"""What somebody chose, as their row says it: a JSON list."""
MOST_DAYS = 3_650
"""So many days back somebody can have come lately."""


class Way(StrEnum):
    """How somebody came to be here."""

    SIGN_UP = "sign_up"  # by the form, themselves
    LIST = "list"  # in a list that somebody brought


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """All of these at once; what is not said does not matter.

    ``since`` and ``before`` are when somebody came here: from the first instant, up to but without the second.
    ``last_days`` is the same said of a day that moves: nobody is found by it before ``as_of`` has put an instant.
    """

    status: SubscriberStatus | None = None
    language: Language | None = None
    topic: str = ""  # those who chose this subject; who chose none gets it all the same
    frequency: Frequency | None = None
    way: Way | None = None
    since: datetime | None = None
    before: datetime | None = None
    last_days: int | None = None
    held_back: bool = False

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        read: dict[str, Any] = dict(stored)
        for name, kind in _KINDS.items():
            if name in read:
                read[name] = kind(read[name])
        for name in ("since", "before"):
            if name in read:
                read[name] = datetime.fromisoformat(read[name])
        return cls(**read)

    def stored(self) -> dict[str, Any]:
        """As JSON, in one form only: what is the same is stored the same. Nothing for everybody."""
        found: dict[str, Any] = {}
        for name in (field.name for field in fields(Criteria)):
            value = getattr(self, name)
            if value:
                found[name] = value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        return {name: value.value if isinstance(value, StrEnum) else value for name, value in found.items()}

    def as_of(self, at: datetime) -> Self:
        """These as they are at an instant: the days that move with it are an instant of their own."""
        if self.last_days is None:
            return self
        earliest = at - timedelta(days=self.last_days)
        return replace(self, last_days=None, since=max(earliest, self.since) if self.since else earliest)

    @property
    def bare(self) -> "Criteria":
        """These without whatever a more special search adds."""
        return Criteria(**{field.name: getattr(self, field.name) for field in fields(Criteria)})


_KINDS: Mapping[str, type[StrEnum]] = {
    "status": SubscriberStatus, "language": Language, "frequency": Frequency, "way": Way,
}  # fmt: skip


def conditions(criteria: Criteria) -> list[sa.ColumnElement[bool]]:
    """What holds for the subscribers that fit. Raises ``ValueError`` for days that are counted from no instant."""
    if criteria.last_days is not None:
        raise ValueError("ask for the criteria as of an instant first")
    found: list[sa.ColumnElement[bool]] = []
    if criteria.status is not None:
        found.append(col(Subscriber.status) == criteria.status)
    if criteria.language is not None:
        found.append(col(Subscriber.language) == criteria.language)
    if criteria.frequency is not None:
        found.append(col(Subscriber.frequency) == criteria.frequency)
    if criteria.topic:
        found.append(TOPICS.contains(f'"{criteria.topic}"', autoescape=True))
    if criteria.way is not None:
        found.append(col(Subscriber.brought).is_(criteria.way is Way.LIST))
    if criteria.since is not None:
        found.append(col(Subscriber.created_at) >= criteria.since)
    if criteria.before is not None:
        found.append(col(Subscriber.created_at) < criteria.before)
    if criteria.held_back:
        found.append(col(Subscriber.suppressed).is_not(None))
    return found
