"""What an issue's hash is over, so that nothing in it can change between closing and the last recipient (S-02)."""

from collections.abc import Sequence
from datetime import UTC

from sqlmodel import Session, col, select

from campaigns.canonical import canonical_json, sha256_of
from campaigns.editorial.draft import Draft, Snapshot
from campaigns.newsletter.issue import Edition, Issue, IssueItem, IssueSnapshot

_NOT_APPROVED = "Et utkast i utsendelsen er ikke lenger det som ble godkjent."
_CHANGED = "Utsendelsen eller avsenderen er endret etter at utsendelsen ble lukket."


def issue_hash(issue: Issue, snapshots: Sequence[str], mail_from: str) -> str:
    """SHA-256 over the whole of it, who it is from, when it goes, and what was approved."""
    frozen = [
        issue.subject,
        issue.preheader,
        issue.html,
        issue.text,
        issue.archive_html,
        issue.language.value,
        issue.out_at.astimezone(UTC).isoformat(),
        mail_from,
        list(snapshots),
    ]
    return sha256_of(canonical_json(frozen))


def edition_hash(edition: Edition, issue_sha256: str) -> str:
    """SHA-256 over everything a recipient of this edition sees, and the issue it is made of."""
    own = [edition.language.value, edition.topics_key, edition.subject, edition.preheader, edition.html, edition.text]
    return sha256_of(canonical_json([issue_sha256, *own]))


def approved_snapshots(session: Session, issue: Issue) -> list[str]:
    """The hashes of what people said yes to: the issue itself when it was composed, and each draft in it."""
    drafts = session.exec(
        select(IssueItem.snapshot_sha256)
        .where(IssueItem.issue_id == issue.id, col(IssueItem.draft_id).is_not(None))
        .order_by(col(IssueItem.position))
    ).all()
    own = [issue.approved_sha256] if issue.composed else []
    return [sha256 for sha256 in (*own, *drafts) if sha256 is not None]


def why_not_as_approved(session: Session, issue: Issue, mail_from: str) -> str | None:
    """A sentence for the editors when the issue is not what was closed and approved; None when it is."""
    if issue.composed:
        content = session.exec(
            select(IssueSnapshot.content).where(IssueSnapshot.sha256 == issue.approved_sha256)
        ).first()
        if content is None or sha256_of(content) != issue.approved_sha256:
            return _CHANGED
    rows = session.exec(
        select(IssueItem.snapshot_sha256, Draft.approved_sha256, Snapshot.content)
        .join(Draft, col(Draft.id) == col(IssueItem.draft_id))
        .join(Snapshot, col(Snapshot.sha256) == col(IssueItem.snapshot_sha256))
        .where(IssueItem.issue_id == issue.id)
        .order_by(col(IssueItem.position))
    ).all()
    if any(frozen != approved or sha256_of(content) != frozen for frozen, approved, content in rows):
        return _NOT_APPROVED
    if issue_hash(issue, approved_snapshots(session, issue), mail_from) != issue.sha256:
        return _CHANGED
    return None


def why_not_as_closed(issue: Issue, edition: Edition) -> str | None:
    """The same for one edition, when the issue itself is in order."""
    return None if edition_hash(edition, issue.sha256) == edition.sha256 else _CHANGED
