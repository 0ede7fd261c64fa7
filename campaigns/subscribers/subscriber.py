"""Who gets the newsletter, and the proof that they asked for it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.language import Language
from campaigns.tables import JsonText, choice, instant, json_object


class SubscriberStatus(StrEnum):
    """Whether mail may go to them."""

    PENDING = "pending"  # asked, not confirmed: gets nothing but the confirmation mail
    CONFIRMED = "confirmed"
    UNSUBSCRIBED = "unsubscribed"


class Frequency(StrEnum):
    """How often somebody wants the newsletter."""

    EACH = "each"  # every issue, when it goes out
    WEEKLY = "weekly"  # what went out since the last one, in one mail a week
    MONTHLY = "monthly"


class Subscriber(SQLModel, table=True):
    """One address (email contract E-21: what was typed, what is shown, what goes on the wire, what is unique)."""

    __tablename__ = "subscriber"

    id: int | None = Field(default=None, primary_key=True)
    raw: str = Field(max_length=320)
    normalized: str = Field(max_length=320)
    ascii_email: str | None = Field(default=None, max_length=320)  # None: needs SMTPUTF8 on every hop
    canonical_key: str = Field(unique=True, max_length=320)
    language: Language = choice(Language, "language", Language.BOKMAAL)
    status: SubscriberStatus = choice(SubscriberStatus, "status", SubscriberStatus.PENDING)
    topics: list[str] = Field(default_factory=list, sa_type=JsonText, nullable=False)  # empty = everything
    frequency: Frequency = choice(Frequency, "frequency", Frequency.EACH)
    brought: bool = False  # came in a list that somebody brought; else by the form, themselves
    paused_until: datetime | None = instant(nullable=True, index=True)  # set = gets nothing; emptied when it is over
    created_at: datetime = instant()
    confirmed_at: datetime | None = instant(nullable=True)
    unsubscribed_at: datetime | None = instant(nullable=True)
    # a mail is owed: the confirmation for a new address, a link to the settings for one that is on already, a welcome
    mail_due: str | None = Field(default=None, max_length=16)  # confirm | settings | welcome
    mail_due_at: datetime | None = instant(nullable=True, index=True)
    last_account_mail_at: datetime | None = instant(nullable=True)
    welcomed_at: datetime | None = instant(nullable=True)  # the welcome is owed once, however often one comes back
    # counts confirmations and unsubscriptions: part of what a one-time link is signed over
    epoch: int = 0
    # the reason of the suppression that holds this address back, if any: what delivery looks at
    suppressed: str | None = Field(default=None, max_length=40)

    __table_args__ = (
        # All that readers are counted by. A million are counted from here alone, and stand as they are grouped.
        sa.Index(
            "ix_subscriber_criteria",
            "status", "suppressed", "paused_until", "language", "frequency", "topics", "brought", "created_at",
        ),
        sa.Index(
            "ix_subscriber_suppressed",
            "suppressed",
            sqlite_where=sa.text("suppressed IS NOT NULL"),
            postgresql_where=sa.text("suppressed IS NOT NULL"),
        ),
        sa.Index(  # those who left, by when
            "ix_subscriber_left",
            "status",
            "unsubscribed_at",
            sqlite_where=sa.text("unsubscribed_at IS NOT NULL"),
            postgresql_where=sa.text("unsubscribed_at IS NOT NULL"),
        ),
        # An id is never used twice, or a link in an old mail would act on a stranger after an erasure.
        {"sqlite_autoincrement": True},
    )  # fmt: skip


class ConsentAction(StrEnum):
    """What the person did."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    WITHDREW = "withdrew"
    IMPORTED = "imported"
    CHANGED = "changed"  # what the consent covers: topics, how often, a pause


class Consent(SQLModel, table=True):
    """One step in the history of a consent (P-03): when, how, and to which wording."""

    __tablename__ = "consent"

    id: int | None = Field(default=None, primary_key=True)
    subscriber_id: int = Field(foreign_key="subscriber.id", index=True)
    action: ConsentAction = choice(ConsentAction, "action")
    wording_version: str = Field(max_length=40)
    language: Language = choice(Language, "language", Language.BOKMAAL)
    origin: str = Field(max_length=200)  # form address, one-click, import file
    network: str | None = Field(default=None, max_length=64)  # truncated address, at most 12 months
    user_agent: str | None = Field(default=None, max_length=200)  # as the browser names itself, at most 12 months
    token_id: str | None = Field(default=None, max_length=16)  # of the link that was used; nothing can be opened by it
    detail: dict[str, Any] = json_object()  # what it was given for: list, topics, how often
    at: datetime = instant()


class SuppressionReason(StrEnum):
    """Why an address gets no mail. ``lasting`` ones only staff may lift; the others end with a new opt-in (E-81)."""

    UNSUBSCRIBED = "unsubscribed"  # had left when it was erased: never to be imported again
    DEAD_ADDRESS = "dead_address"
    DEAD_DOMAIN = "dead_domain"
    INACTIVE = "inactive"  # the mailbox is closed or suspended, again and again
    MAILBOX_FULL = "mailbox_full"  # full or unreachable for more than a month
    COMPLAINED = "complained"
    STAFF = "staff"  # somebody here was asked to stop, outside the system

    @property
    def lasting(self) -> bool:
        return self in {SuppressionReason.COMPLAINED, SuppressionReason.STAFF}


class Suppression(SQLModel, table=True):
    """An address that must not get mail, as a keyed hash, so that it outlives an erasure."""

    __tablename__ = "suppression"

    address_hash: str = Field(primary_key=True, max_length=64)
    reason: str = Field(max_length=40)
    at: datetime = instant()
    because: str | None = Field(default=None, max_length=500)  # what was said, without addresses
    by: str | None = Field(default=None, max_length=80)  # who held it back (``audit.Actor``)


class SignUpAttempt(SQLModel, table=True):
    """Counts requests per key and window, to hold list bombing down (S-42). Holds no address in clear."""

    __tablename__ = "sign_up_attempt"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=80, index=True)  # "ip:…", "address:<hash>", "domain:…", "all"
    at: datetime = instant(index=True)
