"""The ledger: one row per recipient or account is the truth about what went out (design.md D3, D4)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.tables import choice, instant, json_object


class DeliveryKind(StrEnum):
    """What is delivered."""

    NEWSLETTER = "newsletter"
    ACCOUNT_MAIL = "account_mail"  # confirmation, link to the settings
    POST = "post"


class DeliveryState(StrEnum):
    """The states of email.md §6."""

    PLANNED = "planned"
    QUEUED = "queued"
    SENDING = "sending"
    DEFERRED = "deferred"  # refused for now; next_attempt_at says when
    ACCEPTED = "accepted"  # the relay's whole 2yz reply was read; for a post, the network's id
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    UNKNOWN = "unknown"  # may or may not have gone out; never sent again by itself
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """How far a hand-over had come; written down *before* the stage is entered (email.md E-31).

    For a post: connect = before anything, data = uploading the image, dot = the call that publishes.
    """

    NONE = "none"
    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


class Delivery(SQLModel, table=True):
    """One hand-over to one recipient or account."""

    __tablename__ = "delivery"

    id: int | None = Field(default=None, primary_key=True)
    kind: DeliveryKind = choice(DeliveryKind, "kind")
    state: DeliveryState = choice(DeliveryState, "state", DeliveryState.QUEUED)
    stage: Stage = choice(Stage, "stage", Stage.NONE)
    issue_id: int | None = Field(default=None, foreign_key="issue.id")
    # which edition of the issue; no key in the database, for no edition is ever removed, and a million rows pay for it
    edition_id: int | None = None
    subscriber_id: int | None = Field(default=None, foreign_key="subscriber.id", index=True)
    draft_id: int | None = Field(default=None, foreign_key="draft.id", index=True)
    account_id: str | None = Field(default=None, foreign_key="channel_account.id", max_length=80)
    domain_group: str | None = Field(default=None, max_length=16)  # the big receiver it goes to; None = any other
    channel: str = Field(max_length=20)
    purpose: str | None = Field(default=None, max_length=40)  # account mail: which one, and which epoch
    content_sha256: str = Field(max_length=64)
    message_id: str | None = Field(default=None, max_length=200, unique=True)
    attempts: int = 0
    first_attempt_at: datetime | None = instant(nullable=True)  # giving up is counted from here, not from planning
    next_attempt_at: datetime | None = instant(nullable=True)
    claimed_by: str | None = Field(default=None, max_length=80)
    claimed_until: datetime | None = instant(nullable=True)
    reply: str | None = None  # the relay's or the network's own last words
    category: str | None = Field(default=None, max_length=32)  # email.md §10
    external_id: str | None = Field(default=None, max_length=200)
    url: str | None = Field(default=None, max_length=500)
    wire: dict[str, Any] = json_object()  # a post: what was sent, image urn, attempt start, for reconciling
    created_at: datetime = instant()
    finished_at: datetime | None = instant(nullable=True)

    __table_args__ = (
        sa.UniqueConstraint("issue_id", "subscriber_id"),
        sa.UniqueConstraint("draft_id", "account_id"),
        sa.UniqueConstraint("subscriber_id", "purpose"),
        sa.Index("ix_delivery_due", "state", "next_attempt_at"),
        sa.Index("ix_delivery_issue_id_state", "issue_id", "state", "id"),  # what waits is taken in order
        sa.Index(
            "ix_delivery_waits_for_group",
            "issue_id",
            "domain_group",
            "id",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        ),
        sa.Index(  # why some did not arrive; those that did have no reason
            "ix_delivery_reason",
            "issue_id",
            "state",
            "category",
            sqlite_where=sa.text("category IS NOT NULL"),
            postgresql_where=sa.text("category IS NOT NULL"),
        ),
    )


class DeliveryEvent(SQLModel, table=True):
    """One transition of one delivery, appended and never changed."""

    __tablename__ = "delivery_event"

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    at: datetime = instant()
    from_state: str = Field(max_length=16)
    to_state: str = Field(max_length=16)
    stage: str = Field(max_length=16)
    by: str = Field(max_length=80)
    reply: str | None = None


class DeliveryTotal(SQLModel, table=True):
    """What is left of deliveries whose rows have been let go: how many of an issue ended how (P-05)."""

    __tablename__ = "delivery_total"

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int | None = Field(default=None, foreign_key="issue.id", index=True)  # None: account mails
    kind: DeliveryKind = choice(DeliveryKind, "kind")
    state: DeliveryState = choice(DeliveryState, "state")
    category: str = Field(default="", max_length=32)
    number: int

    __table_args__ = (sa.UniqueConstraint("issue_id", "kind", "state", "category"),)


class LetGo(SQLModel, table=True):
    """Names what is about to be removed: the guard of the append-only history lets go of rows named here."""

    __tablename__ = "let_go"

    key: str = Field(primary_key=True, max_length=40)  # "delivery:17"
