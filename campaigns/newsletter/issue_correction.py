"""Which issue was sent to put another one right: for the archive, the desk, and so that one is not begun twice."""

from collections.abc import Collection
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


def corrections_out_among(session: Session, issue_ids: Collection[int], now: datetime) -> list[tuple[int, Issue]]:
    """(the issue that was put right, the one that did it) for those of these that have been, the oldest first."""
    rows = session.exec(
        select(IssueCorrection.corrects_id, Issue)
        .join(Issue, col(Issue.id) == col(IssueCorrection.issue_id))
        .where(
            col(IssueCorrection.corrects_id).in_(issue_ids), col(Issue.status).in_(CLOSED), col(Issue.slot_at) <= now
        )
        .order_by(col(Issue.slot_at))
    )
    return [(corrects_id, issue) for corrects_id, issue in rows]


def originals_of(session: Session, issue_ids: Collection[int]) -> dict[int, int]:
    """The issue that each of these puts right; those that put nothing right are left out."""
    rows = session.exec(select(IssueCorrection).where(col(IssueCorrection.issue_id).in_(issue_ids)))
    return {row.issue_id: row.corrects_id for row in rows}


def chains_of(session: Session, issue_ids: Collection[int]) -> dict[int, list[int]]:
    """What each of these puts right, what that one had put right, and so on; those that put nothing right are left out.

    Corrections are few: all of them are read at once.
    """
    corrects = {row.issue_id: row.corrects_id for row in session.exec(select(IssueCorrection))}
    chains: dict[int, list[int]] = {}
    for issue_id in corrects.keys() & set(issue_ids):
        chain, at = chains.setdefault(issue_id, []), issue_id
        while at in corrects:  # it ends: what corrects is always younger
            at = corrects[at]
            chain.append(at)
    return chains


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
