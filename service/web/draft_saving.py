"""Saving the draft page: its one form holds both the content and the time, which are two steps in the workflow."""

from dataclasses import replace

from sqlmodel import Session

from campaigns.clock import Clock
from campaigns.drafting.figure_editing import drawn_blocks, pictures_of_first
from campaigns.editorial.dossier import dossier
from campaigns.editorial.draft import Draft
from campaigns.editorial.editor import Editor
from campaigns.editorial.workflow import edit, schedule
from service.request import current
from service.web.draft_form import DraftForm
from service.web.draft_page import form_of_request


def typed_form(draft_id: int) -> DraftForm:
    """The draft as the person typed it. The request's own session is not opened: what follows may take its time."""
    with current().database.session_scope(read_only=True) as session:
        return form_of_request(dossier(session, draft_id))


def with_pictures(draft_id: int, form: DraftForm) -> DraftForm:
    """The form with the channels' pictures drawn anew when another figure now stands first, and those of the others.

    Raises ``InvalidInput`` and ``ChartError``.
    """
    service, blocks = current(), form.changes().blocks or ()
    scope, charts = service.database.session_scope, service.charts
    pictures = pictures_of_first(scope, draft_id, blocks, charts)
    return replace(form, pictures=pictures, drawn=drawn_blocks(scope, draft_id, blocks, charts))


def save_form(session: Session, draft_id: int, editor: Editor, form: DraftForm, *, clock: Clock) -> bool:
    """Save what the form holds; whether anything was different. Raises what ``edit`` and ``schedule`` raise."""
    slot_at = form.slot_at(clock.zone)
    draft = edit(session, draft_id, editor, form.changes(), seen_version=form.version, clock=clock)
    if slot_at is not None and slot_at != draft.slot_at:
        draft = schedule(session, draft_id, editor, slot_at, clock=clock, seen_version=draft.version)
    return _is_newer(draft, form)


def _is_newer(draft: Draft, form: DraftForm) -> bool:
    return draft.version != form.version
