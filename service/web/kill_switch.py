"""«Nødstopp»: nothing more leaves, at once, and letting it go again."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.delivery.kill_switch import (
    MAY_RELEASE,
    MAY_STOP,
    WayOut,
    release_sending,
    stop_sending,
    stopped_now,
    waiting_for,
)
from campaigns.editorial.dossier import editor_names
from campaigns.errors import InvalidInput
from service.auth.access import requires, signed_in
from service.i18n import gettext as _
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("kill_switch", __name__, url_prefix="/redaksjon/nodstopp")

Answer = str | tuple[str, int] | Response


@blueprint.get("")
@signed_in
def show() -> str:
    return _page()


@blueprint.post("/stans")
@requires(*MAY_STOP)
def stop() -> Answer:
    try:
        stop_sending(db(), _what(), signed_in_editor(), reason=request.form.get("reason", ""), clock=current().clock)
    except InvalidInput as error:
        return _page(errors=errors_of(error)), 422
    return redirect(with_notice(url_for("kill_switch.show"), "stanset"), 303)


@blueprint.post("/frigivelse")
@requires(*MAY_RELEASE)
def release() -> Answer:
    what = _what()
    try:
        release_sending(db(), what, signed_in_editor(), reason=request.form.get("reason", ""), clock=current().clock)
    except InvalidInput as error:
        return _page(errors=errors_of(error), releasing=what), 422
    return redirect(with_notice(url_for("kill_switch.show"), "sluppet-los"), 303)


def _page(*, errors: dict[str, str] | None = None, releasing: WayOut | None = None) -> str:
    reader, stopped = signed_in_editor(), stopped_now(db())
    return render_template(
        "web/kill_switch/show.html",
        stopped=[(one, waiting_for(db(), one.what)) for one in stopped],
        ways=[way for way in WayOut if way not in {one.what for one in stopped}],
        names=editor_names(db()), typed=request.form, releasing=releasing,
        errors=errors or {},
        may_stop=any(reader.may(role) for role in MAY_STOP),
        may_release=any(reader.may(role) for role in MAY_RELEASE),
    )  # fmt: skip


def _what() -> WayOut:
    what = request.form.get("what", "")
    if what not in list(WayOut):
        raise InvalidInput(_("Velg hva som skal stanses."), field="what")
    return WayOut(what)
