"""What is decided about an issue, each as a thing of its own to post to: submission, approval, pause …"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from campaigns.days.quiet import require_open_date
from campaigns.delivery.issue_control import cancel_issue, pause_issue, resume_issue
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, Refused, StaleVersion
from campaigns.newsletter import issue_workflow as workflow
from campaigns.newsletter.issue import IssueStatus
from campaigns.newsletter.issue_desk import issue_dossier
from campaigns.newsletter.preflight import require_ready
from service.auth.access import requires
from service.request import current, db, signed_in_editor
from service.web.draft_form import required_slot, seen_version
from service.web.draft_page import approval_mode
from service.web.form_errors import errors_of
from service.web.issue_form import Pressed
from service.web.issue_page import form_of_request, show_issue
from service.web.issues import conflict_page, save_issue_form
from service.web.notices import with_notice

blueprint = Blueprint("issue_decisions", __name__, url_prefix="/redaksjon/utsendelser/<int:issue_id>")

Answer = str | tuple[str, int] | Response


@blueprint.post("/innsending")
@requires(Role.AUTHOR)
def submission(issue_id: int) -> Answer:
    form = form_of_request(issue_dossier(db(), issue_id))
    try:
        save_issue_form(issue_id, form, Pressed())
        require_ready(db(), issue_id, current().press, current().clock)
        workflow.submit_issue(db(), issue_id, signed_in_editor(), clock=current().clock)
    except StaleVersion as conflict:
        return conflict_page(issue_id, conflict, form)
    except InvalidInput as error:
        return show_issue(issue_id, form=form, errors=errors_of(error)), 422
    except Refused as error:
        return show_issue(issue_id, form=form, errors={"items": str(error)}), 422
    return _on_to(issue_id, "utsendelse-til-godkjenning")


@blueprint.post("/godkjenning")
@requires(Role.APPROVER)
def approval(issue_id: int) -> Answer:
    sha256, clock = request.form.get("sha256", ""), current().clock
    try:
        require_ready(db(), issue_id, current().press, clock)
        workflow.approve_issue(db(), issue_id, signed_in_editor(), sha256=sha256, mode=approval_mode(), clock=clock)
    except StaleVersion as conflict:
        return conflict_page(issue_id, conflict, None)
    except InvalidInput as error:
        return _again(issue_id, error)
    return _on_to(issue_id, "utsendelse-godkjent")


@blueprint.post("/gjennomsyn")
@requires(Role.AUTHOR)
def review_of_changes(issue_id: int) -> Answer:
    try:
        sha256 = request.form.get("sha256", "")
        workflow.vouch_for_issue(db(), issue_id, signed_in_editor(), sha256=sha256, clock=current().clock)
    except StaleVersion as conflict:
        return conflict_page(issue_id, conflict, None)
    return _on_to(issue_id, "sett-over")


@blueprint.post("/endringsonske")
@requires(Role.APPROVER)
def change_request(issue_id: int) -> Answer:
    comment, clock = request.form.get("comment", ""), current().clock
    try:
        seen = seen_version(request.form)
        workflow.request_issue_changes(
            db(), issue_id, signed_in_editor(), comment=comment, clock=clock, seen_version=seen
        )  # fmt: skip
    except StaleVersion as conflict:
        return conflict_page(issue_id, conflict, None, comment)
    except InvalidInput as error:
        return _again(issue_id, error)
    return _on_to(issue_id, "endringer-bedt-om")


@blueprint.post("/tidspunkt")
@requires(Role.AUTHOR, Role.APPROVER)
def slot(issue_id: int) -> Answer:
    clock, seen = current().clock, seen_version(request.form)
    try:
        at = required_slot(request.form.get("slot_date", ""), request.form.get("slot_time", ""), clock.zone)
        require_open_date(db(), at, clock.zone)
        was = issue_dossier(db(), issue_id).issue.status
        moved = workflow.schedule_issue(db(), issue_id, signed_in_editor(), at, clock=clock, seen_version=seen)
    except StaleVersion as conflict:
        return conflict_page(issue_id, conflict, None)
    except InvalidInput as error:
        return _again(issue_id, error)
    voided = was is IssueStatus.SCHEDULED and moved.status is not IssueStatus.SCHEDULED
    return _on_to(issue_id, "flyttet-uten-godkjenning" if voided else "flyttet")


@blueprint.post("/tilbaketrekking")
@requires(Role.AUTHOR, Role.APPROVER)
def withdrawal(issue_id: int) -> Answer:
    comment, clock = request.form.get("comment", ""), current().clock
    workflow.withdraw_issue(db(), issue_id, signed_in_editor(), comment=comment, clock=clock)
    return _on_to(issue_id, "utsendelse-trukket")


@blueprint.post("/gjenapning")
@requires(Role.AUTHOR)
def reopening(issue_id: int) -> Answer:
    workflow.reopen_issue(db(), issue_id, signed_in_editor(), clock=current().clock)
    return _on_to(issue_id, "aapnet")


@blueprint.post("/pause")
@requires(Role.AUTHOR, Role.APPROVER, Role.ADMIN)
def pause(issue_id: int) -> Answer:
    try:
        reason = request.form.get("comment", "")
        pause_issue(db(), issue_id, signed_in_editor(), reason=reason, clock=current().clock)
    except InvalidInput as error:
        return _again(issue_id, error)
    return _on_to(issue_id, "utsendelse-pause")


@blueprint.post("/videre")
@requires(Role.APPROVER, Role.ADMIN)
def resumption(issue_id: int) -> Answer:
    resume_issue(db(), issue_id, signed_in_editor(), clock=current().clock)
    return _on_to(issue_id, "utsendelse-videre")


@blueprint.post("/avbrudd")
@requires(Role.APPROVER, Role.ADMIN)
def cancellation(issue_id: int) -> Answer:
    try:
        reason, sure = request.form.get("comment", ""), request.form.get("bekreftet") == "1"
        cancel_issue(db(), issue_id, signed_in_editor(), reason=reason, confirmed=sure, clock=current().clock)
    except InvalidInput as error:
        if error.field == "comment":  # the page asks why in two places
            error = InvalidInput(str(error), field="cancel-comment")
        return _again(issue_id, error)
    return _on_to(issue_id, "utsendelse-avbrutt")


def _on_to(issue_id: int, notice: str) -> Response:
    return redirect(with_notice(url_for("issues.show", issue_id=issue_id), notice), 303)


def _again(issue_id: int, error: InvalidInput) -> Answer:
    """The same page with what is wrong on it. What the request had changed is rolled back (status 422)."""
    return show_issue(issue_id, errors=errors_of(error)), 422
