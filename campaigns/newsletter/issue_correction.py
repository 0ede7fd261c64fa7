"""Which issue was sent to put another one right: for the archive, the desk, and so that one is not begun twice."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.newsletter.issue import CLOSED, Issue, IssueStatus, id_of


class IssueCorrection(SQLModel, table=True):
    """One issue that puts another right. It goes to exactly those who got the other one, or are about to."""

    __tablename__ = "issue_correction"

    issue_id: int = Field(primary_key=True, foreign_key="issue.id")
    corrects_id: int = Field(foreign_key="issue.id", index=True)


def corrections_out(session: Session, issue: Issue, now: datetime) -> list[Issue]:
    """The issues that put this one right and have gone out, the oldest first."""
    found = _corrections_of(issue).where(col(Issue.status).in_(CLOSED), col(Issue.slot_at) <= now)
    return list(session.exec(found.order_by(col(Issue.slot_at))).all())


def corrections_of(session: Session, issue: Issue) -> list[Issue]:
    """The issues that put this one right or are to, the oldest first."""
    given_up = (IssueStatus.WITHDRAWN, IssueStatus.CANCELLED)
    return list(session.exec(_corrections_of(issue).where(col(Issue.status).not_in(given_up)).order_by(col(Issue.id))))


def correction_begun(session: Session, issue: Issue) -> Issue | None:
    """The one that is worked on or waits, if there is one."""
    over = (*CLOSED, IssueStatus.WITHDRAWN, IssueStatus.CANCELLED)
    return session.exec(_corrections_of(issue).where(col(Issue.status).not_in(over)).limit(1)).first()


def corrected_by(session: Session, issue: Issue) -> Issue | None:
    """The issue that this one puts right; None for any other."""
    row = session.get(IssueCorrection, id_of(issue))
    return session.get_one(Issue, row.corrects_id) if row else None


def _corrections_of(issue: Issue) -> SelectOfScalar[Issue]:
    return (
        select(Issue)
        .join(IssueCorrection, col(IssueCorrection.issue_id) == col(Issue.id))
        .where(IssueCorrection.corrects_id == id_of(issue))
    )
