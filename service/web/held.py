"""Figures that were held back: what differs, and what a person decides about them."""

from decimal import Decimal

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.editorial.editor import Role, name_of
from campaigns.errors import InvalidInput
from campaigns.indicators.held_view import held_view, held_views, reworded
from campaigns.indicators.judgement import accept_held, refuse_held, reopen_held
from chart_renderer.numbers import format_value
from chart_renderer.spec import NumberStyle
from service.auth.access import requires, signed_in
from service.i18n import language
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice

blueprint = Blueprint("held", __name__, url_prefix="/redaksjon/holdt-tilbake")

Answer = str | tuple[str, int] | Response


@blueprint.get("")
@signed_in
def index() -> str:
    pending, decided = held_views(db())
    return render_template("web/held/index.html", waiting=pending, judged=decided, reworded=reworded(db()))


@blueprint.get("/<int:held_id>")
@signed_in
def show(held_id: int) -> str:
    return _page(held_id, errors={}, reason="")


@blueprint.post("/<int:held_id>/godtakelse")
@requires(Role.AUTHOR, Role.APPROVER)
def acceptance(held_id: int) -> Answer:
    reason = request.form.get("reason", "")
    try:
        taken = accept_held(db(), current().clock, held_id, _actor(), reason)
    except InvalidInput as error:
        return _page(held_id, errors={"reason": str(error)}, reason=reason), 422
    return _on_to("tall-tatt-inn-funn" if taken.findings else "tall-tatt-inn")


@blueprint.post("/<int:held_id>/avvisning")
@requires(Role.AUTHOR, Role.APPROVER)
def refusal(held_id: int) -> Answer:
    reason = request.form.get("reason", "")
    try:
        refuse_held(db(), current().clock, held_id, _actor(), reason)
    except InvalidInput as error:
        return _page(held_id, errors={"reason": str(error)}, reason=reason), 422
    return _on_to("tall-avvist")


@blueprint.post("/<int:held_id>/angring")
@requires(Role.AUTHOR, Role.APPROVER)
def reopening(held_id: int) -> Answer:
    reopen_held(db(), current().clock, held_id, _actor())
    return redirect(with_notice(url_for("held.show", held_id=held_id), "tall-venter-igjen"))


@blueprint.app_template_filter("as_told")
def as_told(value: Decimal | None) -> str:
    """The source's own figure, with as many decimals as it has: ``4 351,9``."""
    decimals = 0 if value is None else max(0, -int(value.as_tuple().exponent))
    return format_value(value, NumberStyle(decimals=min(decimals, 9)), language().value)


@blueprint.app_template_filter("editor_name")
def editor_name(actor: str | None) -> str:
    """Who decided, by name; empty for a part of the service."""
    return name_of(db(), actor) or ""


def _actor() -> Actor:
    editor = signed_in_editor()
    assert editor.id is not None
    return Actor.editor(editor.id)


def _page(held_id: int, *, errors: dict[str, str], reason: str) -> str:
    return render_template("web/held/show.html", view=held_view(db(), held_id), errors=errors, reason=reason)


def _on_to(notice: str) -> Response:
    return redirect(with_notice(url_for("held.index"), notice))
