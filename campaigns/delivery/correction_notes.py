"""What readers of an item in the archive are told when a figure in it has been corrected. Read-only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.drafting.corrections.quotation import Quotation, QuotedItem, QuoteKind
from campaigns.drafting.corrections.task import CorrectionLine, CorrectionTask, TaskState
from campaigns.editorial.draft import Draft
from campaigns.newsletter.issue import Issue, IssueItem


@dataclass(frozen=True, kw_only=True)
class CorrectionNote:
    """One correction. ``figures``: label, as it was printed, as it is; ``untrue``: sentences that no longer hold."""

    corrected_at: datetime
    figures: tuple[tuple[str, str, str], ...]
    untrue: tuple[str, ...]
    slug: str | None  # of the issue that corrected it


def notes_on_issue(session: Session, issue: Issue) -> list[CorrectionNote]:
    """The corrections of what stood in this issue, the oldest first."""
    return _notes(session, select(col(IssueItem.draft_id)).where(IssueItem.issue_id == issue.id))


def notes_on_figure(session: Session, slug: str) -> list[CorrectionNote]:
    """The corrections of the item this figure went out with."""
    return _notes(
        session,
        select(QuotedItem.draft_id).join(Draft, col(Draft.id) == col(QuotedItem.draft_id)).where(Draft.slug == slug),
    )


def figures_corrected_in(session: Session, issue_ids: Collection[int]) -> list[tuple[int, datetime, str | None]]:
    """For each of these issues: when a figure in it was corrected, and the address of the issue that told of it."""
    rows = session.exec(
        select(IssueItem.issue_id, CorrectionTask.closed_at, QuotedItem.archive_slug)
        .join(Quotation, col(Quotation.draft_id) == col(IssueItem.draft_id))
        .join(CorrectionLine, col(CorrectionLine.quotation_id) == col(Quotation.id))
        .join(CorrectionTask, col(CorrectionTask.id) == col(CorrectionLine.task_id))
        .join(QuotedItem, col(QuotedItem.draft_id) == col(CorrectionTask.correction_draft_id), isouter=True)
        .where(CorrectionTask.state == TaskState.CORRECTED, col(IssueItem.issue_id).in_(issue_ids))
        .distinct()
    )
    return [(issue_id, at, slug) for issue_id, at, slug in rows if at is not None]


def _notes(session: Session, draft_ids: SelectOfScalar[int] | SelectOfScalar[int | None]) -> list[CorrectionNote]:
    rows = session.exec(
        select(CorrectionTask, CorrectionLine, Quotation)
        .join(CorrectionLine, col(CorrectionLine.task_id) == col(CorrectionTask.id))
        .join(Quotation, col(Quotation.id) == col(CorrectionLine.quotation_id))
        .where(CorrectionTask.state == TaskState.CORRECTED, col(Quotation.draft_id).in_(draft_ids))
        .order_by(col(CorrectionTask.closed_at), col(CorrectionTask.id), col(Quotation.id))
    ).all()
    by_task: dict[int, list[tuple[CorrectionLine, Quotation]]] = {}
    tasks: dict[int, CorrectionTask] = {}
    for task, line, quoted in rows:
        assert task.id is not None
        tasks[task.id] = task
        by_task.setdefault(task.id, []).append((line, quoted))
    return [_note(session, tasks[task_id], lines) for task_id, lines in by_task.items()]


def _note(session: Session, task: CorrectionTask, lines: list[tuple[CorrectionLine, Quotation]]) -> CorrectionNote:
    item = session.get(QuotedItem, task.correction_draft_id) if task.correction_draft_id is not None else None
    assert task.closed_at is not None
    numbers = [(quoted.label, line.old, line.new) for line, quoted in lines if quoted.kind is not QuoteKind.REMARK]
    return CorrectionNote(
        corrected_at=task.closed_at,
        figures=tuple(dict.fromkeys(numbers)),
        untrue=tuple(dict.fromkeys(line.old for line, quoted in lines if quoted.kind is QuoteKind.REMARK)),
        slug=item.archive_slug if item is not None else None,
    )
