"""The queue: the desk's front page. What needs me now, what waits for others, what is coming, what went out."""

from flask import Blueprint, render_template

from campaigns.delivery.returns.rates import latest
from campaigns.editorial.draft import ApprovalMode
from campaigns.editorial.editor import Role
from campaigns.editorial.queue import queue
from campaigns.editorial.set_aside import set_aside
from campaigns.newsletter.issue import IssueStatus
from campaigns.newsletter.issue_desk import IssueRow, issues_awaiting
from service.auth.access import signed_in
from service.request import current, db, signed_in_editor
from service.web.draft_page import approval_mode

blueprint = Blueprint("queue", __name__, url_prefix="/redaksjon")


@blueprint.get("/")
@signed_in
def show() -> str:
    lists = queue(db(), signed_in_editor(), current().clock, mode=approval_mode())
    return render_template(
        "web/queue/show.html", queue=lists, issues=_issues(), aside=set_aside(db()), rates=latest(db())
    )


def _issues() -> list[IssueRow]:
    """Issues that stand still until this editor, or somebody with the same role, does something."""
    editor = signed_in_editor()
    decides = editor.may(Role.APPROVER) or editor.may(Role.ADMIN)
    found = []
    for row in issues_awaiting(db()):
        own = approval_mode() is ApprovalMode.TWO_PERSON and editor.id in {row.author_id, row.last_editor_id}
        if row.status is IssueStatus.IN_REVIEW:
            mine = editor.may(Role.APPROVER) and not own
        else:
            mine = decides if row.status is IssueStatus.PAUSED else editor.may(Role.AUTHOR)
        if mine:
            found.append(row)
    return found
