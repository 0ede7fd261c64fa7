"""Letting go of what signing in leaves behind: ended sessions, counted failures, links nobody used."""

from datetime import timedelta

from sqlmodel import Session, col, delete, or_

from campaigns.clock import Clock
from service.auth.credential import SignInFailure, SignInLink, StaffSession
from service.auth.sessions import ABSOLUTE, IDLE

_KEPT = timedelta(days=1)


def forget_old_sign_ins(session: Session, clock: Clock) -> dict[str, int]:
    """Delete what can never count again; how much of each."""
    now = clock.now()
    ended = or_(col(StaffSession.created_at) < now - ABSOLUTE, col(StaffSession.last_seen_at) < now - IDLE)
    return {
        "sessions": session.exec(delete(StaffSession).where(ended)).rowcount,
        "failures": session.exec(delete(SignInFailure).where(col(SignInFailure.at) < now - _KEPT)).rowcount,
        "links": session.exec(delete(SignInLink).where(col(SignInLink.expires_at) < now - _KEPT)).rowcount,
    }
