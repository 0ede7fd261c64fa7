"""The readers of one issue: who got it, who did not and why; and how far it has come, for the page that follows it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.delivery.delivery import DeliveryState
from campaigns.delivery.outcomes import Outcome, breakdown
from campaigns.delivery.recipient_list import recipient_page
from campaigns.delivery.resolution import MAY_RESOLVE
from campaigns.delivery.second_try import may_all_go_again, send_all_again
from campaigns.editorial.editor import Role
from campaigns.errors import NotFound
from campaigns.newsletter.issue import Issue
from service.auth.access import requires, signed_in
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice
from service.web.outcome_page import told_of

_ENDED = {Outcome.FAILED.value: DeliveryState.FAILED, Outcome.BOUNCED.value: DeliveryState.BOUNCED}

blueprint = Blueprint("recipients", __name__, url_prefix="/redaksjon/utsendelser/<int:issue_id>")


@blueprint.get("/mottakere")
@signed_in
def index(issue_id: int) -> str:
    wanted, reason = request.args.get("utfall", ""), request.args.get("grunn", "")
    outcome = Outcome(wanted) if wanted in list(Outcome) else None
    search = request.args.get("q", "")
    told = breakdown(db(), issue_id)
    reasons = {Outcome.FAILED: told.failures, Outcome.BOUNCED: told.returns}.get(outcome) if outcome else None
    if reasons and len(reasons) == 1:
        reason = next(iter(reasons)) or "annet"  # nothing to choose between
    page = recipient_page(
        db(), issue_id, told=told,
        outcome=outcome, category=("" if reason == "annet" else reason) if reason else None,
        search=search, page=request.args.get("side", 1, int),
    )  # fmt: skip
    return render_template(
        "web/deliveries/recipients.html",
        issue=_issue(issue_id), told=told, page=page,
        outcome=outcome, reasons=reasons or {}, reason=reason, search=search,
        in_clear=signed_in_editor().may(Role.ADMIN), may_send_again=_may_send_again(outcome, reason),
        must_choose=not reason and any(_may_send_again(outcome, one) for one in reasons or ()),
    )  # fmt: skip


@blueprint.post("/mottakere/nytt-forsok")
@requires(*MAY_RESOLVE)
def second_try(issue_id: int) -> Response:
    """All that failed or came back for one reason, once more."""
    again = send_all_again(
        db(), issue_id, request.form.get("grunn", ""), signed_in_editor(), clock=current().clock,
        ended=_ENDED.get(request.form.get("utfall", ""), DeliveryState.FAILED),
    )  # fmt: skip
    address = url_for("recipients.index", issue_id=issue_id, utfall=Outcome.WAITING.value)
    return redirect(with_notice(address, "sendes-igjen-alle") if again else address, 303)


@blueprint.get("/framdrift")
@signed_in
def progress(issue_id: int) -> str:
    """The part of the issue's page that moves while it is sent."""
    return render_template("web/deliveries/_outcomes.html", issue=_issue(issue_id), **told_of(issue_id))


def _may_send_again(outcome: Outcome | None, reason: str) -> bool:
    """Whether all that are listed may be sent again by whoever looks at them."""
    helps = outcome is not None and outcome in _ENDED and may_all_go_again(_ENDED[outcome], reason)
    return helps and any(signed_in_editor().may(role) for role in MAY_RESOLVE)


def _issue(issue_id: int) -> Issue:
    found = db().get(Issue, issue_id)
    if found is None or found.closed_at is None:
        raise NotFound("Utsendelse", issue_id)
    return found
