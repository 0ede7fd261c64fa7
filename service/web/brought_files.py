"""Files brought to a source by hand: chosen, looked at, told which column is what, and taken in or let be."""

from datetime import date, datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session, col, select
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from campaigns.audit import Actor
from campaigns.editorial.editor import Editor, Role
from campaigns.errors import CampaignError, InvalidInput, TransitionNotAllowed
from campaigns.indicators.comparison import ChangeClass
from campaigns.indicators.file_preview import figure_text, preview
from campaigns.indicators.incoming_files import (
    Brought,
    discard,
    file_of,
    latest_files,
    open_source,
    receive,
    reopen,
)
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.intake import Word, readings_of, take_in
from campaigns.sources.file_kinds import endings
from campaigns.sources.incoming import BROUGHT_KINDS, Arrival, FileState
from campaigns.sources.limits import MAX_BYTES
from campaigns.sources.refusal import PayloadRefused, in_words
from campaigns.sources.source import FetchOutcome, Source
from campaigns.tables import SessionScope
from service.auth.access import requires, signed_in, takes_files
from service.i18n import gettext as _
from service.i18n import language
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice

blueprint = Blueprint("files", __name__, url_prefix="/redaksjon/kilder/<source_id>/fil")

_FORM_AROUND = 64 * 1024  # what a form adds around the file in it
_HANDS = (Role.AUTHOR, Role.APPROVER, Role.ADMIN)
_REVISIONS = (ChangeClass.REVISION, ChangeClass.WITHDRAWN, ChangeClass.BACKFILL)


@blueprint.app_template_filter("title_of")
def title_of(indicator: Indicator) -> str:
    return indicator.title_in(language())


@blueprint.app_template_filter("takes_files")
def takes_files_by_hand(source: Source) -> bool:
    """Whether a person can bring files to it, so that a page should say where."""
    return source.enabled and source.kind in BROUGHT_KINDS


blueprint.add_app_template_filter(figure_text, "figure_text")


@blueprint.get("")
@signed_in
def index(source_id: str) -> str:
    return _index(source_id, {})


