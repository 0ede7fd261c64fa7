"""What came back, and what it did: one row per message, one per failed delivery, and the rates they add up to."""

import zlib
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.channels.mail_category import Category
from campaigns.inbound.inbound import Kind, TokenState
from campaigns.tables import choice, instant, optional_choice


class ReturnSource(StrEnum):
    """How the message reached us."""

    LMTP = "lmtp"  # the mail server handed it over, with the address it was sent to
    FOLDER = "folder"
    IMAP = "imap"
    COMMAND = "command"  # `bounces process`


class ReturnState(StrEnum):
    """How far we have come with it."""

    RECEIVED = "received"  # kept, not read yet
    DONE = "done"  # read; nothing is left to do
    WAITING = "waiting"  # a person should look
    SETTLED = "settled"  # a person has


class Effect(StrEnum):
    """What a message did."""

    NOTHING = "nothing"
    REPEATED = "repeated"  # we had it already
    NOTED = "noted"  # the delivery came back, for a reason that says nothing about the reader
    COUNTED = "counted"  # it counts against the address, which is not held back yet
    HELD_BACK = "held_back"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"  # unsubscribed and held back
    ARRIVED = "arrived"  # it shows that the delivery was taken


class ReturnedMail(SQLModel, table=True):
    """One message that came back. ``raw`` is let go of after a month; what was learnt of it names nobody."""

    __tablename__ = "returned_mail"

    id: int | None = Field(default=None, primary_key=True)
    received_at: datetime = instant(index=True)
    source: ReturnSource = choice(ReturnSource, "source")
    envelope_recipient: str | None = Field(default=None, max_length=320)
    raw: bytes | None = Field(default=None, sa_type=sa.LargeBinary, nullable=True)  # compressed
    raw_sha256: str = Field(max_length=64)
    state: ReturnState = choice(ReturnState, "state", ReturnState.RECEIVED, index=True)
    attempts: int = 0  # at processing it; more than one means that it went wrong
    key: str | None = Field(default=None, max_length=64, unique=True)  # (Message-ID, token, kind): each counts once
    kind: Kind | None = optional_choice(Kind)
    category: Category | None = optional_choice(Category)
    token: TokenState | None = optional_choice(TokenState)
    status: str | None = Field(default=None, max_length=16)  # RFC 3463
    code: int | None = None  # SMTP
    words: str = Field(default="", max_length=500)  # the server's own, without addresses
    problem: str | None = Field(default=None, max_length=300)
    # Whom it is about. Proven only when ``token`` is valid; otherwise it is whom the message names.
    delivery_id: int | None = Field(default=None, foreign_key="delivery.id", index=True, ondelete="SET NULL")
    subscriber_id: int | None = Field(default=None, foreign_key="subscriber.id", index=True, ondelete="SET NULL")
    effect: Effect = choice(Effect, "effect", Effect.NOTHING)
    settled_at: datetime | None = instant(nullable=True)
    settled_by: str | None = Field(default=None, max_length=80)
    undone_at: datetime | None = instant(nullable=True)
    undone_by: str | None = Field(default=None, max_length=80)
    undone_because: str | None = Field(default=None, max_length=500)

    @property
    def message(self) -> bytes | None:
        """The message itself, while it is kept."""
        return None if self.raw is None else zlib.decompress(self.raw)

    @property
    def proven(self) -> bool:
        """Whether it carried a token of ours."""
        return self.token is TokenState.VALID

    @property
    def can_be_undone(self) -> bool:
        return self.effect in {Effect.HELD_BACK, Effect.COMPLAINED, Effect.COUNTED} and self.undone_at is None


class Failure(SQLModel, table=True):
    """Why one delivery failed, once per delivery: told at hand-over, or by a message that came back later."""

    __tablename__ = "delivery_failure"

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", unique=True, ondelete="CASCADE")
    subscriber_id: int | None = Field(default=None, foreign_key="subscriber.id", index=True, ondelete="SET NULL")
    returned_mail_id: int | None = Field(default=None, foreign_key="returned_mail.id", index=True, ondelete="SET NULL")
    at: datetime = instant(index=True)
    category: Category = choice(Category, "category")
    words: str = Field(default="", max_length=500)
    withdrawn_at: datetime | None = instant(nullable=True)  # staff said that it does not count


class ReturnRate(SQLModel, table=True):
    """How the last month's newsletters went, counted now and then so that no page has to. There is one row."""

    __tablename__ = "return_rate"

    id: int = Field(default=1, primary_key=True)
    measured_at: datetime = instant()
    since: datetime = instant()
    handed: int = 0
    bounced: int = 0
    ours: int = 0  # of those, refused because of us: reputation, authentication, content
    complained: int = 0


def packed(raw: bytes) -> bytes:
    """As it is stored."""
    return zlib.compress(raw, level=6)
