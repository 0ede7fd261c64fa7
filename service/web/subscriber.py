"""One subscriber: what they got and said yes to, and what they may ask us to do (P-06)."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.delivery.reader_story import reader_story
from campaigns.delivery.returns.decisions import MAY_DECIDE, hold_back_by_hand
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from campaigns.subscribers.audience import subscriber_by_id
from campaigns.subscribers.consent import Origin
from campaigns.subscribers.enrolment import unsubscribe
from service.auth.access import requires, signed_in
from service.erasing import erase_everywhere
from service.i18n import gettext as _
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("subscriber", __name__, url_prefix="/redaksjon/abonnenter/<int:subscriber_id>")
ON_REQUEST = "asked the newsroom"  # the consent's origin when somebody here was asked to do it


@blueprint.get("")
@signed_in
def show(subscriber_id: int) -> str:
    return _page(subscriber_id, {})


@blueprint.post("/avmelding")
@requires(Role.ADMIN)
def leaving(subscriber_id: int) -> Response:
    subscriber_by_id(db(), subscriber_id)
    unsubscribe(db(), current().clock, subscriber_id, Origin(where=ON_REQUEST), by=_me())
    return redirect(with_notice(url_for("subscriber.show", subscriber_id=subscriber_id), "leser-avmeldt"), 303)


@blueprint.post("/sperring")
@requires(*MAY_DECIDE)
def holding_back(subscriber_id: int) -> tuple[str, int] | Response:
    why = request.form.get("because", "")
    try:
        hold_back_by_hand(
            db(), current().clock, subscriber_id, signed_in_editor(), because=why, keys=current().keyring
        )  # fmt: skip
    except InvalidInput as error:
        return _page(subscriber_id, errors_of(error)), 422
    return redirect(with_notice(url_for("subscriber.show", subscriber_id=subscriber_id), "leser-sperret"), 303)


@blueprint.post("/sletting")
@requires(Role.ADMIN)
def erasing(subscriber_id: int) -> tuple[str, int] | Response:
    subscriber_by_id(db(), subscriber_id)
    if request.form.get("sikker") != "1":
        return _page(subscriber_id, {"sikker": _("Kryss av for at leseren har bedt om å bli slettet.")}), 422
    erase_everywhere(current(), db(), subscriber_id, actor=_me())
    return redirect(with_notice(url_for("subscribers.index"), "leser-slettet"), 303)


def _page(subscriber_id: int, errors: dict[str, str]) -> str:
    return render_template(
        "web/subscribers/show.html",
        story=reader_story(db(), subscriber_id, current().keyring),
        errors=errors,
        in_clear=signed_in_editor().may(Role.ADMIN),
        may_decide=any(signed_in_editor().may(role) for role in MAY_DECIDE),
        typed=request.form,
    )


def _me() -> Actor:
    return Actor.editor(signed_in_editor().id or 0)
