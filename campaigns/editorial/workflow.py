"""The steps a draft takes on its way out (design.md §6). Each is one call, one transaction, one row in the trail.

An approval names the hash of what the approver saw and binds to it (D5). The author and the last editor cannot
approve unless the monitor is run by one person (D6); the database holds both rules as well.

    draft ─submit─▶ in_review ─approve─▶ approved, and at once scheduled
                        ├─request_changes─▶ changes_requested ─submit─▶ …
                        └─reject─▶ rejected ─reopen─▶ draft
    Changing an approved draft voids the approval: ``edit`` → draft, ``schedule`` → in_review.
"""

from datetime import datetime

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.editorial.completeness import require_complete
from campaigns.editorial.draft import (
    APPROVED_STATES,
    EDITABLE,
    REOPENABLE,
    Approval,
    ApprovalMode,
    Comment,
    Draft,
    DraftStatus,
)
from campaigns.editorial.editing import create_news, edit
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.four_eyes import require_other_person
from campaigns.editorial.slots import require_after_embargo, require_future, slot_in_words
from campaigns.editorial.snapshot import id_of, keep_snapshot, present_hash, variants_of
from campaigns.editorial.steps import (
    LONGEST_REASON,
    STATUS_LABELS,
    acting,
    audit,
    changed_meanwhile,
    locked,
    require_role,
    require_seen,
    required_reason,
    save,
    void_approval,
)
from campaigns.errors import InvalidInput, TransitionNotAllowed

__all__ = [
    "approve", "create_news", "edit", "reject", "reopen", "request_changes", "schedule", "submit", "vouch", "withdraw",
]  # fmt: skip


def submit(session: Session, draft_id: int, editor: Editor, *, clock: Clock, seen_version: int | None = None) -> Draft:
    """Ask for approval. Raises ``Incomplete`` with everything that is missing."""
    require_role(editor, Role.AUTHOR, to="sende utkast til godkjenning")
    draft = locked(session, draft_id)
    _require(draft, DraftStatus.IN_REVIEW, "sendes til godkjenning")
    require_seen(session, draft, seen_version)
    require_complete(draft, variants_of(session, draft), clock.now())
    actor, draft.author_id = acting(editor)
    _move(draft, DraftStatus.IN_REVIEW, clock)
    keep_snapshot(session, draft, clock)
    audit(session, clock, actor, "submitted", draft, sha256=draft.content_sha256)
    return draft


def approve(
    session: Session,
    draft_id: int,
    editor: Editor,
    *,
    sha256: str,
    mode: ApprovalMode,
    clock: Clock,
) -> Draft:
    """Say yes to exactly the content with this hash; it is scheduled for its slot at once.

    Raises ``ChangedMeanwhile`` when the draft is no longer what the approver saw.
    """
    require_role(editor, Role.APPROVER, to="godkjenne utkast")
    draft = locked(session, draft_id)
    _require(draft, DraftStatus.APPROVED, "godkjennes")
    if sha256 != present_hash(session, draft) or sha256 != draft.content_sha256:
        raise changed_meanwhile(session, draft, sha256)
    actor, approver_id = acting(editor)
    require_other_person(draft, approver_id, mode)
    slot_at = _future_slot(draft, clock)
    approval = Approval(
        draft_id=draft_id, sha256=sha256, mode=mode, author_id=draft.author_id, last_editor_id=draft.last_editor_id,
        approver_id=approver_id, at=clock.now(),
    )  # fmt: skip
    session.add(approval)
    session.flush()
    draft.approved_sha256 = sha256
    _move(draft, DraftStatus.APPROVED, clock)
    audit(session, clock, actor, "approved", draft, sha256=sha256, mode=mode.value)
    _move(draft, DraftStatus.SCHEDULED, clock)
    audit(session, clock, actor, "scheduled", draft, slot_at=slot_at)
    return draft


def vouch(session: Session, draft_id: int, editor: Editor, *, sha256: str, clock: Clock) -> Draft:
    """The author has looked over what a colleague changed last, and answers for exactly this content.

    Then the colleague may approve. Without it a team of two could not go on after the approver had moved the slot.
    """
    require_role(editor, Role.AUTHOR, to="gå god for utkast")
    draft = locked(session, draft_id)
    actor, editor_id = acting(editor)
    if draft.status is not DraftStatus.IN_REVIEW or draft.author_id != editor_id:
        raise _not_now(draft, "vouched", "Bare den som sendte inn utkastet, kan gå god for endringene i det")
    if sha256 != draft.content_sha256:
        raise changed_meanwhile(session, draft, sha256)
    before, draft.last_editor_id = draft.last_editor_id, editor_id
    draft.updated_at = clock.now()
    audit(session, clock, actor, "vouched", draft, changed_by=before, sha256=sha256)
    return draft


def request_changes(
    session: Session, draft_id: int, editor: Editor, *, comment: str, clock: Clock, seen_version: int | None = None
) -> Draft:
    """Send it back to its author with what should be different."""
    return _answer(
        session, draft_id, editor, DraftStatus.CHANGES_REQUESTED, comment=comment, clock=clock, seen=seen_version
    )


