"""What becomes of a draft that waited for an issue which will not go out: it goes by itself, or somebody is asked."""

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.editorial.draft import Draft, DraftStatus
from campaigns.editorial.steps import audit, void_approval
from campaigns.newsletter.issue import Issue, IssueItem

_NOTE = (
    "Utkastet ventet på en utsendelse som ikke ble sendt, og tidspunktet er passert."
    " Velg et nytt, eller legg utkastet i en annen utsendelse."
)


def release_drafts(session: Session, issue: Issue, clock: Clock) -> list[int]:
    """Let go of the issue's drafts. One whose own time passed meanwhile is missed: it is not sent late by itself."""
    waiting = session.exec(
        select(Draft)
        .join(IssueItem, col(IssueItem.draft_id) == col(Draft.id))
        .where(
            IssueItem.issue_id == issue.id,
            Draft.status == DraftStatus.SCHEDULED,
            col(Draft.slot_at) <= clock.now(),
        )
        .order_by(col(Draft.id))
        .with_for_update()
    ).all()
    actor = Actor.service("newsletter")
    for draft in waiting:
        void_approval(session, draft, actor, clock, reason="utsendelsen ble ikke sendt", becomes=DraftStatus.MISSED)
        draft.note, draft.updated_at = _NOTE, clock.now()
        session.add(draft)
        audit(session, clock, actor, "missed", draft, slot_at=draft.slot_at, approved=True)
    return [draft.id for draft in waiting if draft.id is not None]
