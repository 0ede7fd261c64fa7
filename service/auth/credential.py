"""How staff prove who they are, and the sessions that follow (security contract S-13, S-14, S-20)."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from campaigns.tables import instant


class Credential(SQLModel, table=True):
    """A local account's password, as argon2id."""

    __tablename__ = "credential"

    editor_id: int = Field(primary_key=True, foreign_key="editor.id")
    password_hash: str = Field(max_length=300)
    changed_at: datetime = instant()


class StaffSession(SQLModel, table=True):
    """A signed-in browser. The cookie holds a random token; only its SHA-256 is kept here."""

    __tablename__ = "staff_session"

    token_sha256: str = Field(primary_key=True, max_length=64)
    editor_id: int = Field(foreign_key="editor.id", index=True)
    csrf_token: str = Field(max_length=64)
    created_at: datetime = instant()
    last_seen_at: datetime = instant()
    authenticated_at: datetime = instant()


class SignInFailure(SQLModel, table=True):
    """Counts failed sign-ins per key, so that a restart forgives nobody. Keys hold hashes, not addresses."""

    __tablename__ = "sign_in_failure"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=80, index=True)
    at: datetime = instant(index=True)


class SignInLink(SQLModel, table=True):
    """A link that signs one person in once: for the first administrator and for the demo."""

    __tablename__ = "sign_in_link"

    token_sha256: str = Field(primary_key=True, max_length=64)
    editor_id: int = Field(foreign_key="editor.id")
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)
