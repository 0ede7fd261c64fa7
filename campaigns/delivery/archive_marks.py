"""What stands beside an issue where several are listed: that it has been corrected, and what it corrects. Read-only.

An issue is corrected by another issue that a person wrote for it, or by an item with the right figures in a later one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.delivery.correction_notes import figures_corrected_in
from campaigns.drafting.corrections.quotation import Quotation
from campaigns.drafting.corrections.task import CorrectionLine, CorrectionTask, TaskState
from campaigns.newsletter.archive import issues_out
from campaigns.newsletter.issue import Issue, IssueItem
from campaigns.newsletter.issue_correction import corrections_out_among, originals_of


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """When it was put right, and the address of the issue that did it, if one did."""

    at: datetime
    slug: str | None


@dataclass(frozen=True, kw_only=True)
class ArchiveMark:
    """What there is to say of one issue: its last correction, and what it puts right itself."""

    corrected: Corrected | None = None
    corrects: tuple[Issue, ...] = ()


def marks_on(session: Session, issue_ids: Collection[int], now: datetime) -> dict[int, ArchiveMark]:
    """The marks of those of these issues that have any."""
    corrected = _corrected(session, issue_ids, now)
    corrects = _corrects(session, issue_ids, now)
    return {
        issue_id: ArchiveMark(corrected=corrected.get(issue_id), corrects=tuple(corrects.get(issue_id, {}).values()))
        for issue_id in corrected.keys() | corrects.keys()
    }


def _corrected(session: Session, issue_ids: Collection[int], now: datetime) -> dict[int, Corrected]:
    told = [
        (wrong_id, Corrected(at=issue.out_at, slug=issue.slug))
        for wrong_id, issue in corrections_out_among(session, issue_ids, now)
    ]
    told += [(wrong_id, Corrected(at=at, slug=slug)) for wrong_id, at, slug in figures_corrected_in(session, issue_ids)]
    return dict(sorted(told, key=lambda one: one[1].at))  # the last of an issue's own stays


def _corrects(session: Session, issue_ids: Collection[int], now: datetime) -> dict[int, dict[int, Issue]]:
    """By the issue that corrects, each original once; only those that readers find by themselves."""
    written, figures = originals_of(session, issue_ids), _originals_of_figures(session, issue_ids)
    pairs = [*written.items(), *figures]
    listed = issues_out(now).where(col(Issue.id).in_({wrong_id for _, wrong_id in pairs}))
    originals = {issue.id: issue for issue in session.exec(listed)}
    found: dict[int, dict[int, Issue]] = {}
    for issue_id, wrong_id in pairs:
        if wrong_id in originals and wrong_id != issue_id:
            found.setdefault(issue_id, {})[wrong_id] = originals[wrong_id]
    return found


def _originals_of_figures(session: Session, issue_ids: Collection[int]) -> list[tuple[int, int]]:
    """(the issue that told the right figures, an issue where the wrong ones stood), the oldest original first."""
    told_in = IssueItem.__table__.alias("told_in")  # type: ignore[attr-defined]  # SQLModel does not declare it
    rows = session.exec(
        select(told_in.c.issue_id, col(IssueItem.issue_id))
        .select_from(IssueItem)
        .join(Quotation, col(Quotation.draft_id) == col(IssueItem.draft_id))
        .join(CorrectionLine, col(CorrectionLine.quotation_id) == col(Quotation.id))
        .join(CorrectionTask, col(CorrectionTask.id) == col(CorrectionLine.task_id))
        .join(told_in, told_in.c.draft_id == col(CorrectionTask.correction_draft_id))
        .where(CorrectionTask.state == TaskState.CORRECTED, told_in.c.issue_id.in_(issue_ids))
        .distinct()
        .order_by(col(IssueItem.issue_id))
    )
    return [(issue_id, wrong_id) for issue_id, wrong_id in rows]
