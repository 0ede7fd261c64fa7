"""Issues as people at the desk read them: the list by state, and all that belongs to one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.editorial.dossier import editor_names
from campaigns.editorial.draft import Draft, DraftKind
from campaigns.errors import NotFound
from campaigns.language import Language
from campaigns.newsletter.issue import Issue, IssueApproval, IssueItem, IssueStatus, id_of
from campaigns.newsletter.issue_content import rows_of, shown_item
from campaigns.newsletter.issue_correction import corrected_by, corrections_of
from campaigns.newsletter.issue_lacks import item_fault
from campaigns.newsletter.issue_reach import label_of
from campaigns.newsletter.issue_steps import was_shown
from campaigns.newsletter.series import IssueSeries, SeriesTurn, made_by_series
from campaigns.newsletter.trail import TrailLine, trail_of
from campaigns.paging import Page
from campaigns.subscribers.topics import subjects_of

PAGE_LENGTH = 30


class IssueGroup(StrEnum):
    """The states in the words of somebody who looks for an issue."""

    WORK = "arbeid"
    REVIEW = "godkjenning"
    PLANNED = "planlagt"
    SENDING = "sendes"
    SENT = "sendt"
    STOPPED = "stoppet"


GROUPS: Mapping[IssueGroup, frozenset[IssueStatus]] = {
    IssueGroup.WORK: frozenset({IssueStatus.DRAFT, IssueStatus.CHANGES_REQUESTED, IssueStatus.MISSED}),
    IssueGroup.REVIEW: frozenset({IssueStatus.IN_REVIEW}),
    IssueGroup.PLANNED: frozenset({IssueStatus.SCHEDULED}),
    IssueGroup.SENDING: frozenset({IssueStatus.SENDING, IssueStatus.PAUSED}),
    IssueGroup.SENT: frozenset({IssueStatus.SENT}),
    IssueGroup.STOPPED: frozenset({IssueStatus.WITHDRAWN, IssueStatus.CANCELLED}),
}
_AWAITS_SOMEBODY = (
    IssueStatus.IN_REVIEW, IssueStatus.CHANGES_REQUESTED, IssueStatus.MISSED, IssueStatus.PAUSED,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class IssueRow:
    """One issue as a line in a list."""

    issue_id: int
    subject: str
    status: IssueStatus
    composed: bool
    language: Language
    slot_at: datetime | None
    items: int
    note: str | None
    author: str | None
    last_editor: str | None
    author_id: int | None
    last_editor_id: int | None
    updated_at: datetime | None
    series: str | None  # the series that made it


@dataclass(frozen=True)
class IssueList:
    """One page of rows, and how many there are in each group."""

    rows: Sequence[IssueRow]
    counts: Mapping[IssueGroup, int]
    page: Page

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """One item as the desk shows it. ``fault`` says why its draft is not what was taken in."""

    id: int
    label: str
    title: str
    block: Mapping[str, Any]
    subjects: tuple[str, ...]
    draft_id: int | None
    draft_kind: DraftKind | None
    language: Language | None
    image_sha256: str | None
    fault: str | None


@dataclass(frozen=True, kw_only=True)
class IssueDossier:
    """One issue with all that belongs to it. ``history`` has the newest first."""

    issue: Issue
    items: tuple[ItemView, ...]
    author: str | None
    last_editor: str | None
    approver: str | None
    approved_at: datetime | None
    approved_for: int | None  # how many readers the approver was told of
    deletable: bool
    series: IssueSeries | None  # the one that made it
    corrects: Issue | None
    corrections: tuple[Issue, ...]
    history: tuple[TrailLine, ...]


def issue_list(session: Session, *, group: IssueGroup | None = None, page: int = 1) -> IssueList:
    """Issues of one group, or all: those that are to come first, then the latest."""
    counted = dict(session.exec(select(Issue.status, sa.func.count()).group_by(col(Issue.status))).all())
    counts = {one: sum(counted.get(status, 0) for status in states) for one, states in GROUPS.items()}
    total = counts[group] if group is not None else sum(counts.values())
    shown = Page(asked=page, total=total, length=PAGE_LENGTH)
    query = select(Issue)
    if group is not None:
        query = query.where(col(Issue.status).in_(GROUPS[group]))
    over = col(Issue.status).in_((*GROUPS[IssueGroup.SENT], *GROUPS[IssueGroup.STOPPED]))
    newest = sa.func.coalesce(Issue.slot_at, Issue.updated_at)
    issues = session.exec(shown.cut(query.order_by(over, newest.desc(), col(Issue.id).desc())))
    return IssueList(_rows(session, issues.all()), counts, shown)


def issues_awaiting(session: Session) -> list[IssueRow]:
    """Those that stand still until somebody does something, the soonest first."""
    soonest = (col(Issue.slot_at).is_(None), col(Issue.slot_at), col(Issue.id))
    return _rows(session, session.exec(select(Issue).where(_awaits_somebody()).order_by(*soonest)).all())


def count_awaiting(session: Session) -> int:
    """How many of them."""
    return session.exec(select(sa.func.count()).select_from(Issue).where(_awaits_somebody())).one()


def _awaits_somebody() -> sa.ColumnElement[bool]:
    explained = sa.or_(col(Issue.note).is_not(None), col(Issue.id).in_(made_by_series()))
    sent_back = sa.and_(col(Issue.status) == IssueStatus.DRAFT, explained)
    return sa.or_(col(Issue.status).in_(_AWAITS_SOMEBODY), sent_back)


def series_of(session: Session, issue_ids: Sequence[int | None]) -> Mapping[int, IssueSeries]:
    """The series that made each of these issues, for those that one did."""
    rows = session.exec(
        select(SeriesTurn.issue_id, IssueSeries)
        .join(IssueSeries, col(IssueSeries.id) == col(SeriesTurn.series_id))
        .where(col(SeriesTurn.issue_id).in_(issue_ids))
    )
    return {issue_id: series for issue_id, series in rows if issue_id is not None}


def issue_dossier(session: Session, issue_id: int) -> IssueDossier:
    """The issue with this id. Raises ``NotFound``."""
    issue = session.get(Issue, issue_id)
    if issue is None:
        raise NotFound("Utsendelse", issue_id)
    approval = session.exec(
        select(IssueApproval).where(IssueApproval.issue_id == issue_id, col(IssueApproval.voided_at).is_(None))
    ).first()
    names = editor_names(session)
    return IssueDossier(
        issue=issue,
        items=tuple(_view(session, row) for row in rows_of(session, issue)),
        author=names.get(issue.author_id),
        last_editor=names.get(issue.last_editor_id),
        approver=names.get(approval.approver_id) if approval else None,
        approved_at=approval.at if approval else None,
        approved_for=approval.recipients if approval else None,
        deletable=issue.composed and issue.status is IssueStatus.DRAFT and not was_shown(session, issue),
        series=series_of(session, [issue_id]).get(issue_id),
        corrects=corrected_by(session, issue),
        corrections=tuple(corrections_of(session, issue)),
        history=trail_of(session, ("issue", issue_id), names),
    )


def _view(session: Session, row: IssueItem) -> ItemView:
    assert row.id is not None
    draft = session.get_one(Draft, row.draft_id) if row.draft_id is not None else None
    item = shown_item(session, row)
    return ItemView(
        id=row.id,
        label=label_of(item),
        title=row.title,
        block=row.block,
        subjects=tuple(subjects_of(item.topics)),
        draft_id=row.draft_id,
        draft_kind=draft.kind if draft else None,
        language=draft.language if draft else None,
        image_sha256=item.image.sha256 if item.image else None,
        fault=item_fault(session, row, draft) if draft else None,
    )


def _rows(session: Session, issues: Sequence[Issue]) -> list[IssueRow]:
    names = editor_names(session)
    ids = [issue.id for issue in issues]
    made_by = series_of(session, ids)
    items = dict(
        session.exec(
            select(IssueItem.issue_id, sa.func.count())
            .where(col(IssueItem.issue_id).in_(ids))
            .group_by(col(IssueItem.issue_id))
        ).all()
    )
    return [
        IssueRow(
            issue_id=id_of(issue),
            subject=issue.subject,
            status=issue.status,
            composed=issue.composed,
            language=issue.language,
            slot_at=issue.slot_at,
            items=items.get(id_of(issue), 0),
            note=issue.note,
            author=names.get(issue.author_id),
            last_editor=names.get(issue.last_editor_id),
            author_id=issue.author_id,
            last_editor_id=issue.last_editor_id,
            updated_at=issue.updated_at,
            series=made_by[id_of(issue)].name if id_of(issue) in made_by else None,
        )
        for issue in issues
    ]
