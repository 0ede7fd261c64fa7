"""Taking a segment that has changed into an issue anew."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from campaigns.editorial.editor import Role
from campaigns.errors import StaleVersion
from campaigns.newsletter.issue import IssueStatus
from campaigns.newsletter.issue_desk import issue_dossier
from campaigns.newsletter.segment_uses import take_segment_anew
from service.auth.access import requires
from service.request import current, db, signed_in_editor
from service.web.issues import conflict_page
from service.web.notices import with_notice

blueprint = Blueprint("issue_segment", __name__, url_prefix="/redaksjon/utsendelser/<int:issue_id>/utvalg")


@blueprint.post("")
@requires(Role.AUTHOR)
def renewal(issue_id: int) -> tuple[str, int] | Response:
    """The segment as it is now. One that was approved must be approved anew."""
    version = request.form.get("version", 0, int)
    was = issue_dossier(db(), issue_id).issue.status
    try:
        issue = take_segment_anew(db(), issue_id, signed_in_editor(), seen_version=version, clock=current().clock)
    except StaleVersion as conflict:
        return conflict_page(issue_id, conflict, None)
    voided = was is IssueStatus.SCHEDULED and issue.status is not was
    notice = "utvalg-hentet-uten-godkjenning" if voided else "utvalg-hentet"
    return redirect(with_notice(url_for("issues.show", issue_id=issue_id), notice), 303)
