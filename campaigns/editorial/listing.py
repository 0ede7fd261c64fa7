"""Drafts for programs: the newest first, a page at a time after a cursor; and the versions one has had. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.editorial.draft import Draft, DraftStatus, Snapshot
from campaigns.editorial.snapshot import id_of


@dataclass(frozen=True)
class ListedDrafts:
    """Some drafts. ``after`` is the cursor for the next page, None on the last."""

    drafts: Sequence[Draft]
    after: int | None


@dataclass(frozen=True)
class ListedVersions:
    """Some of what a draft has said, each as it was frozen. ``after`` as above."""

    snapshots: Sequence[Snapshot]
    after: int | None


def list_drafts(
    session: Session, *, status: DraftStatus | None = None, after: int | None = None, limit: int = 50
) -> ListedDrafts:
    """Those in this state, or all, that were made before the one the cursor names."""
    query = select(Draft).order_by(col(Draft.id).desc()).limit(limit + 1)
    if status is not None:
        query = query.where(Draft.status == status)
    if after is not None:
        query = query.where(col(Draft.id) < after)
    found = session.exec(query).all()
    return ListedDrafts(found[:limit], id_of(found[limit - 1]) if len(found) > limit else None)


def list_versions(session: Session, draft: Draft, *, after: int | None = None, limit: int = 50) -> ListedVersions:
    """The newest first, from before the version the cursor names. What says the same as an earlier one is that one."""
    query = select(Snapshot).where(Snapshot.draft_id == id_of(draft)).order_by(col(Snapshot.version).desc())
    if after is not None:
        query = query.where(col(Snapshot.version) < after)
    found = session.exec(query.limit(limit + 1)).all()
    return ListedVersions(found[:limit], found[limit - 1].version if len(found) > limit else None)
