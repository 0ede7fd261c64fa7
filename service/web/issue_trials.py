"""A trial of an issue to colleagues, asked for from its page."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from campaigns.delivery.trial_mail import Trial, TrialOffice, send_trial
from campaigns.editorial.editor import Role
from campaigns.errors import Refused
from service.auth.access import requires
from service.i18n import gettext as _
from service.public.trial_link import trial_link
from service.request import current, signed_in_editor
from service.web.issue_page import show_issue
from service.web.notices import with_notice

blueprint = Blueprint("issue_trials", __name__, url_prefix="/redaksjon/utsendelser/<int:issue_id>")


@blueprint.post("/prove")
@requires(Role.AUTHOR, Role.APPROVER)
def send(issue_id: int) -> tuple[str, int] | Response:
    service, editor = current(), signed_in_editor()
    office = TrialOffice(
        press=service.press,
        mailroom=service.mailroom,
        lanes=service.mail_lanes,
        own_link=trial_link(service.settings),
    )
    trial = Trial(
        to={int(value) for value in request.form.getlist("til") if value.isdecimal()},
        edition=request.form.get("utgave", ""),
        form_token=request.form.get("skjema", "")[:64],
    )
    scope = service.database.session_scope  # nothing is held while the relay answers
    try:
        faults = send_trial(scope, issue_id, editor, trial, office=office, clock=service.clock)
    except Refused as error:
        return show_issue(issue_id, errors={"prove": str(error)}), 422
    if faults:
        others = (
            [_("De andre har fått den. Kryss bare av for dem som mangler den.")] if len(faults) < len(trial.to) else []
        )
        return show_issue(issue_id, errors={"prove": " ".join([*faults, *others])}), 422
    return redirect(with_notice(url_for("issues.show", issue_id=issue_id), "prove-sendt"), 303)
