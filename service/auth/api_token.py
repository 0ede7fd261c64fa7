"""Tokens for programs: shown once when made, kept as a hash (interface.md §6).

Behind each token stands an ``Editor`` of its own, so that what a program does has a name and roles like a person's,
and nobody approves through it what they wrote through it.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.editorial.editor import Editor, Role
from campaigns.errors import InvalidInput, NotFound
from campaigns.tables import instant

PREFIX = "mp_"  # so that a token that has strayed into a file is recognised for what it is
_USE_NOTED = timedelta(hours=1)
_MAKER = Actor.service("command")


class ApiToken(SQLModel, table=True):
    """One program's token."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=80)
    editor_id: int = Field(foreign_key="editor.id", unique=True)  # whom it acts as
    token_sha256: str = Field(unique=True, max_length=64)
    created_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)  # to the hour
    revoked_at: datetime | None = instant(nullable=True)


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that showed its token, and whom it acts as (detached from any database session)."""

    token_id: int
    editor: Editor
    wants_note: bool  # its last use was noted long ago


@dataclass(frozen=True, kw_only=True)
class ListedToken:
    """One token as somebody who looks after them sees it."""

    name: str
    roles: tuple[str, ...]
    used_at: datetime | None
    revoked_at: datetime | None


def make_token(session: Session, clock: Clock, name: str, roles: Sequence[Role]) -> str:
    """A new token, which nobody can read again. Raises ``InvalidInput``."""
    name = name.strip()
    if not name or len(name) > 80:
        raise InvalidInput("Gi tokenet et navn på høyst 80 tegn.", field="name")
    if not roles:
        raise InvalidInput("Gi tokenet minst én rolle.", field="roles")
    if session.exec(select(ApiToken.id).where(ApiToken.name == name)).first() is not None:
        raise InvalidInput(f"Det finnes alt et token som heter {name}.", field="name")
    token = PREFIX + secrets.token_urlsafe(32)
    actor = Editor(
        email=f"program:{name}",  # no address: nothing can be sent to it
        name=name,
        roles=sorted({role.value for role in roles}),
        program=True,
        created_at=clock.now(),
    )
    session.add(actor)
    session.flush()
    assert actor.id is not None
    row = ApiToken(name=name, editor_id=actor.id, token_sha256=_hash(token), created_at=clock.now())
    session.add(row)
    session.flush()
    record(
        session, clock, _MAKER, "token.created", ("token", row.id), name=name, roles=actor.roles, acts_as=actor.id
    )  # fmt: skip
    return token


def revoke_token(session: Session, clock: Clock, name: str) -> ApiToken:
    """Let it open nothing more. Revoking twice changes nothing. Raises ``NotFound``."""
    row = session.exec(select(ApiToken).where(ApiToken.name == name)).first()
    if row is None:
        raise NotFound("Token", name)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        session.get_one(Editor, row.editor_id).active = False
        record(session, clock, _MAKER, "token.revoked", ("token", row.id), name=name)
    return row


def tokens(session: Session) -> list[ListedToken]:
    """All of them, by name."""
    rows = session.exec(select(ApiToken, Editor).join(Editor).order_by(col(ApiToken.name)))
    return [
        ListedToken(name=row.name, roles=tuple(actor.roles), used_at=row.used_at, revoked_at=row.revoked_at)
        for row, actor in rows
    ]


def program_of(session: Session, header: str, now: datetime) -> Program | None:
    """The program whose token this ``Authorization`` header carries; None for any other header."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(PREFIX):
        return None
    wanted = select(ApiToken, Editor).join(Editor).where(ApiToken.token_sha256 == _hash(token.strip()))
    found = session.exec(wanted).first()
    if found is None:
        return None
    row, actor = found
    if row.revoked_at is not None or row.id is None or not actor.active:
        return None
    session.expunge(actor)
    return Program(
        token_id=row.id, editor=actor, wants_note=row.used_at is None or now - row.used_at > _USE_NOTED
    )  # fmt: skip


def note_use(session: Session, program: Program, now: datetime) -> None:
    """When it was last used, so that one that is not can be taken away."""
    session.get_one(ApiToken, program.token_id).used_at = now


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