def reject(
    session: Session, draft_id: int, editor: Editor, *, comment: str, clock: Clock, seen_version: int | None = None
) -> Draft:
    """Say no, and why."""
    return _answer(session, draft_id, editor, DraftStatus.REJECTED, comment=comment, clock=clock, seen=seen_version)


def schedule(
    session: Session,
    draft_id: int,
    editor: Editor,
    slot_at: datetime,
    *,
    clock: Clock,
    seen_version: int | None = None,
) -> Draft:
    """Set when it goes out. The slot is part of what is approved, so moving an approved one asks for approval anew."""
    require_role(editor, Role.AUTHOR, Role.APPROVER, to="sette publiseringstidspunkt")
    draft = locked(session, draft_id)
    if draft.status not in EDITABLE:
        raise _not_now(draft, "scheduled", "Tidspunktet kan ikke endres nå")
    slot_at = require_future(slot_at, clock.now(), clock.zone)
    require_after_embargo(slot_at, draft.embargo_until, clock.zone)
    if slot_at == draft.slot_at:
        return draft
    require_seen(session, draft, seen_version)
    actor, draft.last_editor_id = acting(editor)
    if draft.status in APPROVED_STATES:
        void_approval(session, draft, actor, clock, reason="nytt tidspunkt", becomes=DraftStatus.IN_REVIEW)
    before, draft.slot_at = draft.slot_at, slot_at
    save(session, draft, clock)
    audit(session, clock, actor, "slot_set", draft, before=before, slot_at=slot_at, sha256=draft.content_sha256)
    return draft


def withdraw(session: Session, draft_id: int, editor: Editor, *, clock: Clock, comment: str = "") -> Draft:
    """Stop it, at any time before its deliveries exist."""
    require_role(editor, Role.AUTHOR, Role.APPROVER, to="trekke utkast tilbake")
    draft = locked(session, draft_id)
    _require(draft, DraftStatus.WITHDRAWN, "trekkes tilbake")
    actor, editor_id = acting(editor)
    void_approval(session, draft, actor, clock, reason="trukket tilbake", becomes=DraftStatus.WITHDRAWN)
    draft.updated_at = clock.now()
    _comment(session, draft, editor_id, action="withdrawal", text=comment, clock=clock)
    audit(session, clock, actor, "withdrawn", draft)
    return draft


def reopen(session: Session, draft_id: int, editor: Editor, *, clock: Clock) -> Draft:
    """Take up again what was rejected, withdrawn, missed or overtaken by newer figures."""
    require_role(editor, Role.AUTHOR, to="åpne utkast igjen")
    draft = locked(session, draft_id)
    if draft.status not in REOPENABLE:
        raise _not_now(draft, DraftStatus.DRAFT.value, "Utkastet kan ikke åpnes igjen")
    before, draft.note = draft.status, None
    _move(draft, DraftStatus.DRAFT, clock)
    audit(session, clock, acting(editor)[0], "reopened", draft, before=before.value)
    return draft


def _answer(
    session: Session,
    draft_id: int,
    editor: Editor,
    status: DraftStatus,
    *,
    comment: str,
    clock: Clock,
    seen: int | None,
) -> Draft:
    rejecting = status is DraftStatus.REJECTED
    require_role(editor, Role.APPROVER, to="avvise utkast" if rejecting else "be om endringer")
    reason = required_reason(comment, "Skriv hvorfor utkastet avvises." if rejecting else "Skriv hva som bør endres.")
    draft = locked(session, draft_id)
    _require(draft, status, "avvises" if rejecting else "sendes tilbake")
    require_seen(session, draft, seen)
    actor, editor_id = acting(editor)
    draft.note = reason
    _move(draft, status, clock)
    _comment(session, draft, editor_id, action="rejection" if rejecting else "change_request", text=reason, clock=clock)
    audit(session, clock, actor, "rejected" if rejecting else "changes_requested", draft)
    return draft


def _future_slot(draft: Draft, clock: Clock) -> datetime:
    if draft.slot_at is None:
        raise InvalidInput("Utkastet har ikke noe tidspunkt. Velg når det skal publiseres.", field="slot")
    if draft.slot_at <= clock.now():
        raise InvalidInput(
            f"Tidspunktet {slot_in_words(draft.slot_at, clock.zone)} gikk forbi mens utkastet ventet. Velg et nytt.",
            field="slot",
        )
    return draft.slot_at


def _require(draft: Draft, status: DraftStatus, verb: str) -> None:
    draft.require(status, _sentence(draft, f"Utkastet kan ikke {verb}"))


def _not_now(draft: Draft, wanted: str, start: str) -> TransitionNotAllowed:
    return TransitionNotAllowed(_sentence(draft, start), state=draft.status.value, wanted=wanted)


def _sentence(draft: Draft, start: str) -> str:
    return f"{start}: det står som «{STATUS_LABELS[draft.status]}». Last siden på nytt for å se hva som har skjedd."


def _move(draft: Draft, status: DraftStatus, clock: Clock) -> None:
    draft.status = status
    draft.updated_at = clock.now()


def _comment(session: Session, draft: Draft, editor_id: int, *, action: str, text: str, clock: Clock) -> None:
    if text.strip():
        words = text.strip()[:LONGEST_REASON]
        session.add(Comment(draft_id=id_of(draft), editor_id=editor_id, action=action, text=words, at=clock.now()))
