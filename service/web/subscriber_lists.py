"""Bringing a list of subscribers: choose the file, say what its columns are, look at the numbers, and say yes."""

from collections.abc import Iterator
from itertools import islice

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from campaigns.audit import Actor
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, TransitionNotAllowed
from campaigns.sources.limits import MAX_BYTES
from campaigns.subscribers.list_columns import ListColumn
from campaigns.subscribers.list_desk import (
    Said,
    describe,
    fault_list,
    file_of,
    latest_lists,
    let_be,
    list_of,
    receive,
)
from campaigns.subscribers.list_file import kind_of, look_at_list
from campaigns.subscribers.list_import import ImportState
from campaigns.subscribers.list_intake import allow
from campaigns.subscribers.list_reading import fault_lines
from campaigns.subscribers.lists import Provenance
from service.auth.access import requires, takes_files
from service.i18n import gettext as _
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice

blueprint = Blueprint("subscriber_lists", __name__, url_prefix="/redaksjon/abonnenter/lister")

_FORM_AROUND = 64 * 1024  # what a form adds around the file in it
_FAULTS_SHOWN = 5
Answer = str | tuple[str, int] | AnyResponse


@blueprint.get("")
@requires(Role.ADMIN)
def index() -> str:
    return _index({})


@blueprint.post("")
@requires(Role.ADMIN)
@takes_files(MAX_BYTES + _FORM_AROUND)
def upload() -> Answer:
    given = request.files.get("fil")
    if given is None or not given.filename:
        return _index({"fil": _("Velg filen med adressene.")}), 422
    folder = current().folders.brought_lists
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        scratch = folder / f"{signed_in_editor().id}-ny.{kind_of(given.filename).value}"
        given.save(scratch)
        found = receive(db(), current().clock, scratch, name=given.filename, by=_me())
    except InvalidInput as error:
        return _index({"fil": _(str(error))}), 422
    scratch.rename(file_of(folder, found))
    return redirect(url_for("subscriber_lists.show", import_id=found.id), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    sentence = _("Filen er for stor. Grensen er %(limit)s MB. Del listen i flere filer.", limit=MAX_BYTES // 2**20)
    return _index({"fil": sentence}), 413


@blueprint.get("/<int:import_id>")
@requires(Role.ADMIN)
def show(import_id: int) -> str:
    return _show(import_id, {})


@blueprint.get("/<int:import_id>/framdrift")
@requires(Role.ADMIN)
def progress(import_id: int) -> str:
    """The part of the page that moves while the list is read or taken in."""
    return render_template("web/subscribers/_list_progress.html", found=list_of(db(), import_id))


@blueprint.post("/<int:import_id>/lesing")
@requires(Role.ADMIN)
def reading(import_id: int) -> Answer:
    form = request.form
    reason = form.get("already_confirmed", "") if form.get("bekreftet") == "1" else None
    try:
        word = Provenance(text=form.get("provenance", ""), already_confirmed=reason)
        describe(db(), list_of(db(), import_id), Said(columns=form.getlist("bruk"), provenance=word))
    except InvalidInput as error:
        return _show(import_id, {error.field or "kolonner": _(str(error))}), 422
    except TransitionNotAllowed as refusal:
        return _too_late(import_id, refusal)
    return redirect(url_for("subscriber_lists.show", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/inntak")
@requires(Role.ADMIN)
def intake(import_id: int) -> Answer:
    found, skipping = list_of(db(), import_id), request.form.get("hopp") == "1"
    if found.state in {ImportState.TAKING, ImportState.TAKEN}:  # a second click, or a colleague's
        return redirect(url_for("subscriber_lists.show", import_id=import_id), 303)
    try:
        allow(db(), current().clock, found, actor=_me(), passing_over_faults=skipping)
    except InvalidInput as error:
        return _show(import_id, {error.field or "hopp": _(str(error))}), 422
    except TransitionNotAllowed as refusal:
        return _too_late(import_id, refusal)
    return redirect(url_for("subscriber_lists.show", import_id=import_id), 303)


@blueprint.post("/<int:import_id>/forkasting")
@requires(Role.ADMIN)
def dropping(import_id: int) -> Answer:
    found = list_of(db(), import_id)
    try:
        let_be(db(), current().clock, found, by=_me())
    except TransitionNotAllowed as refusal:
        return _too_late(import_id, refusal)
    file_of(current().folders.brought_lists, found).unlink(missing_ok=True)
    return redirect(with_notice(url_for("subscriber_lists.index"), "liste-lagt-bort"), 303)


@blueprint.get("/<int:import_id>/feil.csv")
@requires(Role.ADMIN)
def faults(import_id: int) -> Response:
    name = f"feil-{import_id}.csv"
    list_of(db(), import_id)
    scope = current().database.session_scope

    def lines() -> Iterator[str]:
        yield "\ufeff"  # tells spreadsheets that it is UTF-8
        with scope(read_only=True) as session:
            yield from fault_list(session, list_of(session, import_id))

    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(lines(), mimetype="text/csv", headers=headers)


def _index(errors: dict[str, str]) -> str:
    return render_template(
        "web/subscribers/lists.html", lists=latest_lists(db()), errors=errors, limit=MAX_BYTES // 2**20
    )


def _too_late(import_id: int, refusal: TransitionNotAllowed) -> Answer:
    """The page as it is now, for somebody whose own was behind."""
    return _show(import_id, {"": _(str(refusal))}), 409


def _show(import_id: int, errors: dict[str, str]) -> str:
    found = list_of(db(), import_id)
    path = file_of(current().folders.brought_lists, found)
    faulty = found.state is ImportState.READ and found.faults > 0
    look = look_at_list(path, found.kind) if found.state is ImportState.CHOSEN and path.exists() else None
    return render_template(
        "web/subscribers/list.html",
        found=found,
        look=look,
        uses=request.form.getlist("bruk") or found.columns,
        choices=_choices(),
        faults=list(islice(fault_lines(db(), import_id), _FAULTS_SHOWN)) if faulty else [],
        form=request.form,
        errors=errors,
    )


def _choices() -> list[tuple[str, str]]:
    return [
        (ListColumn.IGNORE.value, _("Leses ikke")),
        (ListColumn.ADDRESS.value, _("E-postadresse")),
        (ListColumn.LANGUAGE.value, _("Språk")),
        (ListColumn.TOPICS.value, _("Temaer")),
        (ListColumn.FREQUENCY.value, _("Hvor ofte")),
    ]


def _me() -> Actor:
    person = signed_in_editor()
    assert person.id is not None
    return Actor.editor(person.id)
