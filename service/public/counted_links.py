"""Where a counted link leads: its counter grows by one, and the reader goes on. Nothing about the visit is kept."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from campaigns.newsletter.counted_link import PATH, follow
from service.auth.access import public
from service.request import current

blueprint = Blueprint("counted_links", __name__)


@blueprint.get(f"{PATH}/<int:issue_id>/<int:position>")
@public
def lead_on(issue_id: int, position: int) -> Response:
    """Only what stood in an issue is led to, so the address is no help to anybody else."""
    counts = request.method == "GET"  # a HEAD is a program that looks whether the link is good
    with current().database.session_scope(read_only=not counts, durable=False) as session:
        url = follow(session, issue_id, position, count=counts)
    response = redirect(url, 302)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
