"""Commemorative days: which there are, when they come, and which this monitor marks."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.days.switch import listed_days, switch_day
from campaigns.editorial.editor import Role
from service.auth.access import requires, signed_in
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice

blueprint = Blueprint("days", __name__, url_prefix="/redaksjon/merkedager")


@blueprint.get("")
@signed_in
def index() -> str:
    return render_template(
        "web/days/index.html", days=listed_days(db(), current().clock.today()), shown=request.args.get("vis", "paa")
    )


@blueprint.post("/<day_id>/bruk")
@requires(Role.AUTHOR, Role.ADMIN)
def use(day_id: str) -> Response:
    person = signed_in_editor()
    assert person.id is not None
    enabled = request.form.get("paa") == "1"
    changed = switch_day(db(), current().clock, day_id, enabled=enabled, actor=Actor.editor(person.id))
    notice = ("dag-paa" if enabled else "dag-av") if changed else "ingen-endring"
    back = url_for("days.index", vis="alle" if request.form.get("vis") == "alle" else "paa")
    return redirect(with_notice(back, notice), 303)
