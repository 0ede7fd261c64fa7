"""What is decided about a draft, each as a thing of its own to post to. Every step carries what the program saw."""

from typing import TypeVar

from flask import Blueprint, Response

from campaigns.days.quiet import require_open_date
from campaigns.drafting.staleness import acknowledge
from campaigns.editorial import workflow
from campaigns.editorial.dossier import dossier
from campaigns.editorial.editor import Role
from campaigns.editorial.steps import locked, require_seen
from service.api.draft_messages import SeenDraft
from service.api.drafts import CHANGED, told
from service.api.issue_json import MODE
from service.api.issue_messages import Slot, StepWithWords, Withdrawal
from service.api.reading import Step, message, stale_to_programs
from service.auth.access import for_programs
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_draft_steps", __name__, url_prefix="/api/v1/drafts/<int:draft_id>")

Taken = TypeVar("Taken", bound=Step)


@blueprint.post("/submission")
@for_programs(Role.AUTHOR)
def submission(draft_id: int) -> Response:
    _seen(draft_id, message(Step))
    _require_open(draft_id)
    workflow.submit(db(), draft_id, signed_in_editor(), clock=current().clock)
    return told(draft_id)


@blueprint.post("/approval")
@for_programs(Role.APPROVER)
def approval(draft_id: int) -> Response:
    said = message(SeenDraft)
    _require_open(draft_id)
    with stale_to_programs(CHANGED):
        workflow.approve(db(), draft_id, signed_in_editor(), sha256=said.sha256, mode=MODE, clock=current().clock)
    return told(draft_id)


@blueprint.post("/vouching")
@for_programs(Role.AUTHOR)
def vouching(draft_id: int) -> Response:
    said = message(SeenDraft)
    with stale_to_programs(CHANGED):
        workflow.vouch(db(), draft_id, signed_in_editor(), sha256=said.sha256, clock=current().clock)
    return told(draft_id)


@blueprint.post("/change-request")
@for_programs(Role.APPROVER)
def change_request(draft_id: int) -> Response:
    said = _seen(draft_id, message(StepWithWords))
    workflow.request_changes(db(), draft_id, signed_in_editor(), comment=said.comment, clock=current().clock)
    return told(draft_id)


@blueprint.post("/rejection")
@for_programs(Role.APPROVER)
def rejection(draft_id: int) -> Response:
    said = _seen(draft_id, message(StepWithWords))
    workflow.reject(db(), draft_id, signed_in_editor(), comment=said.comment, clock=current().clock)
    return told(draft_id)


@blueprint.post("/schedule")
@for_programs(Role.AUTHOR, Role.APPROVER)
def schedule(draft_id: int) -> Response:
    said, clock = _seen(draft_id, message(Slot)), current().clock
    require_open_date(db(), said.slot_at, clock.zone)
    workflow.schedule(db(), draft_id, signed_in_editor(), said.slot_at, clock=clock)
    return told(draft_id)


@blueprint.post("/withdrawal")
@for_programs(Role.AUTHOR, Role.APPROVER)
def withdrawal(draft_id: int) -> Response:
    said = _seen(draft_id, message(Withdrawal))
    workflow.withdraw(db(), draft_id, signed_in_editor(), comment=said.comment, clock=current().clock)
    return told(draft_id)


@blueprint.post("/reopening")
@for_programs(Role.AUTHOR)
def reopening(draft_id: int) -> Response:
    _seen(draft_id, message(Step))
    acknowledge(db(), draft_id, current().clock)
    workflow.reopen(db(), draft_id, signed_in_editor(), clock=current().clock)
    return told(draft_id)


def _seen(draft_id: int, said: Taken) -> Taken:
    """What the program says, once the draft is held and still is what the program saw. Raises ``StaleVersion``."""
    with stale_to_programs(CHANGED):
        require_seen(db(), locked(db(), draft_id), said.version)
    return said


def _require_open(draft_id: int) -> None:
    require_open_date(db(), dossier(db(), draft_id).draft.slot_at, current().clock.zone)
