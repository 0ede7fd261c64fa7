"""Asking whether the links of an issue answer: a handful for each press, so that the page never waits for long."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from campaigns.editorial.editor import Role
from campaigns.newsletter.issue_desk import issue_dossier
from campaigns.newsletter.issue_links import check_links, most_needed
from campaigns.newsletter.issue_reach import reach_of
from campaigns.newsletter.preflight import preflight
from service.auth.access import requires
from service.request import current, signed_in_editor

blueprint = Blueprint("issue_links", __name__, url_prefix="/redaksjon/utsendelser/<int:issue_id>")


@blueprint.post("/lenker")
@requires(Role.AUTHOR, Role.APPROVER)
def check(issue_id: int) -> Response:
    service, editor = current(), signed_in_editor()
    scope = service.database.session_scope  # nothing is held while the sites think
    with scope(read_only=True) as session:
        issue = issue_dossier(session, issue_id).issue
        reach = reach_of(session, issue, service.clock)
        urls = most_needed(preflight(session, issue, service.press, service.clock, reach=reach, lacks=()).links)
    check_links(scope, issue_id, editor, urls, client=service.link_client, clock=service.clock)
    return redirect(url_for("issues.show", issue_id=issue_id) + "#kontroll", 303)
