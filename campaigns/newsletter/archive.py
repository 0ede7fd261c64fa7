"""What the public may read of what has gone out: issues, and the figures in them. Read-only.

Nothing is shown before its time: an issue counts from its slot, a figure from its draft's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.editorial.blocks import Blocks, FigureBlock
from campaigns.editorial.draft import ChannelName, Draft, DraftStatus, Variant
from campaigns.embargo import has_passed
from campaigns.errors import NotFound
from campaigns.newsletter.digest import Digest
from campaigns.newsletter.issue import CLOSED, Issue

_OUT = (DraftStatus.PUBLISHING, DraftStatus.PUBLISHED)
_BEST_FOR_SHARING = (ChannelName.LINKEDIN, ChannelName.FACEBOOK, ChannelName.NEWSLETTER)


@dataclass(frozen=True, kw_only=True)
class PublishedFigure:
    """A figure that has gone out, with the words that went with it."""

    slug: str
    language: str
    title: str
    block: FigureBlock
    published_at: datetime
    image_sha256: str | None  # as it was approved for the channel
    alt_text: str


def published_issues(session: Session, now: datetime, *, limit: int | None = None, offset: int = 0) -> Sequence[Issue]:
    """The issues that have gone out and are listed, newest first. A digest tells nothing that is not in one of them."""
    out = issues_out(now).order_by(col(Issue.slot_at).desc(), col(Issue.id).desc()).offset(offset)
    return session.exec(out if limit is None else out.limit(limit)).all()


def issues_out(now: datetime) -> SelectOfScalar[Issue]:
    """The query for them, in no order yet."""
    digests = select(Digest.id).where(col(Digest.issue_id) == Issue.id)
    return _issues_out(now).where(~digests.exists(), _is_listed())


def issue_by_slug(session: Session, slug: str, now: datetime) -> Issue:
    """The issue with this address, listed or not: mails lead to it. Raises ``NotFound``, also before its time."""
    found = session.exec(_issues_out(now).where(col(Issue.slug) == slug)).first()
    if found is None:
        raise NotFound("Utsendelsen", slug)
    return found


def figure_by_slug(session: Session, slug: str, now: datetime) -> PublishedFigure:
    """The figure with this address. Raises ``NotFound``, also for one whose time has not come."""
    draft = session.exec(_drafts_out(now).where(col(Draft.slug) == slug)).first()
    block = figure_in(draft) if draft is not None else None
    if draft is None or block is None:
        raise NotFound("Figuren", slug)
    variant = _variant_for_sharing(session, draft)
    return PublishedFigure(
        slug=slug,
        language=draft.language.value,
        title=draft.title,
        block=block,
        published_at=draft.published_at or draft.slot_at or draft.updated_at,
        image_sha256=variant.image_sha256 if variant else None,
        alt_text=(variant.alt_text if variant else "") or block.alt_text,
    )


def slugs_out(session: Session, now: datetime) -> Sequence[str]:
    """The addresses of what has gone out, the oldest first. Those that hold a figure have a page of their own."""
    drafts = session.exec(_drafts_out(now).where(col(Draft.slug).is_not(None)).order_by(col(Draft.id)))
    return [draft.slug for draft in drafts if draft.slug is not None]


def figure_in(draft: Draft) -> FigureBlock | None:
    """The first figure of an announcement."""
    blocks = Blocks.validate_python(draft.blocks)
    return next((block for block in blocks if isinstance(block, FigureBlock)), None)


def _issues_out(now: datetime) -> SelectOfScalar[Issue]:
    return select(Issue).where(col(Issue.status).in_(CLOSED), col(Issue.slot_at) <= now)


def _is_listed() -> sa.ColumnElement[bool]:
    """``Audience.is_listed``, asked of the database."""
    said = col(Issue.audience)["listed"].as_boolean()
    to_a_segment = col(Issue.audience)["segment"]["id"].as_integer().is_not(None)
    return sa.or_(said.is_(True), sa.and_(said.is_(None), sa.not_(to_a_segment)))


def _drafts_out(now: datetime) -> SelectOfScalar[Draft]:
    return select(Draft).where(
        col(Draft.status).in_(_OUT), col(Draft.slot_at) <= now, has_passed(col(Draft.embargo_until), now)
    )


def _variant_for_sharing(session: Session, draft: Draft) -> Variant | None:
    variants = session.exec(
        select(Variant).where(col(Variant.draft_id) == draft.id, col(Variant.image_sha256).is_not(None))
    ).all()
    by_channel = {variant.channel: variant for variant in variants}
    return next((by_channel[channel] for channel in _BEST_FOR_SHARING if channel in by_channel), None)
