"""Segments at the desk: saved from what was searched for, counted, renamed, redefined, deleted."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.editorial.dossier import editor_names
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, StaleVersion
from campaigns.newsletter.segment_uses import SegmentInUse, delete_segment, uses_of
from campaigns.newsletter.trail import TrailLine, trail_of
from campaigns.subscribers.criteria import Criteria
from campaigns.subscribers.segment import FEW
from campaigns.subscribers.segments import (
    all_segments,
    count_segment,
    count_segments,
    redefine_segment,
    rename_segment,
    save_segment,
    segment_by_id,
)
from service.auth.access import requires, signed_in
from service.i18n import gettext as _
from service.request import current, db, signed_in_editor
from service.web.criteria_form import criteria_words, wanted_of
from service.web.form_errors import errors_of
from service.web.notices import with_notice
from service.web.subscribers import show_register

blueprint = Blueprint("segments", __name__, url_prefix="/redaksjon/abonnenter/utvalg")

Answer = str | tuple[str, int] | Response


@blueprint.get("")
@signed_in
def index() -> str:
    segments = all_segments(db())
    numbers = count_segments(db(), current().clock, [segment.chosen for segment in segments])
    rows = [(one, number, uses_of(db(), one.id or 0)) for one, number in zip(segments, numbers, strict=True)]
    return render_template("web/segments/index.html", rows=rows, few=FEW)


@blueprint.post("")
@requires(Role.AUTHOR, Role.ADMIN)
def save() -> Answer:
    """Those who are shown, under a name."""
    try:
        name, wanted = request.form.get("navn", ""), wanted_of(request.form)
        found = save_segment(db(), current().clock, name=name, wanted=wanted, actor=_me())
    except InvalidInput as error:
        return show_register(errors_of(error)), 422
    return _on_to(found.id or 0, "utvalg-lagret")


@blueprint.get("/<int:segment_id>")
@signed_in
def show(segment_id: int) -> str:
    return _page(segment_id, {})


@blueprint.post("/<int:segment_id>/navn")
@requires(Role.AUTHOR, Role.ADMIN)
def name(segment_id: int) -> Answer:
    try:
        name, seen = request.form.get("navn", ""), request.form.get("sett_navn", "")
        rename_segment(db(), current().clock, segment_id, name=name, actor=_me(), seen_name=seen)
    except StaleVersion as conflict:
        return _page(segment_id, {"navn": str(conflict)}), 409
    except InvalidInput as error:
        return _page(segment_id, errors_of(error)), 422
    return _on_to(segment_id, "lagret")


@blueprint.post("/<int:segment_id>/kjennetegn")
@requires(Role.AUTHOR, Role.ADMIN)
def criteria(segment_id: int) -> Answer:
    """Those who are shown, in place of those it held."""
    wanted, seen = wanted_of(request.form), request.form.get("sett", "")
    try:
        redefine_segment(db(), current().clock, segment_id, wanted=wanted, actor=_me(), seen_sha256=seen)
    except StaleVersion as conflict:
        found = segment_by_id(db(), segment_id)
        return render_template("web/segments/conflict.html", segment=found, wanted=wanted.bare, conflict=conflict), 409
    except InvalidInput as error:
        return show_register(errors_of(error)), 422
    return _on_to(segment_id, "utvalg-endret")


@blueprint.post("/<int:segment_id>/sletting")
@requires(Role.AUTHOR, Role.ADMIN)
def deletion(segment_id: int) -> Answer:
    try:
        seen = request.form.get("sett_navn", ""), request.form.get("sett", "")
        delete_segment(db(), current().clock, segment_id, actor=_me(), seen=seen)
    except StaleVersion as conflict:
        return _page(segment_id, {"slett": str(conflict)}), 409
    except SegmentInUse as refusal:
        return _page(segment_id, {"slett": str(refusal)}), 422
    return redirect(with_notice(url_for("segments.index"), "utvalg-slettet"), 303)


def _page(segment_id: int, errors: dict[str, str]) -> str:
    found, reader = segment_by_id(db(), segment_id), signed_in_editor()
    return render_template(
        "web/segments/show.html",
        segment=found,
        count=count_segment(db(), current().clock, found.chosen),
        uses=uses_of(db(), segment_id),
        few=FEW,
        may_save=reader.may(Role.AUTHOR) or reader.may(Role.ADMIN),
        in_clear=reader.may(Role.ADMIN),
        typed_name=request.form.get("navn", found.name),
        errors=errors,
        history=_history(segment_id),
    )


def _history(segment_id: int) -> list[TrailLine]:
    """Who made it, and who made it another, with what it was before."""
    lines = trail_of(db(), ("segment", segment_id), editor_names(db()))
    born = next((place for place, line in enumerate(lines) if line.action == "segment.saved"), len(lines))
    # Before it there may be the trail of a deleted one, which had the number first.
    return [replace(line, comment=_before_and_after(line.detail)) for line in lines[: born + 1]]


def _before_and_after(detail: Mapping[str, Any]) -> str | None:
    """A name, or criteria in words."""
    if "before" not in detail:
        return None
    before, now = detail["before"], detail.get("criteria", detail.get("name"))
    if "criteria" in detail:
        before, now = (", ".join(criteria_words(Criteria.from_stored(each))) for each in (before, now))
    return "\n".join([_("Før: %(what)s", what=before), _("Nå: %(what)s", what=now)])


def _on_to(segment_id: int, notice: str) -> Response:
    return redirect(with_notice(url_for("segments.show", segment_id=segment_id), notice), 303)


def _me() -> Actor:
    return Actor.editor(signed_in_editor().id or 0)
