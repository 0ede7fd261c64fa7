"""What went out since the last time, in one issue, for readers who want it gathered by the week or the month.

A digest holds what people approved and others have had already: each item keeps the version it was approved in, and
nothing is in it that has been changed, withdrawn or corrected since.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta
from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.days.working_days import working_day_from
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.language import NORWEGIAN, Language
from campaigns.newsletter.issue import Issue, IssueItem, IssueStatus
from campaigns.subscribers.reader_groups import Audience
from campaigns.subscribers.subscriber import Frequency
from campaigns.subscribers.topics import topics_of
from campaigns.tables import choice, instant

_OUT = (IssueStatus.SENDING, IssueStatus.SENT)
_STILL_TRUE = (DraftStatus.PUBLISHING, DraftStatus.PUBLISHED)
_Version = tuple[int | None, str | None]  # a draft, and the hash it was approved under
Readers = frozenset[Language]
"""Who something is for, by what they read."""


class Digest(SQLModel, table=True):
    """One turn of a digest: what it covers, and the issue it became; none when there was nothing, or nobody."""

    __tablename__ = "digest"

    id: int | None = Field(default=None, primary_key=True)
    frequency: Frequency = choice(Frequency, "frequency")
    language: Language = choice(Language, "language")  # nb: what was written in Norwegian, in either form
    since: datetime = instant()
    until: datetime = instant()
    issue_id: int | None = Field(default=None, foreign_key="issue.id", unique=True)
    note: str | None = Field(default=None, max_length=500)  # why it could not be made

    __table_args__ = (sa.UniqueConstraint("frequency", "language", "until"),)


@dataclass(frozen=True, kw_only=True)
class Told:
    """Something a single issue told: a copy for another issue, who it was for, and the language it was told in."""

    item: IssueItem
    readers: Readers
    language: Language


@dataclass(frozen=True, kw_only=True)
class DigestTimes:
    """When digests go: the weekly one on this weekday (1 = Monday), the monthly one on the month's first working day.

    Neither goes on a day off: what would, goes on the next working day.
    """

    weekday: int
    hour: int
    zone: ZoneInfo

    def latest(self, frequency: Frequency, now: datetime) -> datetime:
        """The last time at or before now that a digest of this frequency was due."""
        today = now.astimezone(self.zone).date()
        start = self._start(frequency, today)
        while (at := self._at(start)) > now:
            start = self._start(frequency, start - timedelta(days=1))
        return at

    def before(self, frequency: Frequency, due: datetime) -> datetime:
        """The time before that, which the first digest of all goes back to."""
        step = relativedelta(weeks=1) if frequency is Frequency.WEEKLY else relativedelta(months=1)
        return self._at(self._start(frequency, due.astimezone(self.zone).date()) - step)

    def _start(self, frequency: Frequency, on: date) -> date:
        """The weekday or the first of the month at or before this date."""
        if frequency is Frequency.WEEKLY:
            return on - timedelta(days=(on.isoweekday() - self.weekday) % 7)
        return on.replace(day=1)

    def _at(self, start: date) -> datetime:
        return datetime.combine(working_day_from(start), time(self.hour), tzinfo=self.zone)


def last_digest_of(session: Session, frequency: Frequency, language: Language) -> Digest | None:
    """The digest of this kind that covered the latest time."""
    covered = select(Digest).where(col(Digest.frequency) == frequency, col(Digest.language) == language)
    return session.exec(covered.order_by(col(Digest.until).desc()).limit(1)).first()


def sent_between(session: Session, since: datetime, until: datetime, language: Language) -> list[Told]:
    """What single issues told after ``since`` and up to ``until``, in the order it went out, each draft once.

    Each with the languages of the readers it was for, as its issue's audience had it: what went to those who read
    English only, goes on being theirs.

    What they had told before is left out: an issue that gathers a month repeats what the weeks have had.
    """
    languages = read_together(language)
    rows = session.exec(
        select(IssueItem, Issue)
        .join(Issue, col(Issue.id) == col(IssueItem.issue_id))
        .where(
            col(Issue.status).in_(_OUT),
            col(Issue.closed_at) > since,
            col(Issue.closed_at) <= until,
            col(Issue.language).in_(languages),
            ~select(Digest.id).where(col(Digest.issue_id) == Issue.id).exists(),
        )
        .order_by(col(Issue.closed_at), col(Issue.id), col(IssueItem.position))
    ).all()
    found: list[Told] = []
    places: dict[_Version, int] = {}
    told = _told_before(session, since, [item.draft_id for item, _ in rows])
    for item, issue in rows:
        wanted = Audience.from_stored(issue.audience)
        version = (item.draft_id, item.snapshot_sha256)
        readers = _readers(wanted) - told.get(version, frozenset())
        if not readers or not _is_news(wanted) or not _still_true(session, item):
            continue
        if version in places:
            same = found[places[version]]
            found[places[version]] = replace(same, readers=same.readers | readers)
            continue
        if item.draft_id is not None:
            places[version] = len(found)
        found.append(Told(item=_copy(item, wanted), readers=readers, language=_language(session, item, issue)))
    return found


def read_together(language: Language) -> tuple[Language, ...]:
    """The languages whose content goes in one issue with this one: who reads one form of Norwegian reads the other."""
    return tuple(sorted(NORWEGIAN)) if language in NORWEGIAN else (language,)


def main_language(told: Sequence[Told]) -> Language:
    """The language most of it was told in; the first one's when it is even."""
    languages = [one.language for one in told]
    return max(languages, key=languages.count)


def _told_before(session: Session, since: datetime, draft_ids: Sequence[int | None]) -> dict[_Version, Readers]:
    """Those of the drafts, as they were approved, that issues had told of by then, and whom."""
    rows = session.exec(
        select(IssueItem, Issue)
        .join(Issue, col(Issue.id) == col(IssueItem.issue_id))
        .where(col(IssueItem.draft_id).in_(draft_ids), col(Issue.status).in_(_OUT), col(Issue.closed_at) <= since)
    )
    told: dict[_Version, Readers] = {}
    for item, issue in rows:
        wanted = Audience.from_stored(issue.audience)
        if _is_news(wanted):
            version = (item.draft_id, item.snapshot_sha256)
            told[version] = told.get(version, frozenset()) | _readers(wanted)
    return told


def _readers(wanted: Audience) -> Readers:
    return frozenset(wanted.languages or Language)


def _is_news(wanted: Audience) -> bool:
    """Whether it was for readers as they chose: neither a correction nor an issue for a segment."""
    return Frequency.EACH in wanted.frequencies and wanted.recipients_of is None and wanted.segment is None


def _still_true(session: Session, item: IssueItem) -> bool:
    if item.draft_id is None:
        return True
    draft = session.get_one(Draft, item.draft_id)
    return draft.status in _STILL_TRUE and draft.approved_sha256 == item.snapshot_sha256


def _language(session: Session, item: IssueItem, issue: Issue) -> Language:
    """What stands in an issue alone is in its issue's language."""
    return issue.language if item.draft_id is None else session.get_one(Draft, item.draft_id).language


def _copy(item: IssueItem, wanted: Audience) -> IssueItem:
    """The item for another issue; what went to some subjects only, by its issue's audience, goes on being theirs."""
    topics = item.topics or (topics_of(wanted.subjects) if wanted.subjects and item.draft_id is None else [])
    return IssueItem(
        issue_id=0,
        position=0,
        draft_id=item.draft_id,
        snapshot_sha256=item.snapshot_sha256,
        title=item.title,
        block=item.block,
        topics=list(topics),
    )
