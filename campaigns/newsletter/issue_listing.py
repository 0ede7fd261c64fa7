"""Issues for programs: the newest first, a page at a time after a cursor. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.newsletter.issue import Issue, IssueStatus, id_of


@dataclass(frozen=True)
class ListedIssues:
    """Some issues. ``after`` is the cursor for the next page, None on the last."""

    issues: Sequence[Issue]
    after: int | None


def list_issues(
    session: Session, *, status: IssueStatus | None = None, after: int | None = None, limit: int = 50
) -> ListedIssues:
    """Those in this state, or all, that were begun before the one the cursor names."""
    query = select(Issue).order_by(col(Issue.id).desc()).limit(limit + 1)
    if status is not None:
        query = query.where(Issue.status == status)
    if after is not None:
        query = query.where(col(Issue.id) < after)
    found = session.exec(query).all()
    issues = found[:limit]
    return ListedIssues(issues, id_of(issues[-1]) if len(found) > limit else None)
