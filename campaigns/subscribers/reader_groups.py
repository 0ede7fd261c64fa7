"""Readers by what they chose: a million of them are a few dozen groups, and each group is found again by one condition.

Those who chose the same language and topics get the same, so nobody is looked at one by one.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, func, select

from campaigns.language import Language
from campaigns.subscribers.audience import is_on
from campaigns.subscribers.criteria import TOPICS, Criteria, conditions
from campaigns.subscribers.segment import SegmentCopy
from campaigns.subscribers.subscriber import Frequency, Subscriber

_REACHED = ("accepted", "delivered", "unknown")  # what is uncertain may lie in somebody's mailbox
_ON_ITS_WAY = ("planned", "queued", "sending", "deferred")
_FLOWING = ("sending", "sent")  # the issue; of one that was paused or cancelled nothing more leaves


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who an issue is for: readers of one of the languages who chose one of the subjects; none named = all.

    ``segment`` leaves those of them who are in it, by the criteria it had when it was chosen.

    Somebody who chose no subject wants them all. ``frequencies`` are those whose turn it is: a reader who asked for
    one mail a month is in the audience of the monthly digest alone.

    ``recipients_of`` is the issue that this one puts right: then it is for those who got that one or are about to,
    all of them and nobody else, whatever they chose.
    """

    languages: tuple[Language, ...] = ()
    subjects: tuple[str, ...] = ()
    frequencies: tuple[Frequency, ...] = (Frequency.EACH,)
    recipients_of: int | None = None
    segment: SegmentCopy | None = None
    listed: bool | None = None  # in the public archive; None = unless it is for a segment

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            languages=tuple(Language(tag) for tag in stored.get("languages", ())),
            subjects=tuple(stored.get("subjects", ())),
            frequencies=tuple(Frequency(name) for name in stored.get("frequencies", (Frequency.EACH,))),
            recipients_of=stored.get("recipients_of"),
            segment=SegmentCopy.from_stored(stored["segment"]) if "segment" in stored else None,
            listed=stored.get("listed"),
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
        if self.recipients_of is not None:
            found["recipients_of"] = self.recipients_of
        if self.segment is not None:
            found["segment"] = self.segment.stored()
        if self.listed is not None:
            found["listed"] = self.listed
        return found

    @property
    def is_listed(self) -> bool:
        """Whether anybody may come upon it in the archive; whoever has its address may read it all the same."""
        return self.segment is None if self.listed is None else self.listed

    def as_of(self, at: datetime) -> Self:
        """The audience of what goes out at this instant: those who came lately came lately then."""
        if self.segment is None:
            return self
        return replace(self, segment=replace(self.segment, criteria=self.segment.criteria.as_of(at)))

    @property
    def within(self) -> Criteria | None:
        """What holds for the readers besides what they chose; a correction goes to those who got the wrong issue."""
        return self.segment.criteria if self.segment is not None and self.recipients_of is None else None

    def includes(self, group: "ReaderGroup") -> bool:
        if self.recipients_of is not None:
            return True
        if self.languages and group.language not in self.languages:
            return False
        if group.frequency not in self.frequencies:
            return False
        return not self.subjects or not group.topics or not set(self.subjects).isdisjoint(group.topics)

    def topics_of_items(self, topics: Sequence[Collection[str]]) -> list[Collection[str]]:
        """What each item is about for these readers; those who got the wrong issue get the whole correction."""
        return [() for _ in topics] if self.recipients_of is not None else list(topics)


EVERYBODY = Audience()


@dataclass(frozen=True, kw_only=True)
class ReaderGroup:
    """Everybody who reads the same language and chose the same. ``stored`` is how their row says the topics."""

    language: Language
    topics: tuple[str, ...]
    stored: str
    count: int
    frequency: Frequency = Frequency.EACH
    recipients_of: int | None = None  # only those of them who got this issue
    within: Criteria | None = None  # only those of them who fit


def reader_groups(session: Session, wanted: Audience = EVERYBODY) -> list[ReaderGroup]:
    """Those who may receive the newsletter now and are in the audience, by what they chose; the largest group first.

    One question however many they are; ``in_groups`` finds the people again.
    """
    chosen = (col(Subscriber.language), col(Subscriber.frequency), TOPICS)
    readers = (*is_on(), _got(wanted.recipients_of), *_fitting(wanted.within))
    rows = session.exec(select(*chosen, func.count()).where(*readers).group_by(*chosen))
    groups = (
        ReaderGroup(
            language=language,
            frequency=frequency,
            topics=tuple(json.loads(stored)),
            stored=stored,
            count=count,
            recipients_of=wanted.recipients_of,
            within=wanted.within,
        )
        for language, frequency, stored, count in rows
    )
    found = [group for group in groups if wanted.includes(group)]
    return sorted(found, key=lambda group: (-group.count, group.language, group.frequency, group.stored))


def in_groups(groups: Iterable[ReaderGroup]) -> sa.ColumnElement[bool]:
    """The condition that finds the people of these groups who may receive the newsletter now."""
    alike: dict[tuple[Language, Frequency, int | None, Criteria | None], list[str]] = {}
    for group in groups:
        same = (group.language, group.frequency, group.recipients_of, group.within)
        alike.setdefault(same, []).append(group.stored)
    theirs = [
        sa.and_(
            col(Subscriber.language) == language,
            col(Subscriber.frequency) == frequency,
            TOPICS.in_(stored),
            _got(issue_id),
            *_fitting(within),
        )
        for (language, frequency, issue_id, within), stored in alike.items()
    ]
    return sa.and_(*is_on(), sa.or_(sa.false(), *theirs))


def _fitting(within: Criteria | None) -> list[sa.ColumnElement[bool]]:
    return conditions(within) if within is not None else []


def _got(issue_id: int | None) -> sa.ColumnElement[bool]:
    """Those this issue has reached, may have or will; everybody when none is named. Asked of the ledger's own table."""
    if issue_id is None:
        return sa.true()
    delivery, issue = (SQLModel.metadata.tables[name] for name in ("delivery", "issue"))
    state, status = (sa.type_coerce(column, sa.String) for column in (delivery.c.state, issue.c.status))
    will = sa.and_(state.in_(_ON_ITS_WAY), status.in_(_FLOWING))
    got = (
        sa.select(delivery.c.subscriber_id)
        .join(issue, issue.c.id == delivery.c.issue_id)
        .where(delivery.c.issue_id == issue_id, sa.or_(state.in_(_REACHED), will))
    )
    return col(Subscriber.id).in_(got)
