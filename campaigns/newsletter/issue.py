"""An issue of the newsletter: what is in it, for whom, and the frozen bytes its recipients get.

An issue is composed at the desk, or put together at its slot from the drafts nobody put in one (``composed`` says
which). Both are closed at the slot; from then on there is an ``Edition`` for each combination of what readers chose.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.editorial.draft import ApprovalMode
from campaigns.language import Language
from campaigns.tables import choice, instant, json_list, json_object


class IssueStatus(StrEnum):
    """Where the issue is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    SCHEDULED = "scheduled"  # approved; goes out by itself at slot_at
    MISSED = "missed"  # its slot passed while the service was down or it was not approved
    WITHDRAWN = "withdrawn"
    SENDING = "sending"  # closed; deliveries exist
    SENT = "sent"  # every delivery has ended
    PAUSED = "paused"
    CANCELLED = "cancelled"


_S = IssueStatus
_NEXT: dict[IssueStatus, frozenset[IssueStatus]] = {
    _S.DRAFT: frozenset({_S.IN_REVIEW, _S.MISSED, _S.WITHDRAWN}),
    _S.IN_REVIEW: frozenset({_S.DRAFT, _S.CHANGES_REQUESTED, _S.SCHEDULED, _S.MISSED, _S.WITHDRAWN}),
    _S.CHANGES_REQUESTED: frozenset({_S.DRAFT, _S.IN_REVIEW, _S.MISSED, _S.WITHDRAWN}),
    _S.SCHEDULED: frozenset({_S.DRAFT, _S.IN_REVIEW, _S.SENDING, _S.MISSED, _S.WITHDRAWN}),
    _S.MISSED: frozenset({_S.DRAFT, _S.WITHDRAWN}),
    _S.WITHDRAWN: frozenset({_S.DRAFT}),
    _S.SENDING: frozenset({_S.SENT, _S.PAUSED, _S.CANCELLED}),
    _S.SENT: frozenset(),
    _S.PAUSED: frozenset({_S.SENDING, _S.CANCELLED}),
    _S.CANCELLED: frozenset(),
}
COMPOSING = frozenset({_S.DRAFT, _S.IN_REVIEW, _S.CHANGES_REQUESTED, _S.SCHEDULED, _S.MISSED})
"""Nothing has gone out, and something still may: what is in such an issue goes out with it and not by itself."""
CLOSED = frozenset({_S.SENDING, _S.SENT, _S.PAUSED})
"""The bytes are frozen and may be read by the public."""
EDITABLE = frozenset({_S.DRAFT, _S.IN_REVIEW, _S.CHANGES_REQUESTED, _S.SCHEDULED})
_AS_APPROVED = "('scheduled', 'sending', 'sent', 'paused')"


class Issue(SQLModel, table=True):
    """One issue. ``html`` and ``text`` are the whole of it; what each reader gets is an ``Edition``.

    ``version`` counts saved changes; ``content_sha256`` is over ``frozen_issue()``, which an approval binds to.
    """

    __tablename__ = "issue"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=120)  # its public address; until it is closed, a name nobody sees
    status: IssueStatus = choice(IssueStatus, "status", IssueStatus.SENDING, index=True)
    composed: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    language: Language = choice(Language, "language", Language.BOKMAAL)
    subject: str = Field(max_length=300)
    preheader: str = Field(default="", max_length=200)
    audience: dict[str, Any] = json_object()  # ``Audience.stored()``; empty = everybody
    html: str = Field(default="", sa_type=sa.Text, nullable=False)
    text: str = Field(default="", sa_type=sa.Text, nullable=False)
    archive_html: str = Field(default="", sa_type=sa.Text, nullable=False)  # the body of the public archive page
    sha256: str = Field(default="", max_length=64)
    message_date: datetime | None = instant(nullable=True)  # the Date header: the same on every attempt
    slot_at: datetime | None = instant(nullable=True, index=True)
    closed_at: datetime | None = instant(nullable=True)
    sent_at: datetime | None = instant(nullable=True)
    author_id: int | None = Field(default=None, foreign_key="editor.id")  # who submitted it
    last_editor_id: int | None = Field(default=None, foreign_key="editor.id")
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    content_sha256: str = Field(default="", max_length=64, sa_column_kwargs={"server_default": ""})
    approved_sha256: str | None = Field(default=None, max_length=64)
    note: str | None = None  # why it came back, was missed, paused …
    begun_at: datetime | None = instant(nullable=True)  # None: put together at its slot
    updated_at: datetime | None = instant(nullable=True)

    __table_args__ = (
        # As for drafts: nothing that was composed moves towards a reader unless it is what was approved.
        sa.CheckConstraint(
            f"NOT composed OR status NOT IN {_AS_APPROVED}"
            " OR (approved_sha256 IS NOT NULL AND approved_sha256 = content_sha256)",
            name="approved_content",
        ),
        sa.CheckConstraint(f"status NOT IN {_AS_APPROVED} OR slot_at IS NOT NULL", name="scheduled_has_slot"),
    )

    def may_become(self, status: IssueStatus) -> bool:
        return status in _NEXT[self.status]

    @property
    def out_at(self) -> datetime:
        """When it went out, or goes; only for an issue that has a slot."""
        assert self.slot_at is not None, "the database lets no issue be scheduled without a slot"
        return self.slot_at

    @property
    def dated(self) -> datetime:
        """The Date of its mails; only for an issue that is closed."""
        assert self.message_date is not None, "an issue is dated when it is closed"
        return self.message_date


