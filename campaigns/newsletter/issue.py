"""An issue of the newsletter: the drafts in it, and the frozen bytes that every recipient gets."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.language import Language
from campaigns.tables import choice, instant


class IssueStatus(StrEnum):
    """Where the issue is."""

    SENDING = "sending"  # closed; deliveries exist
    SENT = "sent"  # every delivery has ended
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Issue(SQLModel, table=True):
    """One issue. Its HTML and text are complete but for the recipient's own links, which are tokens in them."""

    __tablename__ = "issue"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=120)
    status: IssueStatus = choice(IssueStatus, "status", IssueStatus.SENDING, index=True)
    language: Language = choice(Language, "language", Language.BOKMAAL)
    subject: str = Field(max_length=300)
    preheader: str = Field(default="", max_length=200)
    html: str = Field(sa_type=sa.Text, nullable=False)
    text: str = Field(sa_type=sa.Text, nullable=False)
    archive_html: str = Field(sa_type=sa.Text, nullable=False)  # the body of the public archive page
    sha256: str = Field(max_length=64)
    message_date: datetime = instant()  # the Date header: the same on every attempt
    slot_at: datetime = instant(index=True)
    closed_at: datetime = instant()
    sent_at: datetime | None = instant(nullable=True)


class IssueItem(SQLModel, table=True):
    """One draft in an issue, in order. A draft goes out in one issue only."""

    __tablename__ = "issue_item"

    issue_id: int = Field(foreign_key="issue.id", primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", primary_key=True, unique=True)
    position: int
    snapshot_sha256: str = Field(foreign_key="snapshot.sha256", max_length=64)
