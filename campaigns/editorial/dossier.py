"""Everything a person needs to judge one draft: its variants, what has happened to it, and who did what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.audit import AuditEvent, editor_id_of
from campaigns.editorial.draft import Approval, Comment, Draft, Variant
from campaigns.editorial.editor import Editor
from campaigns.editorial.snapshot import variants_of
from campaigns.errors import NotFound

_COMMENTED = {
    "draft.rejected": "rejection",
    "draft.changes_requested": "change_request",
    "draft.withdrawn": "withdrawal",
}


@dataclass(frozen=True, kw_only=True)
class HistoryLine:
    """One thing that happened to the draft. ``who`` is None for the service itself."""

    at: datetime
    action: str  # the audit trail's own word: draft.submitted
    who: str | None
    detail: dict[str, Any]
    comment: str | None


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One draft with all that belongs to it. ``history`` has the newest first."""

    draft: Draft
    variants: tuple[Variant, ...]
    author: str | None
    last_editor: str | None
    approver: str | None
    approved_at: datetime | None
    history: tuple[HistoryLine, ...]


def dossier(session: Session, draft_id: int) -> Dossier:
    """The draft with this id. Raises ``NotFound``."""
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise NotFound("Utkast", draft_id)
    approval = session.exec(
        select(Approval).where(Approval.draft_id == draft_id, col(Approval.voided_at).is_(None))
    ).first()
    events = session.exec(
        select(AuditEvent)
        .where(AuditEvent.object_type == "draft", AuditEvent.object_id == str(draft_id))
        .order_by(col(AuditEvent.id).desc())
    ).all()
    comments = session.exec(select(Comment).where(Comment.draft_id == draft_id)).all()
    names = editor_names(session)
    return Dossier(
        draft=draft,
        variants=tuple(variants_of(session, draft)),
        author=names.get(draft.author_id),
        last_editor=names.get(draft.last_editor_id),
        approver=names.get(approval.approver_id) if approval else None,
        approved_at=approval.at if approval else None,
        history=tuple(_line(event, names, comments) for event in events),
    )


def _line(event: AuditEvent, names: dict[int | None, str], comments: Iterable[Comment]) -> HistoryLine:
    spoken = _COMMENTED.get(event.action)
    text = next((comment.text for comment in comments if comment.action == spoken and comment.at == event.at), None)
    return HistoryLine(
        at=event.at,
        action=event.action,
        who=names.get(editor_id_of(event.actor)),
        detail=event.detail,
        comment=text,
    )


def editor_names(session: Session) -> dict[int | None, str]:
    """Who is who, for histories; those who have left included."""
    return dict(session.exec(select(Editor.id, Editor.name)).all())
