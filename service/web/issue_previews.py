"""An issue from A to Å before it goes out: each edition on each surface, in frames that can do nothing (S-24)."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from campaigns.errors import NotFound, Refused
from campaigns.newsletter.issue import CLOSED, IssueStatus
from campaigns.newsletter.issue_desk import issue_dossier
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.surfaces import MailParts, Surface, as_seen, mail_parts, without_own_links
from service.auth.access import signed_in
from service.headers import mail_preview_policy
from service.public.trial_link import trial_link
from service.request import current, db

blueprint = Blueprint("issue_previews", __name__, url_prefix="/redaksjon/utsendelser/<int:issue_id>/forhandsvisning")

_ENDED = frozenset({*CLOSED, IssueStatus.CANCELLED})


@blueprint.get("")
@signed_in
def index(issue_id: int) -> str:
    found = issue_dossier(db(), issue_id)
    refusal, parts = None, None
    try:
        parts = _parts(issue_id)
    except Refused as error:
        refusal = str(error)
    return render_template(
        "web/issues/surfaces.html",
        found=found,
        issue=found.issue,
        parts=parts,
        refusal=refusal,
        edition=request.args.get("utgave", ""),
        editions=reach_of(db(), found.issue, current().clock).editions if found.issue.status not in _ENDED else (),
        surfaces=list(Surface),
    )


@blueprint.get("/<surface>")
@signed_in
def surface(issue_id: int, surface: str) -> Response:
    """One edition as one surface shows it."""
    if surface not in list(Surface):
        raise NotFound("Visningen", surface)
    seen = Surface(surface)
    try:
        parts = _parts(issue_id)
    except Refused as error:
        parts = None
        response = make_response(render_template("web/drafts/mail_refused.html", reason=str(error)))
    if parts is not None and seen is Surface.TEXT:
        response = make_response(parts.text, {"Content-Type": "text/plain; charset=utf-8"})
    elif parts is not None:
        response = make_response(as_seen(parts.html, seen))
    policy = mail_preview_policy(current().settings.public_url, images=seen is not Surface.NO_IMAGES)
    response.headers["Content-Security-Policy"] = policy
    return response


def _parts(issue_id: int) -> MailParts:
    service = current()
    issue = issue_dossier(db(), issue_id).issue
    parts = mail_parts(db(), issue, service.press, service.clock, edition=request.args.get("utgave", ""))
    return without_own_links(parts, trial_link(service.settings))
