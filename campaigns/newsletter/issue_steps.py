"""What every step of an issue has in common: taking the row, seeing that it is as it was seen, saving, voiding.

Each writer takes the row first and reads it anew, as with drafts. Who needs drafts and the issue takes the drafts
first, so that nobody waits for us while we wait for them.
"""

from typing import Any

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.editorial.editor import Editor
from campaigns.errors import NotFound, StaleVersion, TransitionNotAllowed
from campaigns.newsletter.issue import Issue, IssueApproval, IssueSnapshot, IssueStatus
from campaigns.newsletter.issue_content import keep_issue_snapshot, present_issue_hash

STATUS_LABELS = {
    IssueStatus.DRAFT: "under arbeid",
    IssueStatus.IN_REVIEW: "til godkjenning",
    IssueStatus.CHANGES_REQUESTED: "bedt om endringer",
    IssueStatus.SCHEDULED: "planlagt",
    IssueStatus.MISSED: "ikke sendt i tide",
    IssueStatus.WITHDRAWN: "trukket tilbake",
    IssueStatus.SENDING: "sendes nå",
    IssueStatus.SENT: "sendt",
    IssueStatus.PAUSED: "satt på pause",
    IssueStatus.CANCELLED: "avbrutt",
}


class IssueChanged(StaleVersion):
    """Somebody changed the issue after it was read. ``unsaved`` is what was written; ``by`` who was first."""

    def __init__(self, *, seen: object, current: object, by: str | None, unsaved: object = None) -> None:
        who = f"{by} har endret" if by else "Noen har endret"
        kept = " Det du skrev, er tatt vare på nedenfor." if unsaved is not None else ""
        super().__init__(
            f"{who} utsendelsen etter at du åpnet den. Se over den nye versjonen og prøv igjen.{kept}",
            seen=seen,
            current=current,
        )
        self.by = by
        self.unsaved = unsaved


def locked_issue(session: Session, issue_id: int) -> Issue:
    """The issue, read anew, its row held until the caller's transaction ends."""
    query = select(Issue).where(Issue.id == issue_id).with_for_update().execution_options(populate_existing=True)
    issue = session.exec(query).one_or_none()
    if issue is None:
        raise NotFound("Utsendelse", issue_id)
    return issue


def require_step(issue: Issue, status: IssueStatus, verb: str) -> None:
    """Raise ``TransitionNotAllowed`` unless the issue may become ``status``; ``verb`` is what was wanted of it."""
    if not issue.may_become(status):
        raise not_now(issue, status.value, f"Utsendelsen kan ikke {verb}")


def not_now(issue: Issue, wanted: str, start: str) -> TransitionNotAllowed:
    """The refusal of a step that does not fit the present state."""
    return TransitionNotAllowed(
        f"{start}: den står som «{STATUS_LABELS[issue.status]}». Last siden på nytt for å se hva som har skjedd.",
        state=issue.status.value,
        wanted=wanted,
    )


def require_version(session: Session, issue: Issue, seen: int | None, *, unsaved: object = None) -> None:
    """Raise ``IssueChanged`` when the person saw another version than the present one."""
    if seen is not None and seen != issue.version:
        raise changed(session, issue, seen, unsaved=unsaved)


def require_content(session: Session, issue: Issue, sha256: str) -> None:
    """Raise ``IssueChanged`` unless what is there is exactly what the person saw."""
    if sha256 != issue.content_sha256 or sha256 != present_issue_hash(session, issue):
        raise changed(session, issue, sha256)


def changed(session: Session, issue: Issue, seen: object, *, unsaved: object = None) -> IssueChanged:
    by = session.get(Editor, issue.last_editor_id) if issue.last_editor_id is not None else None
    return IssueChanged(seen=seen, current=issue.version, by=by.name if by else None, unsaved=unsaved)


def save_issue(session: Session, issue: Issue, clock: Clock) -> None:
    """Count a new version; freeze it when somebody has been asked to look at the issue."""
    issue.version += 1
    issue.updated_at = clock.now()
    session.add(issue)
    session.flush()
    if was_shown(session, issue):
        keep_issue_snapshot(session, issue, clock)


def was_shown(session: Session, issue: Issue) -> bool:
    """Whether it has been sent to approval: from then on its versions are history, and it is not deleted."""
    return session.exec(select(IssueSnapshot.sha256).where(IssueSnapshot.issue_id == issue.id)).first() is not None


def void_issue_approval(
    session: Session, issue: Issue, actor: Actor, clock: Clock, *, reason: str, becomes: IssueStatus
) -> None:
    """Take back a standing approval, if there is one, and move the issue on in the same breath."""
    standing = session.exec(
        select(IssueApproval).where(IssueApproval.issue_id == issue.id, col(IssueApproval.voided_at).is_(None))
    ).all()
    for approval in standing:
        approval.voided_at, approval.void_reason = clock.now(), reason
        session.add(approval)
    if issue.approved_sha256 is not None:
        audit_issue(session, clock, actor, "approval_voided", issue, sha256=issue.approved_sha256, reason=reason)
    issue.approved_sha256 = None
    issue.status, issue.updated_at = becomes, clock.now()
    session.add(issue)


def audit_issue(session: Session, clock: Clock, actor: Actor, action: str, issue: Issue, **detail: Any) -> None:
    """One row in the trail, named ``issue.<action>``, with the version it is about."""
    record(session, clock, actor, f"issue.{action}", ("issue", issue.id), version=issue.version, **detail)