@blueprint.post("")
@requires(*_HANDS)
@takes_files(MAX_BYTES + _FORM_AROUND)
def upload(source_id: str) -> Response | tuple[str, int]:
    given = request.files.get("fil")
    if given is None or not given.filename:
        return _index(source_id, {"fil": _("Velg filen du vil levere.")}), 422
    brought = Brought(
        source_id=source_id, name=given.filename, body=given.stream.read(), arrival=Arrival.UPLOAD, actor=_me()
    )
    try:
        file_id = receive(_scope(), current().clock, brought, blobs=current().folders.source_blobs)
    except PayloadRefused as error:
        return _index(source_id, {"fil": in_words(error)}), 422
    return redirect(url_for("files.show", source_id=source_id, file_id=file_id), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    """A file that is larger than any we read; nothing of it was kept."""
    source_id = (request.view_args or {})["source_id"]
    sentence = _(
        "Filen er for stor. Grensen er %(limit)s MB. Ta bort ark og kolonner som ikke trengs.", limit=MAX_BYTES // 2**20
    )
    return _index(source_id, {"fil": sentence}), 413


@blueprint.get("/<int:file_id>")
@signed_in
def show(source_id: str, file_id: int) -> str:
    return _show(source_id, file_id, {})


@blueprint.post("/<int:file_id>/inntak")
@requires(*_HANDS)
def intake(source_id: str, file_id: int) -> Response | tuple[str, int]:
    try:
        word = _word(current().clock.zone)
        with _scope()(read_only=True) as session:
            file_of(session, source_id, file_id)
        results = take_in(_scope(), current().clock, file_id, word, blobs=current().folders.source_blobs)
    except TransitionNotAllowed:
        return redirect(with_notice(_page(source_id, file_id), "fil-avgjort"), 303)
    except (PayloadRefused, InvalidInput) as error:
        field = error.field if isinstance(error, InvalidInput) and error.field else "inntak"
        return _show(source_id, file_id, {field: in_words(error)}), 422
    outcomes = {result.outcome for result in results}
    notice = (
        "fil-holdt" if FetchOutcome.HELD in outcomes
        else "fil-tatt-inn" if FetchOutcome.STORED in outcomes
        else "fil-uendret"
    )  # fmt: skip
    return redirect(with_notice(_page(source_id, file_id), notice), 303)


@blueprint.post("/<int:file_id>/forkasting")
@requires(*_HANDS)
def discarding(source_id: str, file_id: int) -> Response:
    file_of(db(), source_id, file_id)
    discard(db(), current().clock, file_id, _me())
    return redirect(with_notice(_page(source_id, file_id), "fil-lagt-til-side"), 303)


@blueprint.post("/<int:file_id>/gjenaapning")
@requires(*_HANDS)
def reopening(source_id: str, file_id: int) -> Response:
    file_of(db(), source_id, file_id)
    reopen(db(), current().clock, file_id, _me())
    return redirect(_page(source_id, file_id), 303)


def _index(source_id: str, errors: dict[str, str]) -> str:
    source = open_source(db(), source_id)
    files = latest_files(db(), source_id)
    return render_template(
        "web/files/index.html",
        source=source,
        files=files,
        names=_names(db()),
        errors=errors,
        endings=",".join(endings(source.kind)),
        folder=PurePath("innboks", source_id),
        limit=MAX_BYTES // 2**20,
        hands=any(signed_in_editor().may(role) for role in _HANDS),
    )


def _show(source_id: str, file_id: int, errors: dict[str, str]) -> str:
    file = file_of(db(), source_id, file_id)
    tables, refusal = [], None
    if file.state is FileState.WAITING:
        try:
            readings = readings_of(_scope(), file_id, blobs=current().folders.source_blobs)
            tables = preview(db(), current().clock, open_source(db(), source_id), readings)
        except CampaignError as error:
            refusal = in_words(error)
    return render_template(
        "web/files/show.html",
        source=open_source(db(), source_id),
        file=file,
        names=_names(db()),
        tables=tables,
        refusal=refusal,
        ready=bool(tables) and all(table.understood for table in tables),
        revisions=_REVISIONS,
        unusual=any(table.understood and table.understood.unusual for table in tables),
        errors=errors,
        form=request.form,
        hands=any(signed_in_editor().may(role) for role in _HANDS),
    )


def _word(zone: ZoneInfo) -> Word:
    vouched = request.form.get("likevel") == "1"
    reason = request.form.get("grunn", "").strip()
    if vouched and not reason:
        raise InvalidInput(_("Skriv hvorfor tallene er riktige selv om de ser uvanlige ut."), field="grunn")
    return Word(
        actor=_me(),
        released_on=_date(request.form.get("released_on", "")),
        embargo_until=_instant(request.form.get("embargo", ""), zone),
        vouched_for=reason[:1000] if vouched else None,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidInput(_("Skriv datoen som år, måned og dag."), field="released_on") from error


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
    except ValueError as error:
        raise InvalidInput(_("Velg både dato og klokkeslett for sperrefristen."), field="embargo") from error


def _names(session: Session) -> dict[str, str]:
    """Who brought each file, as people know them."""
    editors = session.exec(select(Editor.id, Editor.name).order_by(col(Editor.id)))
    return {Actor.editor(editor_id).name: name for editor_id, name in editors if editor_id is not None}


def _me() -> Actor:
    person = signed_in_editor()
    assert person.id is not None
    return Actor.editor(person.id)


def _scope() -> SessionScope:
    """Sessions of their own: a file is read without holding the request's."""
    return current().database.session_scope


def _page(source_id: str, file_id: int) -> str:
    return url_for("files.show", source_id=source_id, file_id=file_id)
