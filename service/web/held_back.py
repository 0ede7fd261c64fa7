"""Addresses that get no mail: why each is held back, in plain words, and letting mail through again (E-81)."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.delivery.returns.decisions import MAY_DECIDE, lift_by_hand, lift_forgotten
from campaigns.delivery.returns.held_back import forgotten_case, held_back_page
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, TransitionNotAllowed
from campaigns.subscribers.subscriber import SuppressionReason
from service.auth.access import requires, signed_in
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("held_back", __name__, url_prefix="/redaksjon/sperrede")

Answer = str | tuple[str, int] | Response


@blueprint.get("")
@signed_in
def index() -> str:
    return _page()


@blueprint.post("/<int:subscriber_id>/opphevelse")
@requires(*MAY_DECIDE)
def lifting(subscriber_id: int) -> Answer:
    why = request.form.get("because", "")
    try:
        lift_by_hand(db(), current().clock, subscriber_id, signed_in_editor(), because=why, keys=current().keyring)
    except InvalidInput as error:
        return _page(refused=subscriber_id, errors=errors_of(error)), 422
    except TransitionNotAllowed:  # a second click, or a colleague's
        return redirect(with_notice(url_for("subscriber.show", subscriber_id=subscriber_id), "ikke-sperret"), 303)
    return redirect(with_notice(url_for("subscriber.show", subscriber_id=subscriber_id), "sperre-opphevet"), 303)


@blueprint.post("/opphevelse")
@requires(*MAY_DECIDE)
def lifting_forgotten() -> Answer:
    form = request.form
    try:
        lift_forgotten(
            db(), current().clock, form.get("address", ""), signed_in_editor(),
            because=form.get("because", ""), keys=current().keyring,
        )  # fmt: skip
    except InvalidInput as error:
        return _page(refused=0, errors=errors_of(error)), 422
    return redirect(with_notice(url_for("held_back.index"), "sperre-opphevet"), 303)


def _page(*, refused: int | None = None, errors: dict[str, str] | None = None) -> str:
    wanted, search = request.args.get("grunn", ""), request.args.get("q", "")
    reason = SuppressionReason(wanted) if wanted in list(SuppressionReason) else None
    keys = current().keyring
    page = held_back_page(db(), keys, search=search, reason=reason, page=request.args.get("side", 1, int))
    typed = request.form.get("address", "") if refused == 0 else search
    return render_template(
        "web/held_back/index.html",
        page=page, reason=reason, search=search, typed=request.form, asked=typed,
        forgotten=forgotten_case(db(), keys, typed) if typed and not page.rows else None,
        may_decide=any(signed_in_editor().may(role) for role in MAY_DECIDE),
        in_clear=signed_in_editor().may(Role.ADMIN), refused=refused,
        errors=errors or {},
    )  # fmt: skip
