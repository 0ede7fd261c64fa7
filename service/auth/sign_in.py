"""Signing in: by password, or by a link that works once. Whatever is wrong, the answer is the same (S-14)."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session, col, func, select, update

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.editorial.editor import Editor
from campaigns.errors import Refused
from campaigns.tables import SessionScope
from service.auth import passwords, throttle
from service.auth.credential import Credential, SignInLink
from service.auth.sessions import close_session, open_session, token_hash

LINK_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True)
class Attempt:
    """What somebody typed, and the network they typed it from."""

    email: str
    password: str = field(repr=False)
    network: str


class SignInRefused(Refused):
    """Not signed in, for whatever reason; the reason is not told."""

    def __init__(self) -> None:
        super().__init__(
            "Innloggingen lyktes ikke. Sjekk adresse og passord."
            " Etter flere feil på rad må du vente et kvarter før du prøver igjen."
        )


class LinkRefused(Refused):
    """The link is unknown, used or too old."""

    def __init__(self) -> None:
        super().__init__("Lenken er brukt eller for gammel. Be en administrator om en ny.")


def sign_in(scope: SessionScope, clock: Clock, attempt: Attempt, *, key: bytes) -> str:
    """The new session's token. Raises ``SignInRefused``, alike for no account, wrong password and too many tries.

    Takes the scope because hashing takes a while, and no transaction is held meanwhile.
    """
    account = throttle.account_key(key, attempt.email)
    with scope(read_only=True) as session:
        waiting = throttle.must_wait_until(session, account, attempt.network, clock.now()) is not None
        editor = editor_by_email(session, attempt.email)
        editor_id = editor.id if editor is not None and editor.active else None
        credential = session.get(Credential, editor_id) if editor_id is not None else None
        stored = credential.password_hash if credential is not None else None
    right = passwords.verify(attempt.password, stored)
    if waiting or not right or stored is None or editor_id is None:
        with scope() as session:
            if not waiting:
                throttle.note_failure(session, account, attempt.network, clock.now())
            audit.record(
                session, clock, Actor.service("sign-in"), "sign_in.refused", ("editor", editor_id or "unknown")
            )
        raise SignInRefused
    fresh = passwords.hash_password(attempt.password) if passwords.wants_rehash(stored) else None
    with scope() as session:
        throttle.forgive(session, account)
        if fresh is not None:
            session.get_one(Credential, editor_id).password_hash = fresh
        return _welcome(session, clock, session.get_one(Editor, editor_id), "password")


def make_link(session: Session, clock: Clock, editor: Editor) -> str:
    """The secret of a link that signs this person in once."""
    assert editor.id is not None
    token = secrets.token_urlsafe(32)
    session.add(SignInLink(token_sha256=token_hash(token), editor_id=editor.id, expires_at=clock.now() + LINK_LIFETIME))
    return token


def person_behind_link(session: Session, clock: Clock, token: str) -> Editor:
    """Whom the link would sign in. Raises ``LinkRefused``."""
    link = session.get(SignInLink, token_hash(token))
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        raise LinkRefused
    editor = session.get(Editor, link.editor_id)
    if editor is None or not editor.active:
        raise LinkRefused
    return editor


def use_link(session: Session, clock: Clock, token: str) -> str:
    """Use the link up; the new session's token. Raises ``LinkRefused``."""
    editor = person_behind_link(session, clock, token)
    unused = update(SignInLink).where(
        col(SignInLink.token_sha256) == token_hash(token), col(SignInLink.used_at).is_(None)
    )
    if session.exec(unused.values(used_at=clock.now())).rowcount != 1:  # somebody was a moment quicker
        raise LinkRefused
    return _welcome(session, clock, editor, "link")


def sign_out(session: Session, clock: Clock, token: str, editor_id: int | None) -> None:
    """End this browser's session."""
    close_session(session, token)
    if editor_id is not None:
        audit.record(session, clock, Actor.editor(editor_id), "sign_in.ended", ("editor", editor_id))


def editor_by_email(session: Session, email: str) -> Editor | None:
    return session.exec(select(Editor).where(func.lower(Editor.email) == email.strip().lower())).first()


def _welcome(session: Session, clock: Clock, editor: Editor, how: str) -> str:
    assert editor.id is not None
    audit.record(session, clock, Actor.editor(editor.id), "sign_in.done", ("editor", editor.id), how=how)
    return open_session(session, editor, clock)
