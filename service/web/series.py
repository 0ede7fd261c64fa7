"""Issues that come round by themselves: the list of series, setting one up, and its page."""

import secrets
from dataclasses import replace
from datetime import date, timedelta

from babel.dates import format_date
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, Refused, StaleVersion
from campaigns.newsletter import series_steps as steps
from campaigns.newsletter.issue_lacks import PREHEADER, SUBJECT
from campaigns.newsletter.rhythm import LAST, LAST_DAY, Every, Rhythm
from campaigns.newsletter.series_desk import SeriesDossier, planned_turns, series_dossier, series_list
from campaigns.newsletter.series_words import PLACES
from campaigns.subscribers.segments import all_segments
from campaigns.subscribers.topics import choices
from service.auth.access import reads_only, requires, signed_in
from service.i18n import gettext as _
from service.i18n import language
from service.page_values import locale
from service.request import current, db, signed_in_editor
from service.web.form_errors import errors_of
from service.web.notices import with_notice
from service.web.series_form import SeriesForm

blueprint = Blueprint("series", __name__, url_prefix="/redaksjon/utsendelser/faste")

Answer = str | tuple[str, int] | Response


@blueprint.app_template_filter()
def rhythm_words(rhythm: Rhythm) -> str:
    """``Første tirsdag i måneden``"""
    words = _rhythm_in_words(rhythm)
    return words[0].upper() + words[1:]


def _rhythm_in_words(rhythm: Rhythm) -> str:
    weekday = weekday_name(rhythm.weekday)
    if rhythm.every is Every.MONTH_DAY:
        last = rhythm.day == LAST_DAY
        return _("den siste dagen i måneden") if last else _("den %(day)s. i hver måned", day=rhythm.day)
    if rhythm.every is Every.MONTH_WEEKDAY:
        return _("%(which)s %(weekday)s i måneden", which=nth_names()[rhythm.nth], weekday=weekday)
    if rhythm.every is Every.WEEK:
        return _("hver %(weekday)s", weekday=weekday)
    return _("annenhver %(weekday)s", weekday=weekday)


def weekday_name(number: int) -> str:
    """``mandag`` for 1."""
    monday = date(2027, 1, 4)
    return str(format_date(monday + timedelta(days=number - 1), "EEEE", locale()))


def nth_names() -> dict[int, str]:
    """What stands before a weekday of the month."""
    return {1: _("første"), 2: _("andre"), 3: _("tredje"), 4: _("fjerde"), LAST: _("siste")}


@blueprint.get("")
@signed_in
def index() -> str:
    return render_template("web/series/index.html", rows=series_list(db(), current().clock))


@blueprint.get("/ny")
@requires(Role.AUTHOR)
def begin() -> str:
    return _form(SeriesForm.new(current().clock.today(), signed_in_editor().language, secrets.token_hex(12)))


@blueprint.post("/ny")
@requires(Role.AUTHOR)
def create() -> Answer:
    form, clock = SeriesForm.typed(request.form), current().clock
    try:
        token = form.token or secrets.token_hex(12)
        series = steps.begin_series(db(), signed_in_editor(), form.plan(), clock=clock, form_token=token)
    except InvalidInput as error:
        return _form(form, errors=errors_of(error)), 422
    return _on_to(series.id or 0, "serie-laget")


@blueprint.get("/<int:series_id>")
@signed_in
def show(series_id: int) -> str:
    return _page(series_id)


@blueprint.get("/<int:series_id>/rediger")
@requires(Role.AUTHOR)
def edit(series_id: int) -> str:
    found = series_dossier(db(), series_id, current().clock)
    return _form(SeriesForm.of(found.series), found=found)


@blueprint.post("/<int:series_id>/rediger")
@requires(Role.AUTHOR)
def save(series_id: int) -> Answer:
    form, clock = SeriesForm.typed(request.form), current().clock
    try:
        changed = steps.change_series(
            db(), series_id, signed_in_editor(), form.plan(), seen_version=form.version, clock=clock
        )  # fmt: skip
    except StaleVersion as conflict:
        found = series_dossier(db(), series_id, clock)
        return _form(form, found=found, conflict=str(conflict)), 409
    except InvalidInput as error:
        found = series_dossier(db(), series_id, clock)
        return _form(form, found=found, errors=errors_of(error)), 422
    return _on_to(series_id, "serie-endret" if changed else "ingen-endring")


