"""Drafts: start one, read one, write in one."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.drafting.slots import proposed_slot
from campaigns.editorial.editor import Role
from campaigns.editorial.steps import ChangedMeanwhile
from campaigns.editorial.workflow import create_news
from campaigns.errors import InvalidInput
from campaigns.language import Language
from chart_renderer.errors import ChartError
from service.auth.access import requires, signed_in
from service.request import current, db, signed_in_editor
from service.web.block_fields import button_pressed
from service.web.draft_page import conflict_page, show_draft
from service.web.draft_saving import save_form, typed_form, with_pictures
from service.web.form_errors import errors_of
from service.web.notices import with_notice

blueprint = Blueprint("drafts", __name__, url_prefix="/redaksjon/utkast")

Answer = str | tuple[str, int] | Response


@blueprint.get("/ny")
@requires(Role.AUTHOR)
def begin() -> str:
    return render_template("web/drafts/new.html", title="", chosen=signed_in_editor().language, errors={})


@blueprint.post("/ny")
@requires(Role.AUTHOR)
def create() -> Answer:
    title, tag = request.form.get("title", ""), request.form.get("language", "")
    try:
        language = Language(tag) if tag in list(Language) else Language.BOKMAAL
        draft = create_news(
            db(),
            signed_in_editor(),
            title=title,
            language=language,
            slot_at=proposed_slot(db(), current().clock, current().drafting_plan),
            clock=current().clock,
        )
    except InvalidInput as error:
        return render_template("web/drafts/new.html", title=title, chosen=tag, errors=errors_of(error)), 422
    return redirect(with_notice(url_for("drafts.show", draft_id=draft.id), "nytt-utkast"), 303)


@blueprint.get("/<int:draft_id>")
@signed_in
def show(draft_id: int) -> str:
    return show_draft(draft_id, editing="rediger" in request.args)


@blueprint.post("/<int:draft_id>")
@requires(Role.AUTHOR)
def save(draft_id: int) -> Answer:
    form = typed_form(draft_id)
    if button_pressed(request.form):
        return show_draft(draft_id, form=form)
    try:
        form = with_pictures(draft_id, form)
        changed = save_form(db(), draft_id, signed_in_editor(), form, clock=current().clock)
    except ChangedMeanwhile as conflict:
        return conflict_page(draft_id, conflict, form)
    except InvalidInput as error:
        return show_draft(draft_id, form=form, errors=errors_of(error)), 422
    except ChartError as error:
        return show_draft(draft_id, form=form, errors={"": str(error)}), 503
    notice = "lagret" if changed else "ingen-endring"
    return redirect(with_notice(url_for("drafts.show", draft_id=draft_id), notice), 303)
