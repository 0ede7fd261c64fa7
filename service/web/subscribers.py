"""Subscribers as staff see them: found by address or by what they chose, and taken out as a list."""

from collections.abc import Iterator, Mapping

from flask import Blueprint, Response, render_template, request

from campaigns.audit import Actor
from campaigns.editorial.editor import Role
from campaigns.subscribers.lists import export_subscribers
from campaigns.subscribers.register import register_page
from campaigns.subscribers.segments import all_segments
from campaigns.subscribers.throttle import last_alarm
from campaigns.subscribers.topics import choices
from service.auth.access import requires, signed_in
from service.i18n import language
from service.request import current, db, signed_in_editor
from service.web.criteria_form import asked_of, lately_choices, wanted_of

blueprint = Blueprint("subscribers", __name__, url_prefix="/redaksjon/abonnenter")


@blueprint.get("")
@signed_in
def index() -> str:
    return show_register({})


@blueprint.post("/uttak")
@requires(Role.ADMIN)
def export() -> Response:
    """Those who are shown, all of them, as CSV. That they were taken out, and by whom, is written down."""
    actor, wanted = Actor.editor(signed_in_editor().id or 0), wanted_of(request.form)
    lines = export_subscribers(db(), current().clock, actor=actor, wanted=wanted)
    scope = current().database.session_scope

    def body() -> Iterator[str]:
        yield "\ufeff"  # tells spreadsheets that it is UTF-8
        with scope(read_only=True) as session:
            yield from lines(session)

    name = f"abonnenter-{current().clock.today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body(), mimetype="text/csv", headers=headers)


def show_register(errors: Mapping[str, str]) -> str:
    """The list, with what was looked for, and what is wrong with saving it."""
    wanted, reader = wanted_of(request.values), signed_in_editor()
    now = current().clock.now()
    segments, opened = all_segments(db()), request.values.get("utvalg", type=int)
    open_segment = next((one for one in segments if one.id == opened), None)
    return render_template(
        "web/subscribers/index.html",
        page=register_page(db(), wanted.as_of(now), page=request.values.get("side", 1, int)),
        wanted=wanted,
        asked=asked_of(wanted),
        segments=segments,
        open_segment=open_segment,
        may_save=reader.may(Role.AUTHOR) or reader.may(Role.ADMIN),
        errors=errors,
        seen_sha256=request.values.get("sett") or (open_segment.criteria_sha256 if open_segment else ""),
        typed_name=request.form.get("navn", ""),
        subjects=choices(language()),
        lately=lately_choices(wanted),
        in_clear=reader.may(Role.ADMIN),
        alarm=last_alarm(db(), current().clock),
        limits=current().sign_up_limits,
    )
