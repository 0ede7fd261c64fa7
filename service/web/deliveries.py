"""What went out, what waits, and what nobody knows before a person has looked."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.delivery.lane_state import lane_states
from campaigns.delivery.outlook import outlook
from campaigns.delivery.overview import DeliveryGroup, counts, delivery_page
from campaigns.delivery.resolution import resolve
from campaigns.editorial.editor import Role
from service.auth.access import requires, signed_in
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice

blueprint = Blueprint("deliveries", __name__, url_prefix="/redaksjon/leveringer")


@blueprint.get("")
@signed_in
def index() -> str:
    wanted, draft_id = request.args.get("vis", ""), request.args.get("utkast", None, int)
    group = DeliveryGroup(wanted) if wanted in list(DeliveryGroup) else None
    page = delivery_page(db(), group=group, draft_id=draft_id, page=request.args.get("side", 1, int))
    numbers = counts(db(), draft_id=draft_id)
    waiting = numbers[DeliveryGroup.WAITING]
    now = outlook(lane_states(db()), waiting, current().clock.now()) if draft_id is None else None
    return render_template(
        "web/deliveries/index.html", page=page, counts=numbers, group=group, draft_id=draft_id, now=now
    )


@blueprint.post("/<int:delivery_id>/avklaring")
@requires(Role.APPROVER, Role.ADMIN)
def resolution(delivery_id: int) -> Response:
    went_out = request.form.get("sendt") == "1"
    resolve(db(), delivery_id, signed_in_editor(), went_out=went_out, clock=current().clock)
    notice = "avklart-sendt" if went_out else "avklart-ikke-sendt"
    return redirect(with_notice(url_for("deliveries.index", vis="usikre"), notice), 303)
