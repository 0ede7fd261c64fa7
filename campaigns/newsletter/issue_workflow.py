"""The steps an issue takes on its way out. Each is one call, one transaction, one row in the trail.

    draft ─submit─▶ in_review ─approve─▶ scheduled ─its slot─▶ sending ─▶ sent
                        └─request changes─▶ changes_requested ─submit─▶ …
    Changing a scheduled issue voids the approval: ``edit_issue`` → draft, ``schedule_issue`` → in_review.

The rules are those of drafts (``editorial.workflow``): an approval names the hash of what was seen, and is not the
author's or the last editor's own unless the monitor is run by one person. The database holds both as well.
"""

from datetime import datetime

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.editorial.draft import ApprovalMode
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.four_eyes import require_other_person
from campaigns.editorial.slots import require_future
from campaigns.editorial.steps import acting, require_role, required_reason
from campaigns.newsletter.issue import EDITABLE, Issue, IssueApproval, IssueStatus
from campaigns.newsletter.issue_content import keep_issue_snapshot
from campaigns.newsletter.issue_lacks import require_whole
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.issue_steps import (
    audit_issue,
    changed,
    locked_issue,
    not_now,
    require_content,
    require_step,
    require_version,
    save_issue,
    void_issue_approval,
)
from campaigns.newsletter.released import release_drafts


def submit_issue(
    session: Session, issue_id: int, editor: Editor, *, clock: Clock, seen_version: int | None = None
) -> Issue:
    """Ask for approval. Raises ``Incomplete`` with everything that is missing."""
    require_role(editor, Role.AUTHOR, to="sende utsendelser til godkjenning")
    issue = locked_issue(session, issue_id)
    require_step(issue, IssueStatus.IN_REVIEW, "sendes til godkjenning")
    require_version(session, issue, seen_version)
    require_whole(session, issue, clock, recipients=reach_of(session, issue, clock).recipients)
    actor, issue.author_id = acting(editor)
    _move(issue, IssueStatus.IN_REVIEW, clock)
    issue.note = None
    keep_issue_snapshot(session, issue, clock)
    audit_issue(session, clock, actor, "submitted", issue, sha256=issue.content_sha256)
    return issue


def approve_issue(
    session: Session, issue_id: int, editor: Editor, *, sha256: str, mode: ApprovalMode, clock: Clock
) -> Issue:
    """Say yes to exactly the content with this hash; it is scheduled for its slot at once.

    Raises ``IssueChanged`` when the issue is no longer what the approver saw, ``Incomplete`` when a draft in it is
    no longer what was approved.
    """
    require_role(editor, Role.APPROVER, to="godkjenne utsendelser")
    issue = locked_issue(session, issue_id)
    require_step(issue, IssueStatus.SCHEDULED, "godkjennes")
    require_content(session, issue, sha256)
    actor, approver_id = acting(editor)
    require_other_person(issue, approver_id, mode)
    recipients = reach_of(session, issue, clock).recipients
    require_whole(session, issue, clock, recipients=recipients)
    approval = IssueApproval(
        issue_id=issue_id, sha256=sha256, mode=mode, author_id=issue.author_id, last_editor_id=issue.last_editor_id,
        approver_id=approver_id, recipients=recipients, at=clock.now(),
    )  # fmt: skip
    session.add(approval)
    session.flush()
    issue.approved_sha256 = sha256
    _move(issue, IssueStatus.SCHEDULED, clock)
    session.flush()
    audit_issue(session, clock, actor, "approved", issue, sha256=sha256, mode=mode.value, recipients=recipients)
    audit_issue(session, clock, actor, "scheduled", issue, slot_at=issue.slot_at)
    return issue


def vouch_for_issue(session: Session, issue_id: int, editor: Editor, *, sha256: str, clock: Clock) -> Issue:
    """The author has looked over what a colleague changed last, and answers for exactly this content.

    What the service sent in has no author: then any other who writes may.
    """
    require_role(editor, Role.AUTHOR, to="gå god for utsendelser")
    issue = locked_issue(session, issue_id)
    actor, editor_id = acting(editor)
    if issue.status is not IssueStatus.IN_REVIEW or issue.author_id not in {None, editor_id}:
        raise not_now(issue, "vouched", "Bare den som sendte inn utsendelsen, kan gå god for endringene i den")
    if sha256 != issue.content_sha256:
        raise changed(session, issue, sha256)
    before, issue.last_editor_id = issue.last_editor_id, editor_id
    issue.updated_at = clock.now()
    audit_issue(session, clock, actor, "vouched", issue, changed_by=before, sha256=sha256)
    return issue


