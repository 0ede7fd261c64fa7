"""What an issue's hash is over, so that nothing in it can change between closing and the last recipient (S-02)."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC

from sqlmodel import Session, col, select

from campaigns.editorial.draft import Draft, Snapshot
from campaigns.newsletter.issue import Issue, IssueItem


def issue_hash(issue: Issue, snapshots: Sequence[str], mail_from: str) -> str:
    """SHA-256 over everything a recipient sees, who it is from, when it goes, and what was approved."""
    frozen = [
        issue.subject,
        issue.preheader,
        issue.html,
        issue.text,
        issue.archive_html,
        issue.language.value,
        issue.slot_at.astimezone(UTC).isoformat(),
        mail_from,
        list(snapshots),
    ]
    return hashlib.sha256(json.dumps(frozen, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def why_not_as_approved(session: Session, issue: Issue, mail_from: str) -> str | None:
    """A sentence for the editors when the issue is not what was closed and approved; None when it is."""
    rows = session.exec(
        select(IssueItem.snapshot_sha256, Draft.approved_sha256, Snapshot.content)
        .join(Draft, col(Draft.id) == col(IssueItem.draft_id))
        .join(Snapshot, col(Snapshot.sha256) == col(IssueItem.snapshot_sha256))
        .where(IssueItem.issue_id == issue.id)
        .order_by(col(IssueItem.position))
    ).all()
    for frozen, approved, content in rows:
        if frozen != approved or hashlib.sha256(content.encode()).hexdigest() != frozen:
            return "Et utkast i utsendelsen er ikke lenger det som ble godkjent."
    if issue_hash(issue, [frozen for frozen, _, _ in rows], mail_from) != issue.sha256:
        return "Utsendelsen eller avsenderen er endret etter at utsendelsen ble lukket."
    return None
