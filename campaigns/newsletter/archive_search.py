"""Looking in the archive: by words, by subject, page by page. Read-only, and only in what the public may read.

The database finds candidates in the pages as they are stored; what a reader sees of them decides, so that nobody
finds an issue by the name of a tag.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.editorial.draft import Draft
from campaigns.newsletter.archive import issues_out
from campaigns.newsletter.issue import Issue, IssueItem
from campaigns.newsletter.issue_correction import chains_of
from campaigns.paging import Page
from campaigns.subscribers.topics import subjects_of

PAGE_LENGTH = 20
LONGEST_SEARCH = 100
_TAG = re.compile(r"<[^>]*>")
_ID: sa.Column[int] = Issue.__table__.c.id  # type: ignore[attr-defined]  # SQLModel does not declare it


@dataclass(frozen=True, kw_only=True)
class ArchivePage:
    """One page of what was found, the newest first. ``subjects`` counts issues on each subject, of all there are."""

    issues: Sequence[Issue]
    page: Page
    subjects: Mapping[str, int]


def archive_page(
    session: Session, now: datetime, *, search: str = "", subject: str | None = None, page: int = 1
) -> ArchivePage:
    """The issues that hold every word of ``search`` and are on ``subject``; all that are out when neither is given."""
    by_subject = _subjects_of_issues(session, now)
    words = search[:LONGEST_SEARCH].casefold().split()
    ids = _ids_holding(session, now, words)
    if subject is not None:
        ids = [issue_id for issue_id in ids if subject in by_subject.get(issue_id, ())]
    shown = Page(asked=page, total=len(ids), length=PAGE_LENGTH)
    wanted = shown.of(ids)
    issues = {issue.id: issue for issue in session.exec(select(Issue).where(col(Issue.id).in_(wanted)))}
    counts: dict[str, int] = {}
    for subjects in by_subject.values():
        for one in subjects:
            counts[one] = counts.get(one, 0) + 1
    return ArchivePage(issues=[issues[issue_id] for issue_id in wanted], page=shown, subjects=counts)


def subjects_of_issue(session: Session, issue_id: int) -> list[str]:
    """What one issue is about."""
    return subjects_of(_topics(session, [issue_id]).get(issue_id, set()))


def _ids_holding(session: Session, now: datetime, words: Sequence[str]) -> list[int]:
    read = sa.select(_ID, col(Issue.subject), col(Issue.preheader), col(Issue.archive_html))
    out = read.where(col(Issue.id).in_(issues_out(now).with_only_columns(_ID)))
    ordered = out.order_by(col(Issue.slot_at).desc(), col(Issue.id).desc())
    if not words:
        return list(session.connection().execute(ordered.with_only_columns(_ID)).scalars())
    found = session.connection().execute(ordered.where(*(_may_hold(word) for word in words)))
    return [issue_id for issue_id, *texts in found if _holds(texts, words)]


def _may_hold(word: str) -> sa.ColumnElement[bool]:
    """SQLite folds only a to z, so the ways a word is usually written are asked for one by one."""
    written = sorted({word, word.upper(), word.capitalize()})
    columns = (col(Issue.subject), col(Issue.preheader), col(Issue.archive_html))
    return sa.or_(*(column.icontains(one, autoescape=True) for column in columns for one in written))


def _holds(texts: Sequence[str], words: Sequence[str]) -> bool:
    read = unescape(_TAG.sub(" ", " ".join(texts))).casefold()
    return all(word in read for word in words)


def _subjects_of_issues(session: Session, now: datetime) -> dict[int, list[str]]:
    ids = session.connection().execute(issues_out(now).with_only_columns(_ID)).scalars().all()
    return {issue_id: subjects_of(topics) for issue_id, topics in _topics(session, ids).items()}


def _topics(session: Session, issue_ids: Collection[int]) -> dict[int, set[str]]:
    """A correction is on what it corrects is on, whatever else stands in it."""
    chains = chains_of(session, issue_ids)
    own = _own_topics(session, {one for chain in chains.values() for one in chain} | set(issue_ids))
    return {
        issue_id: set().union(*(own.get(one, ()) for one in (issue_id, *chains.get(issue_id, ()))))
        for issue_id in issue_ids
    }


def _own_topics(session: Session, issue_ids: Collection[int]) -> dict[int, set[str]]:
    rows = session.exec(
        select(IssueItem.issue_id, IssueItem.topics, Draft.topics)
        .join(Draft, col(Draft.id) == col(IssueItem.draft_id), isouter=True)
        .where(col(IssueItem.issue_id).in_(issue_ids))
    )
    found: dict[int, set[str]] = {}
    for issue_id, own, of_draft in rows:
        found.setdefault(issue_id, set()).update(own or (), of_draft or ())
    return found