def request_issue_changes(
    session: Session, issue_id: int, editor: Editor, *, comment: str, clock: Clock, seen_version: int | None = None
) -> Issue:
    """Send it back to its author with what should be different."""
    require_role(editor, Role.APPROVER, to="be om endringer")
    reason = required_reason(comment, "Skriv hva som bør endres.")
    issue = locked_issue(session, issue_id)
    require_step(issue, IssueStatus.CHANGES_REQUESTED, "sendes tilbake")
    require_version(session, issue, seen_version)
    issue.note = reason
    _move(issue, IssueStatus.CHANGES_REQUESTED, clock)
    audit_issue(session, clock, acting(editor)[0], "changes_requested", issue, comment=reason)
    return issue


def schedule_issue(
    session: Session,
    issue_id: int,
    editor: Editor,
    slot_at: datetime,
    *,
    clock: Clock,
    seen_version: int | None = None,
) -> Issue:
    """Set when it goes out. The slot is part of what is approved, so moving an approved one asks for approval anew."""
    require_role(editor, Role.AUTHOR, Role.APPROVER, to="sette tidspunkt for utsendelser")
    issue = locked_issue(session, issue_id)
    if issue.status not in EDITABLE:
        raise not_now(issue, "scheduled", "Tidspunktet kan ikke endres nå")
    slot_at = require_future(slot_at, clock.now(), clock.zone)
    if slot_at == issue.slot_at:
        return issue
    require_version(session, issue, seen_version)
    actor, issue.last_editor_id = acting(editor)
    if issue.status is IssueStatus.SCHEDULED:
        void_issue_approval(
            session, issue, actor, clock, reason="nytt tidspunkt", becomes=IssueStatus.IN_REVIEW
        )  # fmt: skip
        session.flush()
    before, issue.slot_at = issue.slot_at, slot_at
    save_issue(session, issue, clock)
    audit_issue(session, clock, actor, "slot_set", issue, before=before, slot_at=slot_at)
    return issue


def withdraw_issue(session: Session, issue_id: int, editor: Editor, *, clock: Clock, comment: str = "") -> Issue:
    """Stop it before anything has gone out; what is in it is free again."""
    require_role(editor, Role.AUTHOR, Role.APPROVER, to="trekke utsendelser tilbake")
    issue = locked_issue(session, issue_id)
    require_step(issue, IssueStatus.WITHDRAWN, "trekkes tilbake")
    actor, _ = acting(editor)
    reason = "trukket tilbake"
    void_issue_approval(session, issue, actor, clock, reason=reason, becomes=IssueStatus.WITHDRAWN)
    issue.note = comment.strip()[:1000] or None
    session.flush()
    audit_issue(session, clock, actor, "withdrawn", issue, **({"comment": issue.note} if issue.note else {}))
    release_drafts(session, issue, clock)
    return issue


def reject_issue(session: Session, issue_id: int, editor: Editor, *, comment: str, clock: Clock) -> Issue:
    """An approver's no: nothing is sent, and what is in it is free again. It can be reopened."""
    require_role(editor, Role.APPROVER, to="avvise utsendelser")
    reason = required_reason(comment, "Skriv hvorfor utsendelsen avvises.")
    issue = locked_issue(session, issue_id)
    if issue.status is not IssueStatus.IN_REVIEW:
        raise not_now(issue, IssueStatus.WITHDRAWN.value, "Utsendelsen kan ikke avvises")
    return withdraw_issue(session, issue_id, editor, clock=clock, comment=reason)


def reopen_issue(session: Session, issue_id: int, editor: Editor, *, clock: Clock) -> Issue:
    """Take up again what was withdrawn or missed."""
    require_role(editor, Role.AUTHOR, to="åpne utsendelser igjen")
    issue = locked_issue(session, issue_id)
    if issue.status not in {IssueStatus.WITHDRAWN, IssueStatus.MISSED}:
        raise not_now(issue, IssueStatus.DRAFT.value, "Utsendelsen kan ikke åpnes igjen")
    before, issue.note = issue.status, None
    _move(issue, IssueStatus.DRAFT, clock)
    audit_issue(session, clock, acting(editor)[0], "reopened", issue, before=before.value)
    return issue


def _move(issue: Issue, status: IssueStatus, clock: Clock) -> None:
    issue.status, issue.updated_at = status, clock.now()
