"""Drafts that were said no to or taken back: out of the way, and not lost."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from campaigns.editorial.draft import Draft, DraftStatus

_MOST = 50


def set_aside(session: Session) -> Sequence[Draft]:
    """Rejected and withdrawn drafts, the latest first. ``reopen`` takes one up again."""
    return session.exec(
        select(Draft)
        .where(col(Draft.status).in_([DraftStatus.REJECTED, DraftStatus.WITHDRAWN]))
        .order_by(col(Draft.updated_at).desc(), col(Draft.id).desc())
        .limit(_MOST)
    ).all()
