"""The corrections readers are owed: what was printed, what is right, and how each of them ends."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.delivery.correction_desk import corrections, logged_revisions
from campaigns.drafting.corrections.closing import close_task, reopen_task
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from service.auth.access import requires, signed_in
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("corrections", __name__, url_prefix="/redaksjon/rettelser")

Answer = str | tuple[str, int] | Response


@blueprint.get("")
@signed_in
def index() -> str:
    return _page()


@blueprint.post("/<int:task_id>/avslutning")
@requires(Role.AUTHOR, Role.APPROVER)
def closing(task_id: int) -> Answer:
    form = request.form
    try:
        close_task(
            db(), current().clock, task_id,
            outcome=form.get("outcome", ""), reason=form.get("reason", ""), actor=_actor(),
        )  # fmt: skip
    except InvalidInput as error:
        return _page(refused=task_id, errors=errors_of(error)), 422
    return redirect(with_notice(url_for("corrections.index", angre=task_id), "rettelse-avsluttet"), 303)


@blueprint.post("/<int:task_id>/gjenapning")
@requires(Role.AUTHOR, Role.APPROVER)
def reopening(task_id: int) -> Response:
    reopen_task(db(), current().clock, task_id, actor=_actor())
    return redirect(with_notice(url_for("corrections.index"), "rettelse-aapnet"), 303)


def _page(*, refused: int | None = None, errors: dict[str, str] | None = None) -> str:
    closed = request.args.get("vis") == "avsluttet"
    page, undo = request.args.get("side", "1"), request.args.get("angre", "")
    return render_template(
        "web/corrections/index.html",
        found=corrections(db(), closed=closed, page=int(page) if page.isdecimal() and len(page) < 6 else 1),
        logged=logged_revisions(db()),
        closed=closed,
        undo=int(undo) if undo.isdecimal() and len(undo) < 12 else None,
        refused=refused,
        errors=errors or {},
        typed=request.form,
    )


def _actor() -> Actor:
    return Actor.editor(signed_in_editor().id or 0)
