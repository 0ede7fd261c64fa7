"""Which drafts stand on which date: for the calendar."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.editorial.draft import ChannelName, Draft, DraftKind, DraftStatus, Variant
from campaigns.editorial.snapshot import id_of

_NOT_SHOWN = (DraftStatus.REJECTED, DraftStatus.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class PlannedDraft:
    """One draft on one date. ``at`` is the office's time of its slot; None while it has only the day's own date."""

    draft_id: int
    title: str
    kind: DraftKind
    status: DraftStatus
    at: datetime | None
    channels: tuple[ChannelName, ...]


def drafts_between(session: Session, first: date, last: date, zone: ZoneInfo) -> Mapping[date, list[PlannedDraft]]:
    """Drafts by the office's date of their slot (or, without one, of their day), both ends included."""
    start = datetime.combine(first, time(), zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    stands_at = sa.func.coalesce(Draft.slot_at, Draft.occurs_on)
    drafts = session.exec(
        select(Draft)
        .where(col(Draft.status).not_in(_NOT_SHOWN), stands_at >= start, stands_at < end)
        .order_by(stands_at, col(Draft.id))
    ).all()
    channels = _channels(session, [draft.id for draft in drafts])
    by_date: dict[date, list[PlannedDraft]] = defaultdict(list)
    for draft in drafts:
        instant = draft.slot_at or draft.occurs_on
        assert instant is not None
        by_date[instant.astimezone(zone).date()].append(
            PlannedDraft(
                draft_id=id_of(draft),
                title=draft.title,
                kind=draft.kind,
                status=draft.status,
                at=draft.slot_at.astimezone(zone) if draft.slot_at else None,
                channels=channels.get(id_of(draft), ()),
            )
        )
    return dict(by_date)


def _channels(session: Session, draft_ids: list[int | None]) -> dict[int, tuple[ChannelName, ...]]:
    found = session.exec(select(Variant).where(col(Variant.draft_id).in_(draft_ids), col(Variant.enabled))).all()
    by_draft: dict[int, list[ChannelName]] = defaultdict(list)
    for variant in found:
        by_draft[variant.draft_id].append(variant.channel)
    order = list(ChannelName)
    return {draft_id: tuple(sorted(names, key=order.index)) for draft_id, names in by_draft.items()}
