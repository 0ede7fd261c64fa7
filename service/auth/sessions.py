"""Server-side sessions (S-20): a random token in the cookie, its SHA-256 in the table.

A new token at every sign-in; thirty idle minutes or ten hours end it; signing out or closing an account ends
it at once, because the row is gone.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, delete, select

from campaigns.clock import Clock
from campaigns.editorial.editor import Editor
from service.auth.credential import StaffSession

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
_TOUCH_EVERY = timedelta(minutes=1)  # last_seen_at is written at most this often


@dataclass(frozen=True)
class SignedIn:
    """A live session, and the person in it (detached from any database session)."""

    editor: Editor
    csrf_token: str
    token_sha256: str
    wants_touch: bool


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(session: Session, editor: Editor, clock: Clock) -> str:
    """A new session for this person; the token to put in the cookie. Clears away those that have expired."""
    assert editor.id is not None
    now = clock.now()
    session.exec(delete(StaffSession).where(col(StaffSession.created_at) < now - ABSOLUTE))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_sha256=token_hash(token),
            editor_id=editor.id,
            csrf_token=secrets.token_urlsafe(32),
            created_at=now,
            last_seen_at=now,
            authenticated_at=now,
        )
    )
    session.flush()
    return token


def find_session(session: Session, token: str, clock: Clock) -> SignedIn | None:
    """The live session with this token; None when there is none, it has expired, or the account is closed.

    A program has no session whatever the table says: its token opens the API, and nothing opens the desk to it.
    """
    row = session.exec(
        select(StaffSession, Editor)
        .join(Editor, col(Editor.id) == col(StaffSession.editor_id))
        .where(StaffSession.token_sha256 == token_hash(token))
    ).first()
    if row is None:
        return None
    found, editor = row
    now = clock.now()
    if not editor.active or editor.program or now - found.last_seen_at > IDLE or now - found.created_at > ABSOLUTE:
        return None
    session.expunge(editor)
    return SignedIn(editor, found.csrf_token, found.token_sha256, now - found.last_seen_at >= _TOUCH_EVERY)


def touch(session: Session, signed_in: SignedIn, clock: Clock) -> None:
    """Note that the person is still here."""
    found = session.get(StaffSession, signed_in.token_sha256)
    if found is not None:
        found.last_seen_at = clock.now()


def close_session(session: Session, token: str) -> None:
    """Sign this browser out."""
    session.exec(delete(StaffSession).where(col(StaffSession.token_sha256) == token_hash(token)))
