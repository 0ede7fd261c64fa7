"""The release plan: what is expected from whom and when, as a table and along the months; added, moved and cancelled.

Embargoed releases are shown to authors and approvers alone until their time (``service.veil``).
"""

import secrets
from collections.abc import Mapping
from datetime import date

from babel.dates import format_date
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.drafting.embargo import embargo_release
from campaigns.editorial.dossier import editor_names
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput
from campaigns.indicators.expected_time import Expected, parse_expected
from campaigns.indicators.expected_words import expected_words
from campaigns.indicators.release import PlannedRelease
from campaigns.indicators.release_plan import followed_titles, history_of, release_by_id, release_plan
from campaigns.indicators.release_steps import (
    add_release,
    cancel_release,
    change_release,
    mark_observed,
    move_release,
    reinstate_release,
)
from campaigns.language import Texts, text_in
from service.auth.access import requires, signed_in
from service.i18n import gettext as _
from service.i18n import language
from service.page_values import locale
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice
from service.web.release_form import ReleaseForm
from service.web.release_timeline import first_month, timeline

blueprint = Blueprint("releases", __name__, url_prefix="/redaksjon/utgivelsesplan")

Answer = str | tuple[str, int] | Response


@blueprint.get("")
@signed_in
def index() -> str:
    today = current().clock.today()
    plan = release_plan(db(), current().clock)
    drawn = timeline(plan.open + plan.observed, first_month(request.args.get("fra"), today), today)
    titles = _titles()
    return render_template(
        "web/releases/index.html", plan=plan, drawn=drawn, titles=titles, shown=request.args.get("vis", "ventes")
    )


@blueprint.get("/ny")
@requires(Role.AUTHOR, Role.APPROVER)
def new() -> str:
    return _form_page(ReleaseForm(token=secrets.token_hex(16)), {})


@blueprint.post("/ny")
@requires(Role.AUTHOR, Role.APPROVER)
def add() -> Answer:
    form = ReleaseForm.typed()
    try:
        facts = form.facts(embargo_until=form.embargo_until())
        token = form.token if form.token.isalnum() else None
        release = add_release(db(), current().clock, facts, _me(), form_token=token)
    except InvalidInput as error:
        return _form_page(form, {error.field or "": _(str(error))}), 422
    return _on_to(release.id, "utgivelse-lagt-til")


@blueprint.get("/<int:release_id>")
@signed_in
def show(release_id: int) -> str:
    return _page(release_by_id(db(), release_id), {})


@blueprint.get("/<int:release_id>/rediger")
@requires(Role.AUTHOR, Role.APPROVER)
def edit(release_id: int) -> str:
    release = release_by_id(db(), release_id)
    return _form_page(ReleaseForm.of(release), {}, release)


@blueprint.post("/<int:release_id>/rediger")
@requires(Role.AUTHOR, Role.APPROVER)
def save(release_id: int) -> Answer:
    release, form = release_by_id(db(), release_id), ReleaseForm.typed()
    try:
        facts = form.facts(embargo_until=release.embargo_until)
        change_release(db(), current().clock, release_id, facts, _me())
    except InvalidInput as error:
        return _form_page(form, {error.field or "": _(str(error))}, release), 422
    return _on_to(release_id, "lagret")


@blueprint.post("/<int:release_id>/flytting")
@requires(Role.AUTHOR, Role.APPROVER)
def move(release_id: int) -> Answer:
    planned = request.form.get("planned", "")
    try:
        move_release(db(), current().clock, release_id, planned, reason=_reason(), actor=_me())
    except InvalidInput as error:
        return _again(release_id, "flytting", error)
    return _on_to(release_id, "utgivelse-flyttet")


@blueprint.post("/<int:release_id>/avlysning")
@requires(Role.AUTHOR, Role.APPROVER)
def cancellation(release_id: int) -> Answer:
    try:
        cancel_release(db(), current().clock, release_id, reason=_reason(), actor=_me())
    except InvalidInput as error:
        return _again(release_id, "avlysning", error)
    return _on_to(release_id, "utgivelse-avlyst")


@blueprint.post("/<int:release_id>/gjenopptak")
@requires(Role.AUTHOR, Role.APPROVER)
def reinstatement(release_id: int) -> Answer:
    reinstate_release(db(), current().clock, release_id, reason=_reason(), actor=_me())
    return _on_to(release_id, "utgivelse-ventes-igjen")


@blueprint.post("/<int:release_id>/observasjon")
@requires(Role.AUTHOR, Role.APPROVER)
def observation(release_id: int) -> Answer:
    mark_observed(db(), current().clock, release_id, note=_reason(), actor=_me())
    return _on_to(release_id, "utgivelse-kommet")


@blueprint.post("/<int:release_id>/sperrefrist")
@requires(Role.AUTHOR, Role.APPROVER)
def embargo(release_id: int) -> Answer:
    try:
        until = ReleaseForm.typed().embargo_until()
        embargo_release(db(), current().clock, release_id, until, reason=_reason(), actor=_me())
    except InvalidInput as error:
        return _again(release_id, "sperrefrist", error)
    return _on_to(release_id, "sperrefrist-lagret")


@blueprint.app_template_filter("expected_words")
def words_of(expected: Expected) -> str:
    """When it is expected, in the language of the page."""
    return expected_words(expected, current().clock.zone, language())


@blueprint.app_template_filter("planned_words")
def planned(text: str) -> str:
    """A time as the history keeps it, in the language of the page."""
    return words_of(parse_expected(text, current().clock.zone))


@blueprint.app_template_filter("short_month")
def short_month(month: date) -> str:
    """``mai``, ``sep.``"""
    return str(format_date(month, "LLL", locale()))


def _page(
    release: PlannedRelease, errors: Mapping[str, str], *, tried: str = "", typed: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "web/releases/show.html",
        release=release, history=history_of(db(), release), names=editor_names(db()), titles=_titles(),
        form=ReleaseForm.of(release), errors=errors, tried=tried, typed=typed or {}, next_year=_next_year(),
    )  # fmt: skip


def _form_page(form: ReleaseForm, errors: Mapping[str, str], release: PlannedRelease | None = None) -> str:
    return render_template(
        "web/releases/form.html", form=form, errors=errors, release=release, titles=_titles(), next_year=_next_year()
    )


def _next_year() -> int:
    """The examples beside the fields are of what is to come."""
    return current().clock.today().year + 1


def _titles() -> dict[str, str]:
    """The followed indicators by id, named in the language of the page."""
    return {key: text_in(Texts(**texts), language()) for key, texts in followed_titles(db()).items()}  # type: ignore[typeddict-item]  # a JSON column


def _again(release_id: int, tried: str, error: InvalidInput) -> tuple[str, int]:
    """The page once more, with what was typed and what is wrong with it."""
    release = release_by_id(db(), release_id)
    errors = {f"{tried}-{error.field or 'reason'}": _(str(error))}
    return _page(release, errors, tried=tried, typed=request.form), 422


def _on_to(release_id: int | None, notice: str) -> Response:
    return redirect(with_notice(url_for("releases.show", release_id=release_id), notice), 303)


def _reason() -> str:
    return request.form.get("reason", "")


def _me() -> Actor:
    person = signed_in_editor()
    assert person.id is not None
    return Actor.editor(person.id)