class IssueItem(SQLModel, table=True):
    """One thing an issue tells of, in order: an approved draft, or a block that stands in this issue alone."""

    __tablename__ = "issue_item"

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    position: int
    draft_id: int | None = Field(default=None, foreign_key="draft.id", index=True)
    # the version of the draft that was approved and taken in; a draft that changes is another one
    snapshot_sha256: str | None = Field(default=None, foreign_key="snapshot.sha256", max_length=64)
    title: str = Field(default="", max_length=200)  # of a free block
    block: dict[str, Any] = json_object()  # a free block, as ``Blocks`` stores it
    topics: list[str] = json_list()  # of a free block, in the catalogue's words; empty = for everybody

    __table_args__ = (
        sa.UniqueConstraint("issue_id", "draft_id"),
        sa.CheckConstraint("draft_id IS NULL OR snapshot_sha256 IS NOT NULL", name="draft_as_approved"),
    )


class Edition(SQLModel, table=True):
    """What everybody gets who chose the same: complete but for the recipient's own links, which are tokens in it."""

    __tablename__ = "edition"

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="issue.id")
    language: Language = choice(Language, "language", Language.BOKMAAL)  # of the words around the content
    topics_key: str = Field(max_length=200)  # which items it holds: their places with points between, or ``*``
    subject: str = Field(max_length=300)
    preheader: str = Field(default="", max_length=200)
    html: str = Field(sa_type=sa.Text, nullable=False)
    text: str = Field(sa_type=sa.Text, nullable=False)
    sha256: str = Field(max_length=64)

    __table_args__ = (sa.UniqueConstraint("issue_id", "language", "topics_key"),)


class IssueSnapshot(SQLModel, table=True):
    """The frozen content that an issue's approval binds to: canonical JSON, addressed by its hash. Never changed."""

    __tablename__ = "issue_snapshot"

    sha256: str = Field(primary_key=True, max_length=64)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    version: int
    content: str = Field(sa_type=sa.Text, nullable=False)
    created_at: datetime = instant()


class IssueApproval(SQLModel, table=True):
    """One person's yes to one snapshot. The database refuses the author's own in two-person mode."""

    __tablename__ = "issue_approval"

    id: int | None = Field(default=None, primary_key=True)
    issue_id: int = Field(foreign_key="issue.id", index=True)
    sha256: str = Field(foreign_key="issue_snapshot.sha256", max_length=64)
    mode: ApprovalMode = choice(ApprovalMode, "mode")
    author_id: int | None = Field(default=None, foreign_key="editor.id")
    last_editor_id: int | None = Field(default=None, foreign_key="editor.id")
    approver_id: int = Field(foreign_key="editor.id")
    recipients: int  # how many the approver was told it would go to
    at: datetime = instant()
    voided_at: datetime | None = instant(nullable=True)
    void_reason: str | None = None

    __table_args__ = (
        sa.CheckConstraint(
            "mode = 'one_person' OR ((author_id IS NULL OR approver_id <> author_id)"
            " AND (last_editor_id IS NULL OR approver_id <> last_editor_id))",
            name="four_eyes",
        ),
    )


def id_of(issue: Issue) -> int:
    """Its id; every issue that came through a flush has one."""
    assert issue.id is not None
    return issue.id
