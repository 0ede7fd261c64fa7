"""Tokens for programs: shown once when made, kept as a hash, with roles like a person's (interface.md §6)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, NotFound
from campaigns.tables import instant, json_list

PREFIX = "mp_"  # so that a token that has strayed into a file is recognised for what it is
_USE_NOTED = timedelta(hours=1)
_MAKER = Actor.service("command")


class ApiToken(SQLModel, table=True):
    """One program's token."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=80)
    roles: list[str] = json_list()
    token_sha256: str = Field(unique=True, max_length=64)
    created_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)  # to the hour
    revoked_at: datetime | None = instant(nullable=True)


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that showed its token, and what it may do."""

    token_id: int
    name: str
    roles: frozenset[Role]
    wants_note: bool  # its last use was noted long ago

    @property
    def actor(self) -> Actor:
        return Actor(f"token:{self.token_id}")


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
    row = ApiToken(
        name=name,
        roles=sorted({role.value for role in roles}),
        token_sha256=_hash(token),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    record(session, clock, _MAKER, "token.created", ("token", row.id), name=name, roles=row.roles)
    return token


def revoke_token(session: Session, clock: Clock, name: str) -> ApiToken:
    """Let it open nothing more. Revoking twice changes nothing. Raises ``NotFound``."""
    row = session.exec(select(ApiToken).where(ApiToken.name == name)).first()
    if row is None:
        raise NotFound("Token", name)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        session.add(row)
        record(session, clock, _MAKER, "token.revoked", ("token", row.id), name=name)
    return row


def tokens(session: Session) -> Sequence[ApiToken]:
    """All of them, by name."""
    return session.exec(select(ApiToken).order_by(col(ApiToken.name))).all()


def program_of(session: Session, header: str, now: datetime) -> Program | None:
    """The program whose token this ``Authorization`` header carries; None for any other header."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.startswith(PREFIX):
        return None
    row = session.exec(select(ApiToken).where(ApiToken.token_sha256 == _hash(token.strip()))).first()
    if row is None or row.revoked_at is not None or row.id is None:
        return None
    return Program(
        token_id=row.id,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        wants_note=row.used_at is None or now - row.used_at > _USE_NOTED,
    )


def note_use(session: Session, program: Program, now: datetime) -> None:
    """When it was last used, so that one that is not can be taken away."""
    session.get_one(ApiToken, program.token_id).used_at = now


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
