"""The editor's last step and the page of one indicator: words and units, tried out on real figures, then saved."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session, col, select
from werkzeug.wrappers import Response

from campaigns.catalogue.editing import entry_of, save, source_entry_of, text_of
from campaigns.catalogue.refusal import CatalogueInvalid
from campaigns.days.topics import Topic
from campaigns.editorial.editor import Role
from campaigns.errors import CampaignError, InvalidInput
from campaigns.indicators.indicator import ChangeKind
from campaigns.sources.description import Description
from campaigns.sources.refusal import PayloadRefused, in_words
from campaigns.sources.source import Source, SourceKind
from chart_renderer.spec import FigureType
from service.auth.access import reads_only, requires
from service.catalogue_trial import Trial, faults_by_place, trial
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
    slice_of,
    slug,
    source_from,
)
from service.web.catalogue_found import Found
from service.web.catalogue_table import chosen_of, picks_said, refused_selection
from service.web.figure_type_words import type_name
from service.web.notices import with_notice

blueprint = Blueprint("catalogue_editor", __name__, url_prefix="/redaksjon/katalog")

_BY_FIGURE = (
    "line",
    "area",
    "column",
    "bar",
    "donut",
    "treemap",
    "multiples",
    "indexed",
    "stacked_column",
    "share_column",
)
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
    matching = _sources_at(db(), found.place.url, found.kind)
    own = fields.get("kilde", "")
    fields["kilde"] = own if own in matching else next(iter(matching), NEW_SOURCE)
    return _form(fields, _topics_of(found.indicator_id), {}, preview=None)


@blueprint.get("/indikator/<indicator_id>")
@requires(Role.ADMIN)
def edit(indicator_id: str) -> str:
    entry = entry_of(db(), indicator_id)
    source = source_entry_of(db(), entry["source"])
    fields = {
        **fields_of(entry), "gammel": indicator_id, "sted.url": source.get("url", ""), "sted.type": source["kind"]
    }  # fmt: skip
    return _form(fields, list(entry.get("topics", [])), {}, preview=None)


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
        return _form(fields, topics, faults_by_place(error), preview=None), 422
    except (InvalidInput, PayloadRefused) as error:
        field = (error.field if isinstance(error, InvalidInput) else None) or "forhandsvisning"
        return _form(fields, topics, {field: in_words(error)}, preview=None), 422
    except CampaignError as error:
        return _form(fields, topics, {"forhandsvisning": str(error)}, preview=None), 422
    return _form({**fields, "svar": tried.answer}, topics, {}, preview=tried)


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
        return _form(fields, topics, faults_by_place(error), preview=None), 422
    except InvalidInput as error:
        return _form(fields, topics, {error.field or "id": str(error)}, preview=None), 422
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


def _sources_at(session: Session, url: str, kind: SourceKind) -> dict[str, str]:
    """The sources that are described with this address, those in use first."""
    rows = session.exec(
        select(Source)
        .where(Source.url == url, Source.kind == kind)
        .order_by(col(Source.enabled).desc(), col(Source.id))
    )
    return {row.id: f"{row.attribution.get('nb') or row.id} ({row.id})" for row in rows}


def _form(fields: Mapping[str, str], topics: Sequence[str], errors: Mapping[str, str], *, preview: Trial | None) -> str:
    kind, editing = fields.get("sted.type", ""), fields.get("gammel", "")
    sources = _sources_at(db(), fields.get("sted.url", ""), SourceKind(kind)) if kind in set(SourceKind) else {}
    own = fields.get("kilde", "")
    if own and own != NEW_SOURCE and own not in sources and (row := db().get(Source, own)) is not None:
        sources = {own: f"{row.attribution.get('nb') or own} ({own})", **sources}
    entry = entry_of(db(), editing) if editing else None
    return render_template(
        "web/catalogue/form.html",
        form=fields,
        errors=dict(errors),
        topics=topics,
        all_topics=[(topic.value, topic.label[:1].upper() + topic.label[1:]) for topic in Topic],
        sources=[*sources.items(), (NEW_SOURCE, _("En ny kilde"))],
        new_source=NEW_SOURCE,
        changes=[
            (ChangeKind.RELATIVE.value, _("Prosent (4,2 % mer enn året før)")),
            (ChangeKind.POINTS.value, _("Prosentpoeng (for andeler)")),
            (ChangeKind.ABSOLUTE.value, _("I egen enhet (1 500 kr mer)")),
        ],
        charts=_charts(fields.get("chart.type", "")),
        dimensions=_dimensions(fields),
        preview=preview,
        editing=editing,
        entry=entry,
        suggested_id=slug(fields.get("title.nb", "")),
        as_yaml=text_of({**entry}, None) if entry else None,
    )


def _charts(own: str) -> list[tuple[str, str]]:
    """The types to choose from, and the one that is there should it be another."""
    return [(value, chart_word(value)) for value in dict.fromkeys((*_BY_FIGURE, *([own] if own else [])))]


def _dimensions(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the chart may have a series for each category of: the axes the indicator has a category on."""
    own = fields.get("chart.dimension", "")
    names = list(dict.fromkeys([*slice_of(fields), *([own] if own else [])]))
    return [("", _("Bare indikatoren selv"))] + [
        (name, _("Én for hver kategori av %(axis)s", axis=name)) for name in names
    ]


def chart_word(kind: str) -> str:
    """The chart type as people know it."""
    return {
        "line": _("Linje"),
        "area": _("Areal"),
        "column": _("Søyler"),
        "bar": _("Liggende søyler, siste periode"),
        "donut": _("Smultring, siste periode"),
        "treemap": _("Trekart, siste periode"),
        "multiples": _("Små figurer side om side"),
        "indexed": _("Indeks, første periode er 100"),
        "stacked_column": _("Stablede søyler"),
        "share_column": _("Stablede søyler i prosent"),
        "grouped_column": _("Søyler side om side"),
    }.get(kind) or (type_name(FigureType(kind)) if kind in set(FigureType) else kind)


def _digest(text: str) -> str:
    """A hash as we name files by; nothing else becomes a path."""
    return text if len(text) == 64 and all(sign in "0123456789abcdef" for sign in text) else ""
