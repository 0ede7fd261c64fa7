"""What a person can do with a draft as it stands: for showing the right buttons. The steps themselves check again."""

from collections.abc import Iterator
from enum import StrEnum

from campaigns.editorial.draft import ApprovalMode, Draft, DraftKind, DraftStatus
from campaigns.editorial.editor import Editor, Role


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


CHANGED_LAST = "Du har endret dette sist. Den som sendte det inn, må se over endringen før du kan godkjenne."
_EDITABLE = frozenset(
    {
        DraftStatus.DRAFT,
        DraftStatus.CHANGES_REQUESTED,
        DraftStatus.IN_REVIEW,
        DraftStatus.APPROVED,
        DraftStatus.SCHEDULED,
    }
)
_REOPENABLE = frozenset({DraftStatus.REJECTED, DraftStatus.WITHDRAWN, DraftStatus.MISSED, DraftStatus.STALE})


def possibilities(draft: Draft, editor: Editor, mode: ApprovalMode) -> frozenset[Possibility]:
    """Everything this person can do with it now."""
    return frozenset(_possibilities(draft, editor, mode))


def why_not_approve(draft: Draft, editor: Editor, mode: ApprovalMode) -> str | None:
    """Why an approver who is looking at this cannot approve it; None when they can, or never may."""
    if draft.status is not DraftStatus.IN_REVIEW or not editor.may(Role.APPROVER) or mode is ApprovalMode.ONE_PERSON:
        return None
    if editor.id == draft.author_id:
        return "Du har selv sendt dette til godkjenning. En annen må godkjenne det."
    if editor.id == draft.last_editor_id:
        return CHANGED_LAST
    return None


def _possibilities(draft: Draft, editor: Editor, mode: ApprovalMode) -> Iterator[Possibility]:
    author, approver = editor.may(Role.AUTHOR), editor.may(Role.APPROVER)
    if author:
        yield from _of_an_author(draft, editor)
    if approver and draft.status is DraftStatus.IN_REVIEW:
        if editor.id != draft.author_id:  # to oneself one does not answer: one edits, or withdraws
            yield Possibility.ANSWER
        if why_not_approve(draft, editor, mode) is None:
            yield Possibility.APPROVE
    if (author or approver) and draft.status in _EDITABLE:
        yield Possibility.RESCHEDULE
    if (author or approver) and draft.may_become(DraftStatus.WITHDRAWN):
        yield Possibility.WITHDRAW


def _of_an_author(draft: Draft, editor: Editor) -> Iterator[Possibility]:
    if draft.status in _EDITABLE:
        yield Possibility.EDIT
    if draft.status in {DraftStatus.DRAFT, DraftStatus.CHANGES_REQUESTED}:
        yield Possibility.SUBMIT
    if _waits_for_its_author(draft, editor):
        yield Possibility.VOUCH
    if draft.status is DraftStatus.STALE and draft.kind is not DraftKind.NEWS:
        yield Possibility.REWRITE
    if draft.status in _REOPENABLE:
        yield Possibility.REOPEN


def _waits_for_its_author(draft: Draft, editor: Editor) -> bool:
    """Whether somebody else changed last what this person has sent in."""
    changed_by_another = draft.last_editor_id not in {None, draft.author_id}
    return draft.status is DraftStatus.IN_REVIEW and draft.author_id == editor.id and changed_by_another
