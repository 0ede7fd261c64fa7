"""The draft page: read, edit, and every state in between. Views hand it what went wrong; it shows the whole."""

from collections.abc import Mapping

from flask import render_template, request

from campaigns.editorial.dossier import Dossier, dossier
from campaigns.editorial.draft import ApprovalMode, ChannelName, DraftStatus
from campaigns.editorial.possibilities import Possibility, possibilities, why_not_approve
from campaigns.editorial.steps import ChangedMeanwhile
from campaigns.newsletter.issue_reach import readers_of_draft
from service.request import current, db, signed_in_editor
from service.web.draft_form import DraftForm
from service.web.previews import picked, post_previews, slot_notices

# Where writing is what one comes for; elsewhere the page opens for reading, and editing is asked for.
_OPENS_FOR_WRITING = frozenset({DraftStatus.DRAFT, DraftStatus.CHANGES_REQUESTED})

# Here people weigh whether it should go, and want to know to how many.
_YET_TO_GO = frozenset({DraftStatus.IN_REVIEW, DraftStatus.APPROVED, DraftStatus.SCHEDULED})


def approval_mode() -> ApprovalMode:
    """How many people an approval takes here."""
    return current().settings.approval


def form_of_request(found: Dossier) -> DraftForm:
    """The draft as the person typed it."""
    return DraftForm.typed(found.draft, found.variants, request.form, current().clock.zone)


def show_draft(
    draft_id: int, *, form: DraftForm | None = None, errors: Mapping[str, str] | None = None, editing: bool = False
) -> str:
    """The page of one draft, with what was typed and what is wrong with it, if anything."""
    found, reader = dossier(db(), draft_id), signed_in_editor()
    can = possibilities(found.draft, reader, approval_mode())
    shown = form or DraftForm.of(found.draft, found.variants, current().clock.zone)
    writes = Possibility.EDIT in can and (editing or form is not None or found.draft.status in _OPENS_FOR_WRITING)
    return render_template(
        "web/drafts/show.html",
        found=found,
        draft=found.draft,
        form=shown,
        errors=errors or {},
        typed=request.form,
        can=can,
        writes=writes,
        why_not=why_not_approve(found.draft, reader, approval_mode()),
        posts=post_previews(shown),
        slot=picked(shown) if writes else None,
        readers=_readers(found) if found.draft.status in _YET_TO_GO else None,
        notices=slot_notices(shown, found.draft),
        zone=current().clock.zone,
    )


def conflict_page(
    draft_id: int, conflict: ChangedMeanwhile, form: DraftForm | None = None, comment: str = ""
) -> tuple[str, int]:
    """What somebody meets who was second: what is new, and what they wrote."""
    return render_template(
        "web/drafts/conflict.html", draft_id=draft_id, conflict=conflict, form=form, comment=comment
    ), 409


def _readers(found: Dossier) -> int | None:
    """How many the newsletter goes to; None where the draft is not for it."""
    mailed = any(variant.enabled and variant.channel is ChannelName.NEWSLETTER for variant in found.variants)
    return readers_of_draft(db(), found.draft) if mailed else None