@blueprint.post("/plan")
@signed_in
@reads_only
def live() -> str:
    """What changes on the page while somebody fills in the form: when the next ones come, and what they are called."""
    return render_template("web/series/_live.html", **_ahead(SeriesForm.typed(request.form)))


@blueprint.post("/oppsett")
@requires(Role.AUTHOR)
@reads_only
def outline() -> str:
    """The same without scripts: the whole form again, with what it comes to."""
    series_id = request.args.get("serie", type=int)
    found = series_dossier(db(), series_id, current().clock) if series_id is not None else None
    return _form(SeriesForm.typed(request.form), found=found)


@blueprint.post("/<int:series_id>/pause")
@requires(Role.AUTHOR, Role.APPROVER)
def pause(series_id: int) -> Response:
    steps.pause_series(db(), series_id, signed_in_editor(), clock=current().clock)
    return _on_to(series_id, "serie-pause")


@blueprint.post("/<int:series_id>/videre")
@requires(Role.AUTHOR, Role.APPROVER)
def resumption(series_id: int) -> Response:
    steps.resume_series(db(), series_id, signed_in_editor(), clock=current().clock)
    return _on_to(series_id, "serie-videre")


@blueprint.post("/<int:series_id>/avslutning")
@requires(Role.AUTHOR, Role.APPROVER)
def ending(series_id: int) -> Answer:
    if request.form.get("sikker") != "1":
        return _page(
            series_id, errors={"sikker": _("Kryss av for at den faste utsendelsen skal avsluttes for godt.")}
        ), 422
    steps.end_series(db(), series_id, signed_in_editor(), clock=current().clock)
    return _on_to(series_id, "serie-avsluttet")


@blueprint.post("/<int:series_id>/sletting")
@requires(Role.AUTHOR)
def deletion(series_id: int) -> Response:
    steps.delete_series(db(), series_id, signed_in_editor(), clock=current().clock)
    return redirect(with_notice(url_for("series.index"), "serie-slettet"), 303)


def _page(series_id: int, errors: dict[str, str] | None = None) -> str:
    reader = signed_in_editor()
    return render_template(
        "web/series/show.html",
        found=series_dossier(db(), series_id, current().clock),
        may_steer=reader.may(Role.AUTHOR) or reader.may(Role.APPROVER),
        subject_choices=choices(language()),
        errors=errors or {},
    )


def _form(
    form: SeriesForm,
    *,
    found: SeriesDossier | None = None,
    errors: dict[str, str] | None = None,
    conflict: str | None = None,
) -> str:
    """The form; after a conflict it holds what was typed, to be saved over the version that stands now."""
    return render_template(
        "web/series/form.html",
        form=form,
        version=found.series.version if found and (conflict or not form.version) else form.version,
        found=found,
        errors=errors or {},
        conflict=conflict,
        segments=all_segments(db()),
        subject_choices=choices(language()),
        places=PLACES,
        weekdays=[(str(number), weekday_name(number)) for number in range(1, 8)],
        nths=[(str(number), name) for number, name in nth_names().items()],
        last_day=LAST_DAY,
        subject_length=SUBJECT,
        preheader_length=PREHEADER,
        most=steps.MOST,
        **_ahead(form),
    )


def _ahead(form: SeriesForm) -> dict[str, object]:
    """The next ones as the form stands; a sentence while it cannot be read yet."""
    named = replace(form, name=form.name or "–", subject=form.subject or _("Uten emne"))  # the dates need no words
    try:
        return {"ahead": planned_turns(db(), named.plan(), current().clock), "unread": ""}
    except Refused as error:
        return {"ahead": [], "unread": _(str(error))}


def _on_to(series_id: int, notice: str) -> Response:
    return redirect(with_notice(url_for("series.show", series_id=series_id), notice), 303)
