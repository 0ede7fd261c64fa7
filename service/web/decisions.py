"""What is decided about a draft, each as a thing of its own to post to: submission, approval, rejection …"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from campaigns.days.quiet import require_open_date
from campaigns.drafting.renew import rewrite_with_new_figures
from campaigns.drafting.staleness import acknowledge
from campaigns.editorial import workflow
from campaigns.editorial.dossier import dossier
from campaigns.editorial.draft import APPROVED_STATES
from campaigns.editorial.editor import Role
from campaigns.editorial.steps import ChangedMeanwhile
from campaigns.errors import InvalidInput
from chart_renderer.errors import ChartError
from service.auth.access import requires
from service.request import current, db, signed_in_editor
from service.web.draft_form import required_slot, seen_version
from service.web.draft_page import approval_mode, conflict_page, show_draft
from service.web.draft_saving import save_form, typed_form, with_pictures
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("decisions", __name__, url_prefix="/redaksjon/utkast/<int:draft_id>")

Answer = str | tuple[str, int] | Response


@blueprint.post("/innsending")
@requires(Role.AUTHOR)
def submission(draft_id: int) -> Answer:
    form = typed_form(draft_id)
    try:
        form = with_pictures(draft_id, form)
        save_form(db(), draft_id, signed_in_editor(), form, clock=current().clock)
        require_open_date(db(), form.slot_at(current().clock.zone), current().clock.zone)
        workflow.submit(db(), draft_id, signed_in_editor(), clock=current().clock)
    except ChangedMeanwhile as conflict:
        return conflict_page(draft_id, conflict, form)
    except InvalidInput as error:
        return _again(draft_id, error, form=form)
    except ChartError as error:
        return show_draft(draft_id, form=form, errors={"": str(error)}), 503
    return _on_to(draft_id, "sendt-til-godkjenning")


@blueprint.post("/godkjenning")
@requires(Role.APPROVER)
def approval(draft_id: int) -> Answer:
    sha256, found = request.form.get("sha256", ""), dossier(db(), draft_id)
    try:
        require_open_date(db(), found.draft.slot_at, current().clock.zone)
        workflow.approve(db(), draft_id, signed_in_editor(), sha256=sha256, mode=approval_mode(), clock=current().clock)
    except ChangedMeanwhile as conflict:
        return conflict_page(draft_id, conflict)
    except InvalidInput as error:
        return _again(draft_id, error)
    return _on_to(draft_id, "godkjent")


@blueprint.post("/gjennomsyn")
@requires(Role.AUTHOR)
def review_of_changes(draft_id: int) -> Answer:
    try:
        sha256 = request.form.get("sha256", "")
        workflow.vouch(db(), draft_id, signed_in_editor(), sha256=sha256, clock=current().clock)
    except ChangedMeanwhile as conflict:
        return conflict_page(draft_id, conflict)
    return _on_to(draft_id, "sett-over")


@blueprint.post("/endringsonske")
@requires(Role.APPROVER)
def change_request(draft_id: int) -> Answer:
    comment, seen = request.form.get("comment", ""), seen_version(request.form)
    try:
        workflow.request_changes(
            db(), draft_id, signed_in_editor(), comment=comment, clock=current().clock, seen_version=seen
        )  # fmt: skip
    except ChangedMeanwhile as conflict:
        return conflict_page(draft_id, conflict, comment=comment)
    except InvalidInput as error:
        return _again(draft_id, error)
    return _on_to(draft_id, "endringer-bedt-om")


@blueprint.post("/avvisning")
@requires(Role.APPROVER)
def rejection(draft_id: int) -> Answer:
    comment, seen = request.form.get("comment", ""), seen_version(request.form)
    try:
        workflow.reject(db(), draft_id, signed_in_editor(), comment=comment, clock=current().clock, seen_version=seen)
    except ChangedMeanwhile as conflict:
        return conflict_page(draft_id, conflict, comment=comment)
    except InvalidInput as error:
        return _again(draft_id, error)
    return _on_to(draft_id, "avvist")


@blueprint.post("/tidspunkt")
@requires(Role.AUTHOR, Role.APPROVER)
def slot(draft_id: int) -> Answer:
    clock, seen = current().clock, seen_version(request.form)
    try:
        at = required_slot(request.form.get("slot_date", ""), request.form.get("slot_time", ""), clock.zone)
        require_open_date(db(), at, clock.zone)
        was_approved = dossier(db(), draft_id).draft.status in APPROVED_STATES
        moved = workflow.schedule(db(), draft_id, signed_in_editor(), at, clock=clock, seen_version=seen)
    except ChangedMeanwhile as conflict:
        return conflict_page(draft_id, conflict)
    except InvalidInput as error:
        return _again(draft_id, error)
    voided = was_approved and moved.status not in APPROVED_STATES
    return _on_to(draft_id, "flyttet-uten-godkjenning" if voided else "flyttet")


@blueprint.post("/tilbaketrekking")
@requires(Role.AUTHOR, Role.APPROVER)
def withdrawal(draft_id: int) -> Answer:
    workflow.withdraw(
        db(), draft_id, signed_in_editor(), comment=request.form.get("comment", ""), clock=current().clock
    )
    return _on_to(draft_id, "trukket")


@blueprint.post("/gjenapning")
@requires(Role.AUTHOR)
def reopening(draft_id: int) -> Answer:
    acknowledge(db(), draft_id, current().clock)
    workflow.reopen(db(), draft_id, signed_in_editor(), clock=current().clock)
    return _on_to(draft_id, "aapnet")


@blueprint.post("/nyskriving")
@requires(Role.AUTHOR)
def rewriting(draft_id: int) -> Answer:
    # The picture takes its time: no session of the request's is held while it is drawn.
    service = current()
    rewrite_with_new_figures(
        service.database.session_scope,
        draft_id,
        signed_in_editor(),
        clock=service.clock,
        charts=service.charts,
        plan=service.drafting_plan,
    )
    return _on_to(draft_id, "nyskrevet")


def _on_to(draft_id: int, notice: str) -> Response:
    return redirect(with_notice(url_for("drafts.show", draft_id=draft_id), notice), 303)


def _again(draft_id: int, error: InvalidInput, **shown: object) -> Answer:
    """The same page with what is wrong on it. What the request had changed is rolled back (status 422)."""
    return show_draft(draft_id, errors=errors_of(error), **shown), 422  # type: ignore[arg-type]
