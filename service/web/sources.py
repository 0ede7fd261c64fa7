"""The sources: how it goes with each, why, what comes next, and «Hent nå»."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.editorial.editor import Role
from campaigns.indicators.fetch_now import fetch_now
from campaigns.indicators.source_health import source_health, sources_health
from campaigns.indicators.source_records import recent_fetches
from service.auth.access import requires, signed_in
from service.request import current, db, signed_in_editor
from service.web import source_words
from service.web.notices import with_notice

blueprint = Blueprint("sources", __name__, url_prefix="/redaksjon/kilder")


@blueprint.get("")
@signed_in
def index() -> str:
    return render_template("web/sources/index.html", views=sources_health(db(), current().clock), words=source_words)


@blueprint.get("/<source_id>")
@signed_in
def show(source_id: str) -> str:
    view = source_health(db(), current().clock, source_id)
    fetches = recent_fetches(db(), source_id)
    return render_template("web/sources/show.html", view=view, fetches=fetches, words=source_words)


@blueprint.get("/<source_id>/framdrift")
@signed_in
def progress(source_id: str) -> str:
    """The part of the page that moves while the source is being fetched."""
    view = source_health(db(), current().clock, source_id)
    return render_template("web/sources/_progress.html", view=view, words=source_words)


@blueprint.post("/<source_id>/henting")
@requires(Role.AUTHOR, Role.APPROVER, Role.ADMIN)
def fetching(source_id: str) -> Response:
    person = signed_in_editor()
    assert person.id is not None
    asked = fetch_now(db(), current().clock, source_id, Actor.editor(person.id))
    notice = "henting-bestilt" if asked else "henting-i-gang"
    return redirect(with_notice(url_for("sources.show", source_id=source_id), notice), 303)
