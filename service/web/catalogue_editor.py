"""The editor's last step and the page of one indicator: words and units, tried out on real figures, then saved."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from campaigns.catalogue.editing import entry_of, save, source_entry_of
from campaigns.catalogue.refusal import CatalogueInvalid
from campaigns.editorial.editor import Role
from campaigns.errors import CampaignError, InvalidInput
from campaigns.indicators.indicator import ChangeKind
from campaigns.sources.description import Description
from campaigns.sources.refusal import PayloadRefused, in_words
from campaigns.sources.source import SourceKind
from chart_renderer.spec import FigureType
from service.auth.access import reads_only, requires
from service.catalogue_trial import faults_by_place, trial
from service.i18n import gettext as _
from service.i18n import language
from service.request import current, db
from service.web.catalogue import me
from service.web.catalogue_form import (
    NEW_SOURCE,
    dumped,
    entry_from,
    fields_of,
    publisher_fields,
    source_from,
)
from service.web.catalogue_form_page import form_page, sources_at
from service.web.catalogue_found import Found
from service.web.catalogue_table import chosen_of, picks_said, refused_selection
from service.web.notices import with_notice

blueprint = Blueprint("catalogue_editor", __name__, url_prefix="/redaksjon/katalog")

_LONGEST_TITLE = 120


@blueprint.get("/ny/innhold")
@requires(Role.ADMIN)
def words() -> str | tuple[str, int]:
    """The form for what was chosen: a new indicator, or one that is there with another table."""
    found = Found.of_request()
    try:
        chosen = chosen_of(found)
    except InvalidInput as error:
        return refused_selection(found, error)
    fields = _first_fields(found)
    if found.indicator_id:
        fields |= fields_of(entry_of(db(), found.indicator_id))
    fields |= {
        "query": dumped(chosen.query), "slice": dumped(chosen.slice), "gammel": found.indicator_id,
        "sted.url": found.place.url, "sted.type": found.kind.value,
    }  # fmt: skip
    matching = sources_at(db(), found.place.url, found.kind)
    own = fields.get("kilde", "")
    fields["kilde"] = own if own in matching else next(iter(matching), NEW_SOURCE)
    return form_page(fields, _topics_of(found.indicator_id), {}, preview=None)


@blueprint.get("/indikator/<indicator_id>")
@requires(Role.ADMIN)
def edit(indicator_id: str) -> str:
    entry = entry_of(db(), indicator_id)
    source = source_entry_of(db(), entry["source"])
    fields = {
        **fields_of(entry), "gammel": indicator_id, "sted.url": source.get("url", ""), "sted.type": source["kind"]
    }  # fmt: skip
    return form_page(fields, list(entry.get("topics", [])), {}, preview=None)


@blueprint.post("/forhandsvisning")
@requires(Role.ADMIN)
@reads_only
def preview() -> str | tuple[str, int]:
    """Title, chart and key figure from the source's real figures; nothing is saved."""
    fields = dict(request.form)
    topics = request.form.getlist("topics")
    try:
        indicator, source = _said(fields, topics)
        tried = trial(current(), indicator, source, answer=_digest(request.form.get("svar", "")), language=language())
    except CatalogueInvalid as error:
        return form_page(fields, topics, faults_by_place(error), preview=None), 422
    except (InvalidInput, PayloadRefused) as error:
        field = (error.field if isinstance(error, InvalidInput) else None) or "forhandsvisning"
        return form_page(fields, topics, {field: in_words(error)}, preview=None), 422
    except CampaignError as error:
        return form_page(fields, topics, {"forhandsvisning": str(error)}, preview=None), 422
    return form_page({**fields, "svar": tried.answer}, topics, {}, preview=tried)


@blueprint.post("/lagring")
@requires(Role.ADMIN)
def saving() -> Response | tuple[str, int]:
    fields, topics = dict(request.form), request.form.getlist("topics")
    editing = fields.get("gammel") or None
    try:
        indicator, source = _said(fields, topics)
        new = None if fields.get("kilde", NEW_SOURCE) != NEW_SOURCE else source
        applied = save(db(), current().clock, indicator, new, editing=editing, actor=me())
    except CatalogueInvalid as error:
        return form_page(fields, topics, faults_by_place(error), preview=None), 422
    except InvalidInput as error:
        return form_page(fields, topics, {error.field or "id": str(error)}, preview=None), 422
    notice = "indikator-lagret" if applied.changed_anything else "ingen-endring"
    return redirect(with_notice(url_for("indicators.show", indicator_id=indicator["id"]), notice), 303)


@blueprint.get("/bilde/<sha256>.png")
@requires(Role.ADMIN)
def picture(sha256: str) -> Response:
    """A chart that was drawn for a preview."""
    return Response(current().image_of(_digest(sha256)), mimetype="image/png")


def _said(fields: Mapping[str, str], topics: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The entry and its source, as the form says them. Touches the database with a session of its own."""
    with current().database.session_scope(read_only=True) as session:
        editing = fields.get("gammel") or ""
        before = entry_of(session, editing) if editing else {}
        entry = entry_from(fields, list(topics), before)
        if editing:
            entry["id"] = editing
        chosen = fields.get("kilde", NEW_SOURCE)
        if chosen != NEW_SOURCE:
            source = source_entry_of(session, chosen)
        else:
            kind = fields.get("sted.type", "")
            if kind not in set(SourceKind):
                raise InvalidInput(_("Begynn med å lime inn adressen til tabellen."), field="kilde")
            source = source_from(fields, fields.get("sted.url", ""), SourceKind(kind))
        entry["source"] = source["id"]
    return entry, source


def _first_fields(found: Found) -> dict[str, str]:
    """What the source's own words say already."""
    description = found.description
    title = _plain_title(description, found)
    return {
        "id": "",
        "title.nb": title,
        "decimals": "0",
        "factor": "1",
        "change": ChangeKind.RELATIVE.value,
        "chart.type": FigureType.LINE.value,
        "unit.nb": _unit(found),
        **publisher_fields(urlsplit(found.address).hostname or ""),
        **({"source.attribution.nb": description.source} if description.source else {}),
    }


def _plain_title(description: Description, found: Found) -> str:
    """The chosen measure when the table has several, else the table's own name without its number."""
    picks, _newest = picks_said(description, request.args)
    measure = next((axis for axis in description.axes if axis.id in {"ContentsCode", "MEASURE_TYPE"}), None)
    if measure is not None and len(measure.choices) > 1:
        return measure.label_of(picks[measure.id].code)[:_LONGEST_TITLE]
    table = str(found.place.query.get("table", ""))
    return description.label.removeprefix(f"{table}:").removeprefix(table).strip(" ,:")[:_LONGEST_TITLE]


def _unit(found: Found) -> str:
    picks, _newest = picks_said(found.description, request.args)
    units = (
        choice.unit
        for axis in found.description.axes
        for choice in axis.choices
        if choice.unit and choice.code == picks[axis.id].code
    )
    unit = next(units, "")
    return "%" if unit.casefold() in {"prosent", "percent", "per cent"} else unit


def _topics_of(indicator_id: str) -> list[str]:
    return list(entry_of(db(), indicator_id).get("topics", [])) if indicator_id else []


def _digest(text: str) -> str:
    """A hash as we name files by; nothing else becomes a path."""
    return text if len(text) == 64 and all(sign in "0123456789abcdef" for sign in text) else ""
