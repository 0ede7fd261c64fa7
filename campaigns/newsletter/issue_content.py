"""What a composed issue holds: its items as the newsletter shows them, and the JSON that an approval binds to."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from sqlmodel import Session, col, select

from campaigns.canonical import canonical_json, sha256_of
from campaigns.clock import Clock
from campaigns.editorial.blocks import Blocks
from campaigns.editorial.draft import Draft
from campaigns.newsletter.assemble import item_of
from campaigns.newsletter.issue import Issue, IssueItem, IssueSnapshot, id_of
from campaigns.newsletter.item import Item


def rows_of(session: Session, issue: Issue) -> Sequence[IssueItem]:
    """The issue's items read anew, in order."""
    query = select(IssueItem).where(IssueItem.issue_id == issue.id).order_by(col(IssueItem.position))
    return session.exec(query.execution_options(populate_existing=True)).all()


def items_of(session: Session, issue: Issue) -> list[Item]:
    """What the newsletter says of each item, in order."""
    return [shown_item(session, row) for row in rows_of(session, issue)]


def shown_item(session: Session, row: IssueItem) -> Item:
    """What the newsletter says of one item."""
    if row.draft_id is not None:
        return item_of(session, session.get_one(Draft, row.draft_id))
    return Item(title=row.title, blocks=Blocks.validate_python([row.block]), topics=tuple(row.topics))


def frozen_issue(session: Session, issue: Issue) -> str:
    """Everything that goes out, to whom, and when, as canonical JSON. A draft is named by the version approved."""
    content = {
        "issue": issue.id,
        "language": issue.language.value,
        "subject": issue.subject,
        "preheader": issue.preheader,
        "audience": issue.audience,
        "slot_at": issue.slot_at.astimezone(UTC).isoformat() if issue.slot_at else None,
        "items": [_frozen_item(row) for row in rows_of(session, issue)],
    }
    return canonical_json(content)


def present_issue_hash(session: Session, issue: Issue) -> str:
    """The hash of what the issue says now, whatever is noted on it."""
    return sha256_of(frozen_issue(session, issue))


def keep_issue_snapshot(session: Session, issue: Issue, clock: Clock) -> str:
    """Freeze what the issue says now, unless exactly that is kept already; the hash is noted on the issue."""
    content = frozen_issue(session, issue)
    issue.content_sha256 = sha256_of(content)
    if session.get(IssueSnapshot, issue.content_sha256) is None:
        session.add(
            IssueSnapshot(
                sha256=issue.content_sha256,
                issue_id=id_of(issue),
                version=issue.version,
                content=content,
                created_at=clock.now(),
            )
        )
    session.flush()
    return issue.content_sha256


def _frozen_item(row: IssueItem) -> dict[str, Any]:
    if row.draft_id is not None:
        return {"draft": row.draft_id, "snapshot": row.snapshot_sha256}
    return {"title": row.title, "block": row.block, "topics": row.topics}
