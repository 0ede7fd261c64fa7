"""What every step of a draft has in common: taking the row, checking who asks, saving, voiding an approval.

Each writer takes the draft's row first and reads it anew, so that two people who act at once act one after the
other (PostgreSQL: row lock; SQLite: a writing session begins IMMEDIATE).
"""

from typing import Any

from sqlmodel import Session, col, select

from campaigns.audit import Actor, record
from campaigns.clock import Clock
from campaigns.editorial.draft import Approval, Draft, DraftStatus
from campaigns.editorial.editor import Editor, Role
from campaigns.editorial.snapshot import Difference, changes_since, keep_snapshot
from campaigns.errors import InvalidInput, NotFound, NotPermitted, StaleVersion

LONGEST_REASON = 4_000
STATUS_LABELS = {
    DraftStatus.DRAFT: "utkast",
    DraftStatus.IN_REVIEW: "til godkjenning",
    DraftStatus.CHANGES_REQUESTED: "bedt om endringer",
    DraftStatus.APPROVED: "godkjent",
    DraftStatus.SCHEDULED: "planlagt",
    DraftStatus.PUBLISHING: "under publisering",
    DraftStatus.PUBLISHED: "publisert",
    DraftStatus.REJECTED: "avvist",
    DraftStatus.WITHDRAWN: "trukket tilbake",
    DraftStatus.MISSED: "ikke sendt i tide",
    DraftStatus.STALE: "foreldet",
}


class ChangedMeanwhile(StaleVersion):
    """Somebody changed the draft after it was read. ``differences`` says what; ``unsaved`` is what was written."""

    def __init__(
        self,
        message: str,
        *,
        seen: object,
        current: object,
        differences: list[Difference],
        unsaved: object = None,
    ) -> None:
        super().__init__(message, seen=seen, current=current)
        self.differences = differences
        self.unsaved = unsaved


def locked(session: Session, draft_id: int) -> Draft:
    """The draft, read anew, its row held until the caller's transaction ends."""
    query = select(Draft).where(Draft.id == draft_id).with_for_update().execution_options(populate_existing=True)
    draft = session.exec(query).one_or_none()
    if draft is None:
        raise NotFound("Utkast", draft_id)
    return draft


def require_role(editor: Editor, *roles: Role, to: str) -> None:
    """Raise ``NotPermitted`` unless the editor holds one of the roles; ``to`` is what they wanted to do."""
    if not any(editor.may(role) for role in roles):
        raise NotPermitted(f"Du har ikke tilgang til å {to}. En administrator kan gi deg rollen.")


def required_reason(text: str, sentence: str, *, longest: int = LONGEST_REASON) -> str:
    """The reason somebody gave. Raises ``InvalidInput`` with this sentence when there is none, or with its length."""
    reason = text.strip()
    if not reason:
        raise InvalidInput(sentence, field="comment")
    if len(reason) > longest:
        raise InvalidInput(f"Begrunnelsen er på {len(reason)} tegn; det er plass til {longest}.", field="comment")
    return reason


def require_seen(session: Session, draft: Draft, seen_version: int | None, *, unsaved: object = None) -> None:
    """Raise ``ChangedMeanwhile`` when the person saw another version than the present one."""
    if seen_version is not None and seen_version != draft.version:
        raise changed_meanwhile(session, draft, seen_version, unsaved=unsaved)


def changed_meanwhile(session: Session, draft: Draft, seen: str | int, *, unsaved: object = None) -> ChangedMeanwhile:
    """The refusal for somebody who saw ``seen`` (version number or hash), with what changed since."""
    found = changes_since(session, draft, seen)
    what = f" Dette er nytt: {', '.join(difference.label for difference in found)}." if found else ""
    kept = " Det du skrev, er tatt vare på nedenfor." if unsaved is not None else ""
    return ChangedMeanwhile(
        f"Utkastet er endret etter at du åpnet det.{what} Se over den nye versjonen og prøv igjen.{kept}",
        seen=seen,
        current=draft.content_sha256 if isinstance(seen, str) else draft.version,
        differences=found,
        unsaved=unsaved,
    )


def save(session: Session, draft: Draft, clock: Clock) -> None:
    """Count a new version and freeze it."""
    draft.version += 1
    draft.updated_at = clock.now()
    session.add(draft)
    session.flush()
    keep_snapshot(session, draft, clock)


def void_approval(
    session: Session, draft: Draft, actor: Actor, clock: Clock, *, reason: str, becomes: DraftStatus
) -> None:
    """Take back a standing approval, if there is one, and move the draft on in the same breath."""
    standing = session.exec(
        select(Approval).where(Approval.draft_id == draft.id, col(Approval.voided_at).is_(None))
    ).all()
    for approval in standing:
        approval.voided_at, approval.void_reason = clock.now(), reason
        session.add(approval)
    if draft.approved_sha256 is not None:
        audit(session, clock, actor, "approval_voided", draft, sha256=draft.approved_sha256, reason=reason)
    draft.approved_sha256 = None
    draft.status = becomes


def audit(session: Session, clock: Clock, actor: Actor, action: str, draft: Draft, **detail: Any) -> None:
    """One row in the trail, named ``draft.<action>``, with the version it is about."""
    record(session, clock, actor, f"draft.{action}", ("draft", draft.id), version=draft.version, **detail)


def acting(editor: Editor) -> tuple[Actor, int]:
    """The editor as the audit trail knows them, and their id."""
    assert editor.id is not None, "an editor who acts is stored"
    return Actor.editor(editor.id), editor.id
