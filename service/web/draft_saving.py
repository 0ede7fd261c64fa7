"""Saving the draft page: its one form holds both the content and the time, which are two steps in the workflow."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.days.quiet import NoticeLevel, quiet_on
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import Editor
from campaigns.editorial.workflow import edit, schedule
from campaigns.errors import InvalidInput
from service.web.draft_form import DraftForm


def save_form(session: Session, draft_id: int, editor: Editor, form: DraftForm, *, clock: Clock) -> bool:
    """Save what the form holds; whether anything was different. Raises what ``edit`` and ``schedule`` raise."""
    slot_at = form.slot_at(clock.zone)
    draft = edit(session, draft_id, editor, form.changes(), seen_version=form.version, clock=clock)
    if slot_at is not None and slot_at != draft.slot_at:
        draft = schedule(session, draft_id, editor, slot_at, clock=clock, seen_version=draft.version)
    return _is_newer(draft, form)


def require_open_date(session: Session, slot_at: datetime | None, zone: ZoneInfo) -> None:
    """Raise ``InvalidInput`` when the catalogue lets nothing out on that date. A warning bars nothing."""
    if slot_at is None:
        return
    for notice in quiet_on(session, slot_at.astimezone(zone).date()):
        if notice.level is NoticeLevel.BLOCK:
            raise InvalidInput(notice.reason, field="slot")


def _is_newer(draft: Draft, form: DraftForm) -> bool:
    return draft.version != form.version
