"""What has been said of an indicator: its findings with what became of them, and the items that speak of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.days.day import CommemorativeDay
from campaigns.drafting.found import key_of, own_key_of
from campaigns.editorial.draft import Draft, DraftKind, DraftStatus
from campaigns.indicators.finding import Finding
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.vintage import Vintage

_GONE = (DraftStatus.REJECTED, DraftStatus.WITHDRAWN)
_MOST = 50


@dataclass(frozen=True, kw_only=True)
class TracedFinding:
    """A finding, the vintage it was made in, and the draft that tells of it, if there is one."""

    finding: Finding
    vintage: Vintage
    draft: Draft | None


@dataclass(frozen=True, kw_only=True)
class Quoting:
    """An item with figures of the indicator, and the number of the vintage they are from."""

    draft: Draft
    seq: int


def findings_about(session: Session, indicator: Indicator) -> list[TracedFinding]:
    """The indicator's findings, the newest first."""
    rows = session.exec(
        select(Finding, Vintage)
        .join(Vintage, col(Vintage.id) == col(Finding.vintage_id))
        .where(Finding.indicator_id == indicator.id)
        .order_by(col(Finding.id).desc())
        .limit(_MOST)
    ).all()
    keys = {finding.id: _keys(finding, vintage) for finding, vintage in rows}
    wanted = {key for both in keys.values() for key in both}
    drafts = {
        draft.idempotency_key: draft
        for draft in session.exec(select(Draft).where(col(Draft.idempotency_key).in_(wanted)))
    }
    return [
        TracedFinding(
            finding=finding,
            vintage=vintage,
            draft=next((drafts[key] for key in keys[finding.id] if key in drafts), None),
        )
        for finding, vintage in rows
    ]


def _keys(finding: Finding, vintage: Vintage) -> tuple[str, str]:
    """The draft it has for itself, or the one it shares with what else the vintage brought."""
    return own_key_of(vintage, finding.kind, finding.id), key_of(vintage, finding.kind)


def items_quoting(session: Session, indicator: Indicator) -> list[Quoting]:
    """Items with figures of this indicator that are out or on their way, the newest first."""
    rows = session.exec(
        select(Draft, Vintage.seq)
        .join(Vintage, col(Vintage.id) == col(Draft.vintage_id))
        .where(Vintage.dataset_id == indicator.dataset_id, col(Draft.status).not_in(_GONE))
        .order_by(col(Draft.published_at).is_not(None), col(Draft.published_at).desc(), col(Draft.id).desc())
        .limit(_MOST)
    ).all()
    days = _days_that_show(session, indicator, [draft for draft, _ in rows])
    found = _vintages_with_findings(session, indicator)
    return [
        Quoting(draft=draft, seq=seq)
        for draft, seq in rows
        if (draft.day_id in days if draft.kind is DraftKind.DAY else draft.vintage_id in found)
    ]


def _days_that_show(session: Session, indicator: Indicator, drafts: Sequence[Draft]) -> set[str | None]:
    """A day's item speaks of the indicators the catalogue links the day to."""
    ids = {draft.day_id for draft in drafts if draft.kind is DraftKind.DAY}
    days = session.exec(select(CommemorativeDay).where(col(CommemorativeDay.id).in_(ids)))
    return {day.id for day in days if indicator.id in day.indicator_ids}


def _vintages_with_findings(session: Session, indicator: Indicator) -> set[int]:
    """An item about new figures speaks of the indicators something was found for."""
    return set(session.exec(select(Finding.vintage_id).where(Finding.indicator_id == indicator.id)))
