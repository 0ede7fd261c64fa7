"""Mail that came back, as staff read it: what it was, what it did, what a person must decide, and undoing it."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.delivery.returns.decisions import MAY_DECIDE, Decision, settle, undo
from campaigns.delivery.returns.effects import Desk
from campaigns.delivery.returns.overview import ReturnGroup, letter_of, return_counts, return_page, return_row
from campaigns.delivery.returns.rates import latest
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, NotFound
from service.auth.access import requires, signed_in
from service.i18n import gettext as _
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("returns", __name__, url_prefix="/redaksjon/retur")

Answer = str | tuple[str, int] | AnyResponse


@blueprint.get("")
@signed_in
def index() -> str:
    wanted = request.args.get("vis", "")
    counts = return_counts(db(), current().clock)
    default = ReturnGroup.WAITING if counts[ReturnGroup.WAITING] else ReturnGroup.EFFECT
    group = ReturnGroup(wanted) if wanted in list(ReturnGroup) else default
    page = return_page(db(), current().clock, group=group, page=request.args.get("side", 1, int))
    return render_template(
        "web/returns/index.html",
        page=page, counts=counts, group=group, rates=latest(db()), in_clear=_sees_addresses(),
    )  # fmt: skip


@blueprint.get("/<int:mail_id>")
@signed_in
def show(mail_id: int) -> str:
    return _page(mail_id)


@blueprint.get("/<int:mail_id>/melding")
@requires(Role.ADMIN)
def raw(mail_id: int) -> Response:
    content = return_row(db(), mail_id).mail.message
    if content is None:
        raise NotFound("Melding", mail_id)
    attached = {"Content-Disposition": f'attachment; filename="retur-{mail_id}.eml"'}
    return Response(content, mimetype="application/octet-stream", headers=attached)


@blueprint.post("/<int:mail_id>/avgjorelse")
@requires(*MAY_DECIDE)
def decision(mail_id: int) -> Answer:
    wanted = request.form.get("decision", "")
    chosen = Decision(wanted) if wanted in list(Decision) else None
    if chosen is None:
        return _page(mail_id, {"decision": _("Velg hva meldingen betyr.")}), 422
    try:
        settle(_desk(), mail_id, signed_in_editor(), chosen, address=request.form.get("address", ""))
    except InvalidInput as error:
        return _page(mail_id, errors_of(error)), 422
    return redirect(with_notice(url_for("returns.index"), _NOTICES[chosen]), 303)


@blueprint.post("/<int:mail_id>/angring")
@requires(*MAY_DECIDE)
def undoing(mail_id: int) -> Answer:
    try:
        undo(
            db(), current().clock, mail_id, signed_in_editor(),
            because=request.form.get("because", ""), keys=current().keyring,
        )  # fmt: skip
    except InvalidInput as error:
        return _page(mail_id, errors_of(error)), 422
    return redirect(with_notice(url_for("returns.show", mail_id=mail_id), "retur-angret"), 303)


_NOTICES = {
    Decision.NOTHING: "retur-ingenting",
    Decision.DEAD_ADDRESS: "retur-sperret",
    Decision.COMPLAINT: "retur-klage",
    Decision.LEAVE: "retur-avmeldt",
}


def _page(mail_id: int, errors: dict[str, str] | None = None) -> str:
    row = return_row(db(), mail_id)
    may_decide = any(signed_in_editor().may(role) for role in MAY_DECIDE)
    return render_template(
        "web/returns/show.html",
        row=row, mail=row.mail, letter=letter_of(row.mail) if _sees_addresses() or may_decide else None,
        may_decide=may_decide, in_clear=_sees_addresses(), typed=request.form,
        errors=errors or {},
    )  # fmt: skip


def _desk() -> Desk:
    return Desk(session=db(), clock=current().clock, keys=current().keyring)


def _sees_addresses() -> bool:
    return signed_in_editor().may(Role.ADMIN)
