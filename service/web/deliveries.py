"""What went out, what waits, and what nobody knows before a person has looked: its history, and settling it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.delivery.delivery_story import story_of, uncertain_stories
from campaigns.delivery.lane_state import lane_states
from campaigns.delivery.outcomes import outcome_of
from campaigns.delivery.outlook import outlook
from campaigns.delivery.overview import DeliveryGroup, delivery_page
from campaigns.delivery.resolution import (
    MAY_RESOLVE,
    Resolution,
    Settler,
    may_take_back,
    resolve,
    resolve_many,
    take_back,
)
from campaigns.delivery.second_try import may_go_again, send_again
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from campaigns.newsletter.issue import Issue
from service.auth.access import requires, signed_in
from service.i18n import gettext as _
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("deliveries", __name__, url_prefix="/redaksjon/leveringer")

Answer = str | tuple[str, int] | Response
_NOTICES = {
    Resolution.ARRIVED: "avklart-sendt",
    Resolution.SEND_AGAIN: "avklart-igjen",
    Resolution.LEAVE: "avklart-ikke-sendt",
}


@blueprint.get("")
@signed_in
def index() -> str:
    wanted, draft_id = request.args.get("vis", ""), request.args.get("utkast", None, int)
    group = DeliveryGroup(wanted) if wanted in list(DeliveryGroup) else None
    page = delivery_page(db(), group=group, draft_id=draft_id, page=request.args.get("side", 1, int))
    waiting = page.counts[DeliveryGroup.WAITING]
    now = outlook(lane_states(db()), waiting, current().clock.now()) if draft_id is None else None
    return render_template(
        "web/deliveries/index.html",
        page=page, counts=page.counts, group=group, draft_id=draft_id, now=now, outcome_of=outcome_of,
    )  # fmt: skip


@blueprint.get("/<int:delivery_id>")
@signed_in
def show(delivery_id: int) -> str:
    return _page(delivery_id)


@blueprint.post("/<int:delivery_id>/avklaring")
@requires(*MAY_RESOLVE)
def resolution(delivery_id: int) -> Answer:
    try:
        resolve(
            db(), delivery_id, _settler(), said := _said(),
            reason=request.form.get("reason", ""), clock=current().clock, seen_version=_seen(),
        )  # fmt: skip
    except InvalidInput as error:
        return _page(delivery_id, errors_of(error)), 422
    return redirect(with_notice(url_for("deliveries.show", delivery_id=delivery_id), _NOTICES[said]), 303)


@blueprint.post("/<int:delivery_id>/angring")
@requires(*MAY_RESOLVE)
def undoing(delivery_id: int) -> Answer:
    reason = request.form.get("reason", "")
    try:
        take_back(db(), delivery_id, _settler(), reason=reason, clock=current().clock, seen_version=_seen())
    except InvalidInput as error:
        return _page(delivery_id, errors_of(error)), 422
    return redirect(with_notice(url_for("deliveries.show", delivery_id=delivery_id), "avklaring-angret"), 303)


@blueprint.post("/<int:delivery_id>/nytt-forsok")
@requires(*MAY_RESOLVE)
def second_try(delivery_id: int) -> Response:
    send_again(db(), delivery_id, signed_in_editor(), clock=current().clock)
    return redirect(with_notice(url_for("deliveries.show", delivery_id=delivery_id), "sendes-igjen"), 303)


@blueprint.get("/avklaring")
@signed_in
def uncertain_ones() -> str:
    return _uncertain()


@blueprint.post("/avklaringer")
@requires(*MAY_RESOLVE)
def resolutions() -> Answer:
    """One word on all that are ticked."""
    ticked = request.form.getlist("levering", int)
    try:
        done = resolve_many(
            db(), ticked, _settler(), said := _said(), reason=request.form.get("reason", ""), clock=current().clock
        )
    except InvalidInput as error:
        return _uncertain(errors_of(error), ticked), 422
    notice = "avklart-delvis" if done.before else _NOTICES[said]
    address = url_for("deliveries.uncertain_ones", utsendelse=request.args.get("utsendelse", None, int))
    return redirect(with_notice(address, notice), 303)


def _page(delivery_id: int, errors: dict[str, str] | None = None) -> str:
    story = story_of(db(), delivery_id)
    return render_template(
        "web/deliveries/show.html",
        story=story, can_take_back=may_take_back(db(), story.delivery), may_go_again=may_go_again(story.delivery),
        typed=request.form, errors=errors or {}, **_reader_may(),
    )  # fmt: skip


def _uncertain(errors: dict[str, str] | None = None, ticked: list[int] | None = None) -> str:
    issue_id = request.args.get("utsendelse", None, int)
    found = uncertain_stories(db(), issue_id=issue_id)
    if ticked is None:  # nobody sends to many at once by not looking
        ticked = [one.delivery.id or 0 for one in found.rows] if "alle" in request.args else []
    return render_template(
        "web/deliveries/uncertain.html",
        found=found,
        issue=db().get(Issue, issue_id) if issue_id is not None else None,
        chosen=ticked, typed=request.form, errors=errors or {}, **_reader_may(),
    )  # fmt: skip


def _reader_may() -> dict[str, bool]:
    reader = signed_in_editor()
    return {"may_resolve": any(reader.may(role) for role in MAY_RESOLVE), "in_clear": reader.may(Role.ADMIN)}


def _settler() -> Settler:
    return Settler.of(signed_in_editor())


def _said() -> Resolution:
    word = request.form.get("resolution", "")
    if word not in list(Resolution):
        raise InvalidInput(_("Velg hva som skjedde."), field="resolution")
    return Resolution(word)


def _seen() -> int | None:
    return request.form.get("version", None, int)
