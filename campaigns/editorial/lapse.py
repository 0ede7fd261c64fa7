"""What happens to a draft without anybody doing it: its time passes, or newer figures come."""

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.editorial.draft import EDITABLE, Draft, DraftStatus
from campaigns.editorial.slots import slot_in_words
from campaigns.editorial.steps import audit, locked, void_approval
from campaigns.embargo import has_passed


def lapse_unapproved(session: Session, clock: Clock) -> list[int]:
    """Mark as missed what still waited for approval when its slot came. Never sent late by itself."""
    overdue = session.exec(
        select(Draft.id).where(
            Draft.status == DraftStatus.IN_REVIEW,
            col(Draft.slot_at) <= clock.now(),
            has_passed(col(Draft.embargo_until), clock.now()),
        )
    ).all()
    missed = []
    for draft_id in overdue:
        assert draft_id is not None
        draft = locked(session, draft_id)
        if draft.status is not DraftStatus.IN_REVIEW or draft.slot_at is None or draft.slot_at > clock.now():
            continue
        when = slot_in_words(draft.slot_at, clock.zone)
        draft.note = f"Ble ikke godkjent før {when}. Åpne utkastet og velg et nytt tidspunkt, eller trekk det tilbake."
        draft.status, draft.updated_at = DraftStatus.MISSED, clock.now()
        audit(session, clock, Actor.service("timetable"), "missed", draft, slot_at=draft.slot_at, approved=False)
        missed.append(draft_id)
    return missed


def supersede(session: Session, draft_id: int, note: str, clock: Clock, *, reason: str = "nyere tall") -> bool:
    """Mark a pending draft as overtaken, by newer figures unless told; an approval is void. False when too late."""
    draft = locked(session, draft_id)
    if draft.status not in EDITABLE:
        return False
    actor = Actor.service("drafting")
    void_approval(session, draft, actor, clock, reason=reason, becomes=DraftStatus.STALE)
    draft.note, draft.updated_at = note, clock.now()
    audit(session, clock, actor, "superseded", draft, note=note)
    return True
