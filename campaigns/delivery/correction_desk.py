"""The corrections as the desk reads them: what was printed, what is right, and where readers met it. Read-only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from campaigns.audit import AuditEvent
from campaigns.delivery.delivery import Delivery, DeliveryKind
from campaigns.drafting.corrections.from_task import drafts_of
from campaigns.drafting.corrections.noticing import UNPRINTED
from campaigns.drafting.corrections.quotation import Quotation, QuoteKind
from campaigns.drafting.corrections.task import CorrectionLine, CorrectionTask, TaskState
from campaigns.drafting.corrections.unquoted import LOGGED
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.editorial.editor import name_of
from campaigns.indicators.finding import Finding
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.vintage import Vintage
from campaigns.newsletter.issue import Issue, IssueItem
from campaigns.paging import Page
from campaigns.sources.source import Source

PAGE_LENGTH = 10
_LOGGED = 20
_PASSED_OVER = (DraftStatus.REJECTED, DraftStatus.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class ItemOut:
    """A published item, and where it can be read: what to call the place, and its address."""

    draft: Draft
    addresses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class FigureOut:
    """One figure as it was printed and as it would be now (empty when nothing is), and the items that quoted it."""

    label: str
    kind: QuoteKind
    indicator_id: str
    old: str
    new: str
    draft_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """One correction as it is read."""

    task: CorrectionTask
    source: Source
    vintage: Vintage
    figures: tuple[FigureOut, ...]
    items: Mapping[int, ItemOut]
    draft: Draft | None  # that corrects it
    closed_by: str | None


@dataclass(frozen=True, kw_only=True)
class CorrectionList:
    """One page of the open or the closed ones, and how many there are of each."""

    rows: tuple[TaskRow, ...]
    open: int
    closed: int
    page: Page


@dataclass(frozen=True, kw_only=True)
class LoggedRevision:
    """A revision that called for no correction, and why."""

    at: datetime
    about: str
    reason: str


def open_corrections(session: Session) -> int:
    """How many wait for somebody; for the menu."""
    query = select(func.count()).select_from(CorrectionTask).where(CorrectionTask.state == TaskState.OPEN)
    return session.exec(query).one()


def corrections(session: Session, *, closed: bool, page: int = 1) -> CorrectionList:
    """The open corrections, the newest first, or those that have ended."""
    state = col(CorrectionTask.state)
    lies_here = state != TaskState.OPEN if closed else state == TaskState.OPEN
    count = select(func.count()).select_from(CorrectionTask)
    number_open = open_corrections(session)
    number_closed = session.exec(count.where(state != TaskState.OPEN)).one()
    shown = Page(asked=page, total=number_closed if closed else number_open, length=PAGE_LENGTH)
    found = (
        select(CorrectionTask, Source, Vintage)
        .join(Dataset, col(Dataset.id) == col(CorrectionTask.dataset_id))
        .join(Source, col(Source.id) == col(Dataset.source_id))
        .join(Vintage, col(Vintage.id) == col(CorrectionTask.vintage_id))
        .where(lies_here)
        .order_by(col(CorrectionTask.closed_at if closed else CorrectionTask.opened_at).desc(), col(CorrectionTask.id))
    )
    rows = tuple(_row(session, *one) for one in session.exec(shown.cut(found)).all())
    return CorrectionList(rows=rows, open=number_open, closed=number_closed, page=shown)


def logged_revisions(session: Session) -> list[LoggedRevision]:
    """The latest revisions nobody had to be told of."""
    events = session.exec(
        select(AuditEvent)
        .where(col(AuditEvent.action).in_((UNPRINTED, LOGGED)))
        .order_by(col(AuditEvent.id).desc())
        .limit(_LOGGED)
    ).all()
    return [one for one in (_logged(session, event) for event in events) if one is not None]


def items_out(session: Session, draft_ids: Iterable[int]) -> dict[int, ItemOut]:
    """Published items with their archive page, figure page and posts."""
    wanted = set(draft_ids)
    drafts = session.exec(select(Draft).where(col(Draft.id).in_(wanted)).order_by(col(Draft.id))).all()
    issues = dict(
        session.exec(
            select(IssueItem.draft_id, Issue.slug)
            .join(Issue, col(Issue.id) == col(IssueItem.issue_id))
            .where(col(IssueItem.draft_id).in_(wanted))
        ).all()
    )
    posts = session.exec(
        select(Delivery)
        .where(col(Delivery.draft_id).in_(wanted), Delivery.kind == DeliveryKind.POST, col(Delivery.url).is_not(None))
        .order_by(col(Delivery.id))
    ).all()
    found = {}
    for draft in drafts:
        addresses = [("archive", f"/arkiv/{issues[draft.id]}")] if draft.id in issues else []
        addresses += [(post.channel, post.url) for post in posts if post.draft_id == draft.id and post.url]
        found[draft.id or 0] = ItemOut(draft=draft, addresses=tuple(addresses))
    return found


def _row(session: Session, task: CorrectionTask, source: Source, vintage: Vintage) -> TaskRow:
    quoted = session.exec(
        select(CorrectionLine, Quotation)
        .join(Quotation, col(Quotation.id) == col(CorrectionLine.quotation_id))
        .where(CorrectionLine.task_id == task.id)
        .order_by(col(Quotation.indicator_id), col(Quotation.period).desc(), col(Quotation.id))
    ).all()
    figures = _figures(quoted)
    drafts = drafts_of(session, task)
    told = session.get(Draft, task.correction_draft_id) if task.correction_draft_id is not None else None
    waiting = (one for one in drafts if one.status not in _PASSED_OVER)
    return TaskRow(
        task=task,
        source=source,
        vintage=vintage,
        figures=figures,
        items=items_out(session, {number for figure in figures for number in figure.draft_ids}),
        draft=told or next(waiting, next(iter(drafts), None)),
        closed_by=name_of(session, task.closed_by),
    )


def _figures(quoted: Sequence[tuple[CorrectionLine, Quotation]]) -> tuple[FigureOut, ...]:
    """The same figure in several items once; what words said before what only a figure showed."""
    drafts: dict[tuple[QuoteKind, str, str, str, str], list[int]] = {}
    for line, one in quoted:
        key = (one.kind, one.indicator_id, one.label, line.old, line.new)
        drafts.setdefault(key, []).append(one.draft_id)
    order = list(QuoteKind)
    return tuple(
        FigureOut(
            kind=kind, indicator_id=indicator_id, label=label, old=old, new=new,
            draft_ids=tuple(dict.fromkeys(drafts[kind, indicator_id, label, old, new])),
        )
        for kind, indicator_id, label, old, new in sorted(drafts, key=lambda key: order.index(key[0]))
    )  # fmt: skip


def _logged(session: Session, event: AuditEvent) -> LoggedRevision | None:
    """None for what is under embargo, or no longer there."""
    if event.action == LOGGED:
        about = session.exec(
            select(Indicator)
            .join(Finding, col(Finding.indicator_id) == col(Indicator.id))
            .where(Finding.id == int(event.object_id))
        ).first()
        reason = str(event.detail.get("reason", ""))
        return LoggedRevision(at=event.at, about=about.title.get("nb", about.id), reason=reason) if about else None
    seen = session.exec(
        select(Vintage.id).where(Vintage.dataset_id == int(event.object_id), Vintage.seq == event.detail["vintage"])
    ).first()
    quoted = session.exec(select(Quotation).where(col(Quotation.id).in_(event.detail["quotations"]))).all()
    if seen is None or not quoted:
        return None
    labels = list(dict.fromkeys(one.label for one in quoted))
    about_them = ", ".join(labels[:3]) + (" …" if len(labels) > 3 else "")
    return LoggedRevision(at=event.at, about=about_them, reason="Endret hos kilden, men ingen trykte sifre ble andre.")
