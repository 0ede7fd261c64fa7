"""Beginning a correction of an issue that has gone out."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from campaigns.delivery.correct_issue import begin_correction
from campaigns.editorial.editor import Role
from service.auth.access import requires
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice

blueprint = Blueprint("issue_corrections", __name__, url_prefix="/redaksjon/utsendelser/<int:issue_id>")


@blueprint.post("/rettelse")
@requires(Role.AUTHOR)
def begin(issue_id: int) -> Response:
    service = current()
    public_url = service.settings.public_url
    issue = begin_correction(db(), issue_id, signed_in_editor(), clock=service.clock, public_url=public_url)
    return redirect(with_notice(url_for("issues.show", issue_id=issue.id), "utsendelse-rettes"), 303)
