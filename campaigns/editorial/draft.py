"""A draft: what one announcement says, per channel, and which state may follow which (design.md §6)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from campaigns.errors import TransitionNotAllowed
from campaigns.language import Language
from campaigns.tables import choice, instant, json_list


class DraftKind(StrEnum):
    """What it came from."""

    NEW_PERIOD = "new_period"
    REVISION = "revision"
    DAY = "day"
    NEWS = "news"  # written by hand


class DraftStatus(StrEnum):
    """Where it is on its way out."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"  # approved, without a time yet
    SCHEDULED = "scheduled"  # approved, goes out by itself at slot_at
    PUBLISHING = "publishing"  # its deliveries exist
    PUBLISHED = "published"  # every delivery has ended
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"  # its slot passed while the service was down or it was not approved
    STALE = "stale"  # a newer vintage of its figures exists


_NEXT: dict[DraftStatus, frozenset[DraftStatus]] = {
    DraftStatus.DRAFT: frozenset({DraftStatus.IN_REVIEW, DraftStatus.WITHDRAWN, DraftStatus.STALE}),
    DraftStatus.IN_REVIEW: frozenset(
        {
            DraftStatus.DRAFT,
            DraftStatus.APPROVED,
            DraftStatus.CHANGES_REQUESTED,
            DraftStatus.REJECTED,
            DraftStatus.WITHDRAWN,
            DraftStatus.MISSED,
            DraftStatus.STALE,
        }
    ),
    DraftStatus.CHANGES_REQUESTED: frozenset(
        {DraftStatus.DRAFT, DraftStatus.IN_REVIEW, DraftStatus.WITHDRAWN, DraftStatus.STALE}
    ),
    DraftStatus.APPROVED: frozenset(
        {DraftStatus.DRAFT, DraftStatus.SCHEDULED, DraftStatus.WITHDRAWN, DraftStatus.STALE}
    ),
    DraftStatus.SCHEDULED: frozenset(
        {
            DraftStatus.DRAFT,
            DraftStatus.PUBLISHING,
            DraftStatus.WITHDRAWN,
            DraftStatus.MISSED,
            DraftStatus.STALE,
        }
    ),
    DraftStatus.PUBLISHING: frozenset({DraftStatus.PUBLISHED}),
    DraftStatus.PUBLISHED: frozenset(),
    DraftStatus.REJECTED: frozenset({DraftStatus.DRAFT}),
    DraftStatus.WITHDRAWN: frozenset({DraftStatus.DRAFT}),
    DraftStatus.MISSED: frozenset({DraftStatus.DRAFT, DraftStatus.WITHDRAWN}),
    DraftStatus.STALE: frozenset({DraftStatus.DRAFT, DraftStatus.WITHDRAWN}),
}
APPROVED_STATES = frozenset({DraftStatus.APPROVED, DraftStatus.SCHEDULED})
"""A standing approval binds it; a change takes the approval back."""
UNDECIDED = frozenset({DraftStatus.DRAFT, DraftStatus.IN_REVIEW, DraftStatus.CHANGES_REQUESTED})
"""Nobody has said yes or no: the content may still grow without an approval being voided."""
EDITABLE = UNDECIDED | APPROVED_STATES
"""It can be written in and moved, and may still go out."""
REOPENABLE = frozenset({DraftStatus.REJECTED, DraftStatus.WITHDRAWN, DraftStatus.MISSED, DraftStatus.STALE})


class ChannelName(StrEnum):
    """Where a variant of a draft goes."""

    NEWSLETTER = "newsletter"
    LINKEDIN = "linkedin"
    FACEBOOK = "facebook"


