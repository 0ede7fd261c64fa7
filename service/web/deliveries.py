"""What went out, what waits, and what nobody knows before a person has looked."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

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
    return render_template(
        "web/deliveries/index.html", page=page, counts=counts(db(), draft_id=draft_id), group=group, draft_id=draft_id
    )


@blueprint.post("/<int:delivery_id>/avklaring")
@requires(Role.APPROVER, Role.ADMIN)
def resolution(delivery_id: int) -> Response:
    went_out = request.form.get("sendt") == "1"
    resolve(db(), delivery_id, signed_in_editor(), went_out=went_out, clock=current().clock)
    notice = "avklart-sendt" if went_out else "avklart-ikke-sendt"
    return redirect(with_notice(url_for("deliveries.index", vis="usikre"), notice), 303)
