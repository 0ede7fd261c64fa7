"""Which drafts an issue may take in, and what is proposed: what was approved since the last issue (a digest)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.editorial.draft import ChannelName, Draft, DraftKind, DraftStatus, Variant
from campaigns.errors import Refused
from campaigns.language import Language
from campaigns.newsletter.issue import CLOSED, COMPOSING, Issue, IssueItem

TAKEN_IN = (DraftStatus.APPROVED, DraftStatus.SCHEDULED, DraftStatus.PUBLISHING, DraftStatus.PUBLISHED)
"""A draft in one of these states is what somebody approved, and cannot be changed without leaving it."""
_MOST = 60


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A draft that may be taken in. ``proposed``: it is new since the last issue and no reader has had it by mail."""

    draft_id: int
    title: str
    kind: DraftKind
    status: DraftStatus
    language: Language
    at: datetime | None  # when it goes or went out in its other channels
    mailed_at: datetime | None  # when it went out in an issue, if it did
    image_sha256: str | None
    proposed: bool


def proposals(session: Session, issue: Issue) -> list[Proposal]:
    """The approved drafts that are free, those that are proposed first, each part in the order of its time."""
    since = last_digest(session, issue)
    mailed = _mailed(session)
    query = (
        select(Draft, Variant)
        .join(Variant, col(Variant.draft_id) == col(Draft.id))
        .where(
            Variant.channel == ChannelName.NEWSLETTER,
            col(Variant.enabled),
            col(Draft.status).in_(TAKEN_IN),
            col(Draft.id).not_in(_held()),
        )
        .order_by(col(Draft.slot_at).desc(), col(Draft.id).desc())
        .limit(_MOST)
    )
    found = []
    for draft, variant in session.exec(query):
        assert draft.id is not None
        new = since is None or draft.slot_at is None or draft.slot_at > since
        found.append(
            Proposal(
                draft_id=draft.id,
                title=draft.title,
                kind=draft.kind,
                status=draft.status,
                language=draft.language,
                at=draft.published_at or draft.slot_at,
                mailed_at=mailed.get(draft.id),
                image_sha256=variant.image_sha256,
                proposed=new and draft.id not in mailed,
            )
        )
    found.reverse()
    return sorted(found, key=lambda one: not one.proposed)


def last_digest(session: Session, issue: Issue) -> datetime | None:
    """When the last issue that somebody composed went out, or is to go out; None when this is the first."""
    before = select(sa.func.max(Issue.slot_at)).where(
        col(Issue.composed), col(Issue.status).in_(CLOSED), col(Issue.id) != issue.id
    )
    return session.exec(before).one()


def require_available(session: Session, draft: Draft, issue: Issue) -> None:
    """Raise ``Refused`` when the draft cannot be taken in. The caller holds the draft's row."""
    if draft.status not in TAKEN_IN:
        raise Refused(f"«{draft.title}» er ikke godkjent, og kan ikke legges i en utsendelse ennå.")
    enabled = select(Variant.enabled).where(Variant.draft_id == draft.id, Variant.channel == ChannelName.NEWSLETTER)
    if not session.exec(enabled).first():
        raise Refused(f"«{draft.title}» er ikke laget for nyhetsbrevet. Slå på nyhetsbrevet i utkastet først.")
    holder = session.exec(
        select(Issue)
        .join(IssueItem, col(IssueItem.issue_id) == col(Issue.id))
        .where(IssueItem.draft_id == draft.id, col(Issue.status).in_(COMPOSING), col(Issue.id) != issue.id)
    ).first()
    if holder is not None:
        raise Refused(f"«{draft.title}» ligger allerede i utsendelsen «{holder.subject or 'uten emne'}».")


def held_by_an_issue(session: Session, draft_ids: Sequence[int]) -> set[int]:
    """Those of the drafts whose place in the newsletter is an issue that somebody composes."""
    found = session.exec(
        select(IssueItem.draft_id)
        .join(Issue, col(Issue.id) == col(IssueItem.issue_id))
        .where(col(IssueItem.draft_id).in_(draft_ids), col(Issue.status).in_(COMPOSING))
    )
    return {draft_id for draft_id in found if draft_id is not None}


def _held() -> SelectOfScalar[int | None]:
    return (
        select(col(IssueItem.draft_id))
        .join(Issue, col(Issue.id) == col(IssueItem.issue_id))
        .where(col(IssueItem.draft_id).is_not(None), col(Issue.status).in_(COMPOSING))
    )


def _mailed(session: Session) -> dict[int, datetime | None]:
    """When each draft went out in an issue, the last time if it did more than once."""
    rows = session.exec(
        select(IssueItem.draft_id, sa.func.max(Issue.slot_at))
        .join(Issue, col(Issue.id) == col(IssueItem.issue_id))
        .where(col(IssueItem.draft_id).is_not(None), col(Issue.status).in_(CLOSED))
        .group_by(col(IssueItem.draft_id))
    )
    return {draft_id: at for draft_id, at in rows if draft_id is not None}
