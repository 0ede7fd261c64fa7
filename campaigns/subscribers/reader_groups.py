"""Readers by what they chose: a million of them are a few dozen groups, and each group is found again by one condition.

Those who chose the same language and topics get the same, so nobody is looked at one by one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.language import Language
from campaigns.subscribers.audience import is_on
from campaigns.subscribers.subscriber import Frequency, Subscriber

_TOPICS = sa.cast(col(Subscriber.topics), sa.Text)  # PostgreSQL compares no JSON, only its text


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who an issue is for: readers of one of the languages who chose one of the subjects; none named = all.

    Somebody who chose no subject wants them all. ``frequencies`` are those whose turn it is: a reader who asked for
    one mail a month is in the audience of the monthly digest alone.
    """

    languages: tuple[Language, ...] = ()
    subjects: tuple[str, ...] = ()
    frequencies: tuple[Frequency, ...] = (Frequency.EACH,)

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            languages=tuple(Language(tag) for tag in stored.get("languages", ())),
            subjects=tuple(stored.get("subjects", ())),
            frequencies=tuple(Frequency(name) for name in stored.get("frequencies", (Frequency.EACH,))),
        )

    def stored(self) -> dict[str, Any]:
        """As JSON; nothing for everybody who wants each issue."""
        found: dict[str, Any] = {}
        if self.languages:
            found["languages"] = [tag.value for tag in self.languages]
        if self.subjects:
            found["subjects"] = list(self.subjects)
        if self.frequencies != (Frequency.EACH,):
            found["frequencies"] = [frequency.value for frequency in self.frequencies]
        return found

    def includes(self, group: "ReaderGroup") -> bool:
        if self.languages and group.language not in self.languages:
            return False
        if group.frequency not in self.frequencies:
            return False
        return not self.subjects or not group.topics or not set(self.subjects).isdisjoint(group.topics)


EVERYBODY = Audience()


@dataclass(frozen=True, kw_only=True)
class ReaderGroup:
    """Everybody who reads the same language and chose the same. ``stored`` is how their row says the topics."""

    language: Language
    topics: tuple[str, ...]
    stored: str
    count: int
    frequency: Frequency = Frequency.EACH


def reader_groups(session: Session, wanted: Audience = EVERYBODY) -> list[ReaderGroup]:
    """Those who may receive the newsletter now and are in the audience, by what they chose; the largest group first.

    One question however many they are; ``in_groups`` finds the people again.
    """
    chosen = (col(Subscriber.language), col(Subscriber.frequency), _TOPICS)
    rows = session.exec(select(*chosen, func.count()).where(*is_on()).group_by(*chosen))
    groups = (
        ReaderGroup(
            language=language, frequency=frequency, topics=tuple(json.loads(stored)), stored=stored, count=count
        )
        for language, frequency, stored, count in rows
    )
    found = [group for group in groups if wanted.includes(group)]
    return sorted(found, key=lambda group: (-group.count, group.language, group.frequency, group.stored))


def in_groups(groups: Iterable[ReaderGroup]) -> sa.ColumnElement[bool]:
    """The condition that finds the people of these groups who may receive the newsletter now."""
    alike: dict[tuple[Language, Frequency], list[str]] = {}
    for group in groups:
        alike.setdefault((group.language, group.frequency), []).append(group.stored)
    theirs = [
        sa.and_(col(Subscriber.language) == language, col(Subscriber.frequency) == frequency, _TOPICS.in_(stored))
        for (language, frequency), stored in alike.items()
    ]
    return sa.and_(*is_on(), sa.or_(sa.false(), *theirs))
