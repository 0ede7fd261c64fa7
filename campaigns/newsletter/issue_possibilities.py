"""What a person can do with an issue as it stands: for showing the right buttons. The steps themselves check again."""

from collections.abc import Iterator
from enum import StrEnum

from campaigns.editorial.draft import ApprovalMode
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.four_eyes import may_vouch, why_not_by
from campaigns.newsletter.issue import EDITABLE, Issue, IssueStatus


class IssuePossibility(StrEnum):
    """One thing that can be done."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    VOUCH = "vouch"
    ANSWER = "answer"
    RESCHEDULE = "reschedule"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


def issue_possibilities(issue: Issue, editor: Editor, mode: ApprovalMode) -> frozenset[IssuePossibility]:
    """Everything this person can do with it now."""
    return frozenset([*_of_an_author(issue, editor), *_of_an_approver(issue, editor, mode), *_of_both(issue, editor)])


def why_not_approve_issue(issue: Issue, editor: Editor, mode: ApprovalMode) -> str | None:
    """Why an approver who is looking at this cannot approve it; None when they can, or never may."""
    if issue.status is not IssueStatus.IN_REVIEW or not editor.may(Role.APPROVER):
        return None
    return why_not_by(issue, editor.id, mode)


def _of_an_author(issue: Issue, editor: Editor) -> Iterator[IssuePossibility]:
    if not editor.may(Role.AUTHOR):
        return
    if issue.status in EDITABLE:
        yield IssuePossibility.EDIT
    if issue.status in {IssueStatus.DRAFT, IssueStatus.CHANGES_REQUESTED}:
        yield IssuePossibility.SUBMIT
    if issue.status is IssueStatus.IN_REVIEW and may_vouch(issue, editor.id):
        yield IssuePossibility.VOUCH
    if issue.status in {IssueStatus.WITHDRAWN, IssueStatus.MISSED}:
        yield IssuePossibility.REOPEN


def _of_an_approver(issue: Issue, editor: Editor, mode: ApprovalMode) -> Iterator[IssuePossibility]:
    if not editor.may(Role.APPROVER) or issue.status is not IssueStatus.IN_REVIEW:
        return
    if editor.id != issue.author_id:
        yield IssuePossibility.ANSWER
    if why_not_approve_issue(issue, editor, mode) is None:
        yield IssuePossibility.APPROVE


def _of_both(issue: Issue, editor: Editor) -> Iterator[IssuePossibility]:
    writes = editor.may(Role.AUTHOR) or editor.may(Role.APPROVER)
    decides = editor.may(Role.APPROVER) or editor.may(Role.ADMIN)
    if writes and issue.status in EDITABLE:
        yield IssuePossibility.RESCHEDULE
    if writes and issue.may_become(IssueStatus.WITHDRAWN):
        yield IssuePossibility.WITHDRAW
    if (writes or decides) and issue.status is IssueStatus.SENDING:
        yield IssuePossibility.PAUSE
    if decides and issue.status is IssueStatus.PAUSED:
        yield IssuePossibility.RESUME
    if decides and issue.may_become(IssueStatus.CANCELLED):
        yield IssuePossibility.CANCEL
