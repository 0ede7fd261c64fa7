"""The trail of one thing in the newsletter, as a page tells it: who did what, when, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent

_REASONS = ("comment", "reason", "note")


@dataclass(frozen=True, kw_only=True)
class TrailLine:
    """One thing that happened. ``who`` is None for the service itself."""

    at: datetime
    action: str
    who: str | None
    comment: str | None  # or the reason that went with it
    detail: Mapping[str, Any]  # all that was written down of it


def trail_of(session: Session, subject: tuple[str, int], names: Mapping[int | None, str]) -> tuple[TrailLine, ...]:
    """Everything that happened to ``("issue", 12)``, the newest first."""
    kind, key = subject
    events = session.exec(
        select(AuditEvent)
        .where(AuditEvent.object_type == kind, AuditEvent.object_id == str(key))
        .order_by(col(AuditEvent.id).desc())
    )
    return tuple(_told(event, names) for event in events)


def _told(event: AuditEvent, names: Mapping[int | None, str]) -> TrailLine:
    kind, _, number = event.actor.partition(":")
    return TrailLine(
        at=event.at,
        action=event.action,
        who=names.get(int(number)) if kind == "editor" and number.isdigit() else None,
        comment=next((event.detail[key] for key in _REASONS if event.detail.get(key)), None),
        detail=event.detail,
    )