class Draft(SQLModel, table=True):
    """One announcement. ``version`` counts saved changes; ``content_sha256`` is over ``frozen_content()``."""

    __tablename__ = "draft"

    id: int | None = Field(default=None, primary_key=True)
    # what it was made from, so that the same finding or day never becomes a second draft
    idempotency_key: str = Field(unique=True, max_length=200)
    kind: DraftKind = choice(DraftKind, "kind")
    status: DraftStatus = choice(DraftStatus, "status", DraftStatus.DRAFT, index=True)
    language: Language = choice(Language, "language", Language.BOKMAAL)
    title: str = Field(max_length=200)
    blocks: list[dict[str, Any]] = json_list()
    topics: list[str] = json_list()
    slot_at: datetime | None = instant(nullable=True, index=True)
    day_id: str | None = Field(default=None, foreign_key="commemorative_day.id", max_length=80)
    occurs_on: datetime | None = instant(nullable=True)  # the day's own date, as midnight in the office's zone
    vintage_id: int | None = Field(default=None, foreign_key="vintage.id")
    embargo_until: datetime | None = instant(nullable=True)  # that of its figures; it goes out at this time or later
    slug: str | None = Field(default=None, unique=True, max_length=120)  # of its public figure page
    sober: bool = False  # serious tone: no emoji, always a person (commemorative-days.md T-13)
    author_id: int | None = Field(default=None, foreign_key="editor.id")  # who submitted it
    last_editor_id: int | None = Field(default=None, foreign_key="editor.id")
    version: int = 1
    content_sha256: str = Field(default="", max_length=64)
    approved_sha256: str | None = Field(default=None, max_length=64)
    note: str | None = None  # why it is stale, missed, rejected …, for the queue
    created_at: datetime = instant()
    updated_at: datetime = instant()
    published_at: datetime | None = instant(nullable=True)

    __table_args__ = (
        # design.md D5: nothing moves towards publication unless what is there is what was approved.
        sa.CheckConstraint(
            "status NOT IN ('approved', 'scheduled', 'publishing', 'published')"
            " OR (approved_sha256 IS NOT NULL AND approved_sha256 = content_sha256)",
            name="approved_content",
        ),
        sa.CheckConstraint("status <> 'scheduled' OR slot_at IS NOT NULL", name="scheduled_has_slot"),
    )

    def may_become(self, status: DraftStatus) -> bool:
        return status in _NEXT[self.status]

    def require(self, status: DraftStatus, sentence: str) -> None:
        """Raise ``TransitionNotAllowed`` with this sentence unless the draft may become ``status``."""
        if not self.may_become(status):
            raise TransitionNotAllowed(sentence, state=self.status.value, wanted=status.value)


class Variant(SQLModel, table=True):
    """What a draft says in one channel. A channel that is switched off keeps its text."""

    __tablename__ = "variant"

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    channel: ChannelName = choice(ChannelName, "channel")
    enabled: bool = True
    subject: str = Field(default="", max_length=200)  # newsletter: subject line when it is the only item
    preheader: str = Field(default="", max_length=160)
    text: str = ""  # a post: the whole text but hashtags and link. newsletter: unused, blocks say it
    hashtags: list[str] = json_list()  # without the sign
    link: str | None = Field(default=None, max_length=500)
    canvas: str = Field(default="li_link", max_length=20)
    image_sha256: str | None = Field(default=None, max_length=64)
    alt_text: str = Field(default="", max_length=1_500)

    __table_args__ = (sa.UniqueConstraint("draft_id", "channel"),)


class Snapshot(SQLModel, table=True):
    """The frozen content that an approval binds to: canonical JSON, addressed by its hash. Never changed."""

    __tablename__ = "snapshot"

    sha256: str = Field(primary_key=True, max_length=64)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    version: int
    content: str = Field(sa_type=sa.Text, nullable=False)
    created_at: datetime = instant()


class ApprovalMode(StrEnum):
    """How many people an approval takes (design.md D6)."""

    TWO_PERSON = "two_person"
    ONE_PERSON = "one_person"


class Approval(SQLModel, table=True):
    """One person's yes to one snapshot. The database refuses the author's own in two-person mode."""

    __tablename__ = "approval"

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    sha256: str = Field(foreign_key="snapshot.sha256", max_length=64)
    mode: ApprovalMode = choice(ApprovalMode, "mode")
    author_id: int | None = Field(default=None, foreign_key="editor.id")
    last_editor_id: int | None = Field(default=None, foreign_key="editor.id")
    approver_id: int = Field(foreign_key="editor.id")
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


class Comment(SQLModel, table=True):
    """What somebody said about a draft: a reason for rejecting, a wish for changes, a note."""

    __tablename__ = "comment"

    id: int | None = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="draft.id", index=True)
    editor_id: int = Field(foreign_key="editor.id")
    action: str = Field(default="note", max_length=24)  # note, rejection, change_request, withdrawal
    text: str = Field(max_length=4_000)
    at: datetime = instant()
