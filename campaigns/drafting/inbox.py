"""The findings inbox: what was found, in words, the most newsworthy first, and what has become of it. Read-only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, select

from campaigns.clock import Clock
from campaigns.drafting.chosen_remarks import can_be_said, indicators_beside
from campaigns.drafting.correction import Revised, correction_words
from campaigns.drafting.figures import Origin
from campaigns.drafting.found import key_of, own_key_of
from campaigns.drafting.remarks import remark
from campaigns.drafting.wording import headline, sentence, tell
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import name_of
from campaigns.indicators.finding import Finding, FindingKind, FindingState, lies_open
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import KeyFigure
from campaigns.indicators.observations import latest_vintage
from campaigns.indicators.statements.news_value import WORTH_SAYING, news_value
from campaigns.indicators.statements.statement import statements_from_json
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language
from campaigns.paging import Page

PAGE_LENGTH = 20
_NOBODY = Origin(line="", owner="", short_owner="")


class Heap(StrEnum):
    """Where a finding lies."""

    OPEN = "open"  # somebody is to decide, or a draft of it is on its way
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"
    DRAFTED = "drafted"


@dataclass(frozen=True, kw_only=True)
class InboxRow:
    """One finding as it is read. ``woken`` when it was put off until now.

    ``overtaken`` when the source has come with other figures since; a draft is made of the newest.
    """

    finding: Finding
    indicator: Indicator
    title: str
    sentences: tuple[str, ...]  # the first says level and change
    minor: tuple[str, ...]  # what is true, but not worth a sentence in a draft
    provisional: bool
    draft: Draft | None
    decided_by: str | None
    woken: bool
    overtaken: bool


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """One page of one heap, and how many lie in each."""

    rows: tuple[InboxRow, ...]
    counts: Mapping[Heap, int]
    page: Page
    indicators: tuple[Indicator, ...]  # those that have findings, for the filter


def inbox(
    session: Session,
    clock: Clock,
    *,
    heap: Heap,
    language: Language,
    indicator_id: str | None = None,
    kind: FindingKind | None = None,
    page: int = 1,
) -> Inbox:
    """The findings of this heap, and of this indicator and kind where those are given."""
    now = clock.now()
    chosen: list[ColumnElement[bool]] = [col(Indicator.enabled).is_(True)]
    chosen += [col(Finding.indicator_id) == indicator_id] if indicator_id else []
    chosen += [col(Finding.kind) == kind] if kind else []
    counts = {one: _count(session, [*chosen, lies_in(one, now)]) for one in Heap}
    shown = Page(asked=page, total=counts[heap], length=PAGE_LENGTH)
    newest = (col(Finding.found_at).desc(), col(Finding.id).desc())
    order = (col(Finding.news_value).desc(), *newest) if heap is Heap.OPEN else newest
    found = (
        select(Finding, Indicator, Vintage)
        .join(Indicator, col(Indicator.id) == col(Finding.indicator_id))
        .join(Vintage, col(Vintage.id) == col(Finding.vintage_id))
        .where(*chosen, lies_in(heap, now))
        .order_by(*order)
    )
    return Inbox(
        rows=tuple(_row(session, *row, language=language) for row in session.exec(shown.cut(found)).all()),
        counts=counts,
        page=shown,
        indicators=_with_findings(session),
    )


def lies_in(heap: Heap, now: datetime) -> ColumnElement[bool]:
    """The findings of a heap at this moment; what was put off comes back by itself."""
    new = col(Finding.state) == FindingState.NEW
    until = col(Finding.snoozed_until)
    match heap:
        case Heap.OPEN:
            return lies_open(now)
        case Heap.SNOOZED:
            return and_(new, until > now)
        case Heap.DISMISSED:
            return col(Finding.state) == FindingState.DISMISSED
        case Heap.DRAFTED:
            return col(Finding.state) == FindingState.DRAFTED


def _count(session: Session, chosen: Sequence[ColumnElement[bool]]) -> int:
    found = select(func.count()).select_from(Finding).join(Indicator, col(Indicator.id) == col(Finding.indicator_id))
    return session.exec(found.where(*chosen)).one()


def _with_findings(session: Session) -> tuple[Indicator, ...]:
    having = select(Finding.indicator_id).distinct()
    return tuple(
        session.exec(
            select(Indicator)
            .where(col(Indicator.id).in_(having), col(Indicator.enabled))
            .order_by(col(Indicator.position), col(Indicator.id))
        )
    )


def _row(session: Session, finding: Finding, indicator: Indicator, vintage: Vintage, *, language: Language) -> InboxRow:
    told = tell(indicator, KeyFigure.from_json(finding.key_figure), language)
    if finding.kind is FindingKind.REVISION and finding.earlier:
        old = tell(indicator, KeyFigure.from_json(finding.earlier), language)
        words = correction_words([Revised(new=told, old=old)], _NOBODY, language)
        title, sentences = words["title"], [words["finding"], *filter(None, [words["changed"]])]
        minor: list[str] = []
    else:
        title = headline(told)
        statements = statements_from_json(finding.statements)
        others = indicators_beside(statements, session)
        spoken = [
            (news_value(one), remark(one, told, indicator, others, alone=False, marked=not told.provisional))
            for one in statements
            if can_be_said(one, language, others)
        ]
        sentences = [sentence(told), *(text for worth, text in spoken if worth >= WORTH_SAYING)]
        minor = [text for worth, text in spoken if worth < WORTH_SAYING]
    return InboxRow(
        finding=finding,
        indicator=indicator,
        title=title,
        sentences=tuple(sentences),
        minor=tuple(minor),
        provisional=told.provisional,
        draft=_draft(session, finding, vintage),
        decided_by=name_of(session, finding.decided_by),
        woken=finding.state is FindingState.NEW and finding.snoozed_until is not None,
        overtaken=finding.state is FindingState.NEW and _is_overtaken(session, vintage),
    )


def _is_overtaken(session: Session, vintage: Vintage) -> bool:
    newest = latest_vintage(session, vintage.dataset_id)
    return newest is not None and newest.seq > vintage.seq


def _draft(session: Session, finding: Finding, vintage: Vintage) -> Draft | None:
    if finding.state is not FindingState.DRAFTED:
        return None
    keys = (own_key_of(vintage, finding.kind, finding.id), key_of(vintage, finding.kind))
    made = session.exec(select(Draft).where(col(Draft.idempotency_key).in_(keys)))
    found = {draft.idempotency_key: draft for draft in made}
    return next((found[key] for key in keys if key in found), None)
