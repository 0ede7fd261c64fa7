"""What each column of a brought sheet is, said in the browser: the step between a file and its figures."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response

from campaigns.catalogue.source_entries import QueryEntry
from campaigns.editorial.editor import Role
from campaigns.errors import InvalidInput, TransitionNotAllowed
from campaigns.indicators.brought_tables import MAPPED, FollowedTable, followed_tables
from campaigns.indicators.incoming_files import file_of, open_source
from campaigns.sources import blobs as kept
from campaigns.sources.columns import ColumnUse, columns_of
from campaigns.sources.incoming import FileState, IncomingFile
from campaigns.sources.plain_text import ENCODINGS
from campaigns.sources.refusal import PayloadRefused, in_words
from campaigns.sources.sheet_look import SheetLook, look_at
from campaigns.sources.source import Source, SourceKind
from service.auth.access import requires
from service.i18n import gettext as _
from service.request import current, db
from service.web.notices import with_notice

blueprint = Blueprint("file_columns", __name__, url_prefix="/redaksjon/kilder/<source_id>/fil/<int:file_id>/kolonner")

SHEETS = frozenset({SourceKind.CSV, SourceKind.XLSX})
_MANY_COLUMNS = 15
_HANDS = (Role.AUTHOR, Role.APPROVER, Role.ADMIN)


@blueprint.get("")
@requires(*_HANDS)
def show(source_id: str, file_id: int) -> str:
    return _page(source_id, file_id, {})


@blueprint.post("/lagring")
@requires(*_HANDS)
def save(source_id: str, file_id: int) -> Response | tuple[str, int]:
    try:
        said = columns_said()
    except InvalidInput as error:
        return _page(source_id, file_id, {"kolonner": in_words(error)}), 422
    file = file_of(db(), source_id, file_id)
    _require_waiting(file)
    table = _table(open_source(db(), source_id), file)
    file.mapping = {**file.mapping, table.key: said}
    db().add(file)
    target = url_for("files.show", source_id=source_id, file_id=file_id)
    return redirect(with_notice(target, "kolonner-lagret"), 303)


def _page(source_id: str, file_id: int, errors: dict[str, str]) -> str:
    source, file = open_source(db(), source_id), file_of(db(), source_id, file_id)
    _require_waiting(file)
    if source.kind not in SHEETS:
        raise InvalidInput("Bare regneark og CSV-filer har kolonner å velge.")
    table = _table(source, file)
    chosen = {**{key: table.query[key] for key in MAPPED if key in table.query}, **opened_as()}
    look, refusal = None, None
    try:
        look = look_at(source.kind, kept.fetch(current().folders.source_blobs, file.sha256), chosen)
    except PayloadRefused as error:
        refusal = in_words(error)
    posted = dict(zip(request.form.getlist("navn"), request.form.getlist("bruk"), strict=False))
    return render_template(
        "web/files/columns.html",
        source=source,
        file=file,
        table=table,
        look=look,
        refusal=refusal,
        chosen=chosen,
        uses={**(look.uses if look else {}), **posted},
        choices=list(column_choices(look)) if look else [],
        encodings=[(name, name) for name in ENCODINGS],
        errors=errors,
    )


def _require_waiting(file: IncomingFile) -> None:
    if file.state is not FileState.WAITING:
        raise TransitionNotAllowed(
            "Filen er allerede tatt inn eller lagt til side.", state=file.state.value, wanted="mapping"
        )


def _table(source: Source, file: IncomingFile) -> FollowedTable:
    wanted = request.values.get("tabell", "")
    tables = followed_tables(db(), source, file)
    return next((table for table in tables if table.key == wanted), tables[0])


def opened_as() -> dict[str, Any]:
    """How the file is opened, as far as this request says it."""
    values = request.values
    chosen: dict[str, Any] = {}
    if sheet := values.get("ark", ""):
        chosen["sheet"] = sheet
    if (row := values.get("rad", "")).isdecimal():
        chosen["header"] = int(row)
    for field, key in (("skille", "separator"), ("desimal", "decimal"), ("tegnsett", "encoding")):
        if value := values.get(field, ""):
            chosen[key] = value
    if values.get("fyll") == "1":
        chosen["fill_down"] = True
    return chosen


def columns_said() -> dict[str, Any]:
    """The part of a query this form describes. Raises ``InvalidInput`` when it makes no table."""
    uses = zip(request.form.getlist("navn"), request.form.getlist("bruk"), strict=False)
    columns = {name: use for name, use in uses if name}
    if undecided := [name for name, use in columns.items() if not use]:
        raise InvalidInput(_("Velg hva «%(column)s» er.", column=undecided[0]))
    try:
        query = QueryEntry.model_validate({**opened_as(), "columns": shortened(columns)})
    except ValidationError as error:
        raise InvalidInput(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from error
    columns_of(query.columns or {}, fill_down=bool(query.fill_down))
    return query.asked()


def shortened(columns: Mapping[str, str]) -> dict[str, str]:
    """Columns of periods said with a star, so that next year's file, with a column more, is read as well."""
    if list(columns.values()).count(ColumnUse.PERIOD) == 0:
        return dict(columns)
    return {**{name: use for name, use in columns.items() if use != ColumnUse.PERIOD}, "*": ColumnUse.PERIOD.value}


def column_choices(look: SheetLook) -> Iterator[tuple[str, str]]:
    words = {
        "": _("Velg …"),
        ColumnUse.DIMENSION: _("Gruppe eller kategori"),
        ColumnUse.TIME: _("Tid"),
        ColumnUse.VALUE: _("Tall"),
        ColumnUse.PERIOD: _("Tall for perioden i overskriften"),
        ColumnUse.FLAG: _("Merke på tallet"),
        ColumnUse.IGNORE: _("Leses ikke"),
    }
    yield from ((str(use), word) for use, word in words.items())
    described = [
        name
        for name, use in look.uses.items()
        if len(look.headings) <= _MANY_COLUMNS or use in {ColumnUse.DIMENSION, ColumnUse.TIME}
    ]
    yield from ((f"{ColumnUse.LABEL}:{name}", _("Navn på «%(column)s»", column=name)) for name in described)
    yield from ((f"{ColumnUse.UNIT}:{name}", _("Enhet for «%(column)s»", column=name)) for name in described)
