"""What a person can do with a draft as it stands: for showing the right buttons. The steps themselves check again."""

from collections.abc import Iterator
from enum import StrEnum

from campaigns.editorial.draft import EDITABLE, REOPENABLE, ApprovalMode, Draft, DraftKind, DraftStatus
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.four_eyes import may_vouch, why_not_by


class Possibility(StrEnum):
    """One thing that can be done."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    VOUCH = "vouch"  # for what a colleague changed in what one has sent in
    ANSWER = "answer"  # ask for changes, or reject
    RESCHEDULE = "reschedule"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    REWRITE = "rewrite"  # from the newest figures, or for the day's new date


def possibilities(draft: Draft, editor: Editor, mode: ApprovalMode) -> frozenset[Possibility]:
    """Everything this person can do with it now."""
    return frozenset(_possibilities(draft, editor, mode))


def why_not_approve(draft: Draft, editor: Editor, mode: ApprovalMode) -> str | None:
    """Why an approver who is looking at this cannot approve it; None when they can, or never may."""
    if draft.status is not DraftStatus.IN_REVIEW or not editor.may(Role.APPROVER):
        return None
    return why_not_by(draft, editor.id, mode)


def _possibilities(draft: Draft, editor: Editor, mode: ApprovalMode) -> Iterator[Possibility]:
    author, approver = editor.may(Role.AUTHOR), editor.may(Role.APPROVER)
    if author:
        yield from _of_an_author(draft, editor)
    if approver and draft.status is DraftStatus.IN_REVIEW:
        if editor.id != draft.author_id:  # to oneself one does not answer: one edits, or withdraws
            yield Possibility.ANSWER
        if why_not_approve(draft, editor, mode) is None:
            yield Possibility.APPROVE
    if (author or approver) and draft.status in EDITABLE:
        yield Possibility.RESCHEDULE
    if (author or approver) and draft.may_become(DraftStatus.WITHDRAWN):
        yield Possibility.WITHDRAW


def _of_an_author(draft: Draft, editor: Editor) -> Iterator[Possibility]:
    if draft.status in EDITABLE:
        yield Possibility.EDIT
    if draft.status in {DraftStatus.DRAFT, DraftStatus.CHANGES_REQUESTED}:
        yield Possibility.SUBMIT
    if draft.status is DraftStatus.IN_REVIEW and may_vouch(draft, editor.id):
        yield Possibility.VOUCH
    if draft.status is DraftStatus.STALE and draft.kind is not DraftKind.NEWS:
        yield Possibility.REWRITE
    if draft.status in REOPENABLE:
        yield Possibility.REOPEN
