"""What is decided about an issue, each as a thing of its own to post to. Every step carries what the program saw."""

from typing import TypeVar, cast

from flask import Blueprint, Response, jsonify

from campaigns.days.quiet import require_open_date
from campaigns.delivery.correct_issue import begin_correction
from campaigns.delivery.issue_control import cancel_issue, pause_issue, resume_issue
from campaigns.delivery.trial_mail import Trial, TrialOffice, send_trial, trial_readers
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, Unavailable
from campaigns.newsletter import issue_workflow as workflow
from campaigns.newsletter.issue import id_of
from campaigns.newsletter.issue_steps import locked_issue, require_version
from campaigns.newsletter.preflight import require_ready
from service.api.issue_json import MODE
from service.api.issue_messages import Cancellation, SeenContent, Slot, StepWithWords, TrialMail, Withdrawal
from service.api.issues import created, told
from service.api.reading import Step, idempotency_key, message
from service.auth.access import for_programs
from service.public.trial_link import trial_link
from service.request import current, db, signed_in_editor

blueprint = Blueprint("api_issue_steps", __name__, url_prefix="/api/v1/issues/<int:issue_id>")

Taken = TypeVar("Taken", bound=Step)


@blueprint.post("/submission")
@for_programs(Role.AUTHOR)
def submission(issue_id: int) -> Response:
    _seen(issue_id, message(Step))
    require_ready(db(), issue_id, current().press, current().clock)
    workflow.submit_issue(db(), issue_id, signed_in_editor(), clock=current().clock)
    return told(issue_id)


@blueprint.post("/approval")
@for_programs(Role.APPROVER)
def approval(issue_id: int) -> Response:
    said, clock = message(SeenContent), current().clock
    require_ready(db(), issue_id, current().press, clock)
    workflow.approve_issue(db(), issue_id, signed_in_editor(), sha256=said.sha256, mode=MODE, clock=clock)
    return told(issue_id)


@blueprint.post("/vouching")
@for_programs(Role.AUTHOR)
def vouching(issue_id: int) -> Response:
    said = message(SeenContent)
    workflow.vouch_for_issue(db(), issue_id, signed_in_editor(), sha256=said.sha256, clock=current().clock)
    return told(issue_id)


@blueprint.post("/change-request")
@for_programs(Role.APPROVER)
def change_request(issue_id: int) -> Response:
    said = _seen(issue_id, message(StepWithWords))
    workflow.request_issue_changes(
        db(), issue_id, signed_in_editor(), comment=said.comment, clock=current().clock
    )  # fmt: skip
    return told(issue_id)


@blueprint.post("/rejection")
@for_programs(Role.APPROVER)
def rejection(issue_id: int) -> Response:
    said = _seen(issue_id, message(StepWithWords))
    workflow.reject_issue(db(), issue_id, signed_in_editor(), comment=said.comment, clock=current().clock)
    return told(issue_id)


@blueprint.post("/schedule")
@for_programs(Role.AUTHOR, Role.APPROVER)
def schedule(issue_id: int) -> Response:
    said, clock = _seen(issue_id, message(Slot)), current().clock
    require_open_date(db(), said.slot_at, clock.zone)
    workflow.schedule_issue(db(), issue_id, signed_in_editor(), said.slot_at, clock=clock)
    return told(issue_id)


@blueprint.post("/withdrawal")
@for_programs(Role.AUTHOR, Role.APPROVER)
def withdrawal(issue_id: int) -> Response:
    said = _seen(issue_id, message(Withdrawal))
    workflow.withdraw_issue(db(), issue_id, signed_in_editor(), comment=said.comment, clock=current().clock)
    return told(issue_id)


@blueprint.post("/reopening")
@for_programs(Role.AUTHOR)
def reopening(issue_id: int) -> Response:
    _seen(issue_id, message(Step))
    workflow.reopen_issue(db(), issue_id, signed_in_editor(), clock=current().clock)
    return told(issue_id)


@blueprint.post("/pause")
@for_programs(Role.AUTHOR, Role.APPROVER, Role.ADMIN)
def pause(issue_id: int) -> Response:
    said = _seen(issue_id, message(StepWithWords))
    pause_issue(db(), issue_id, signed_in_editor(), reason=said.comment, clock=current().clock)
    return told(issue_id)


@blueprint.post("/resumption")
@for_programs(Role.APPROVER, Role.ADMIN)
def resumption(issue_id: int) -> Response:
    _seen(issue_id, message(Step))
    resume_issue(db(), issue_id, signed_in_editor(), clock=current().clock)
    return told(issue_id)


@blueprint.post("/cancellation")
@for_programs(Role.APPROVER, Role.ADMIN)
def cancellation(issue_id: int) -> Response:
    said = _seen(issue_id, message(Cancellation))
    cancel_issue(
        db(), issue_id, signed_in_editor(), reason=said.comment, confirmed=said.confirmed, clock=current().clock
    )  # fmt: skip
    return told(issue_id)


@blueprint.post("/correction")
@for_programs(Role.AUTHOR)
def correction(issue_id: int) -> tuple[Response, int]:
    """Begin an issue that puts this one right, for exactly those who got it; the one that is begun, if there is one."""
    _seen(issue_id, message(Step))
    clock, public_url = current().clock, current().settings.public_url
    return created(id_of(begin_correction(db(), issue_id, signed_in_editor(), clock=clock, public_url=public_url)))


@blueprint.post("/test-mail")
@for_programs(Role.AUTHOR, Role.APPROVER)
def test_mail(issue_id: int) -> Response:
    """Send a trial to colleagues. The same ``Idempotency-Key`` again sends nothing."""
    said, service = message(TrialMail), current()
    office = TrialOffice(
        press=service.press, mailroom=service.mailroom, lanes=service.mail_lanes, own_link=trial_link(service.settings)
    )
    scope = service.database.session_scope  # nothing is held while the relay answers
    trial = Trial(to=_colleagues(said.to), edition=said.edition, form_token=idempotency_key())
    faults = send_trial(scope, issue_id, signed_in_editor(), trial, office=office, clock=service.clock)
    if len(faults) == len(trial.to):
        raise Unavailable(" ".join(faults))
    return jsonify({"to": said.to, "problems": faults})


def _seen(issue_id: int, said: Taken) -> Taken:
    """What the program says, once the issue is held and still is what the program saw. Raises ``IssueChanged``."""
    require_version(db(), locked_issue(db(), issue_id), said.version)
    return said


def _colleagues(addresses: list[str]) -> frozenset[int]:
    """Their ids. Raises ``InvalidInput`` for an address that is nobody's here, so that none is left out unseen."""
    with current().database.session_scope(read_only=True) as session:
        known = {person.email.lower(): cast("int", person.id) for person in trial_readers(session)}
    if strangers := [address for address in addresses if address.strip().lower() not in known]:
        raise InvalidInput(f"{strangers[0]} er ingen forfatter eller godkjenner her.", field="to")
    return frozenset(known[address.strip().lower()] for address in addresses)
