"""The rule of two (design.md D6): nobody says yes to what they have sent in themselves, or were the last to change.

It is the same for a draft and for an issue of the newsletter, and the database holds it as well.
"""

from typing import Protocol

from campaigns.editorial.draft import ApprovalMode
from campaigns.errors import NotPermitted

_SENT_IN = "Du har selv sendt dette til godkjenning. En annen må godkjenne det."
_CHANGED_LAST = "Du har endret dette sist. Den som sendte det inn, må se over endringen før du kan godkjenne."


class Reviewed(Protocol):
    """What is sent in by one and approved by another: a draft, or an issue."""

    author_id: int | None  # who sent it in
    last_editor_id: int | None


def why_not_by(thing: Reviewed, person_id: int | None, mode: ApprovalMode) -> str | None:
    """Why this person cannot be the one who approves it; None when they can."""
    if mode is ApprovalMode.ONE_PERSON or person_id is None:
        return None
    if person_id == thing.author_id:
        return _SENT_IN
    return _CHANGED_LAST if person_id == thing.last_editor_id else None


def require_other_person(thing: Reviewed, approver_id: int, mode: ApprovalMode) -> None:
    """Raise ``NotPermitted`` when it takes two and this person is one of the first."""
    if why_not := why_not_by(thing, approver_id, mode):
        raise NotPermitted(why_not)


def may_vouch(thing: Reviewed, person_id: int | None) -> bool:
    """Whether this person may answer for what a colleague changed last, so that the colleague can approve.

    It is for who sent it in; for anybody else who writes, when the service did.
    """
    return thing.author_id in {None, person_id} and thing.last_editor_id not in {None, thing.author_id, person_id}
