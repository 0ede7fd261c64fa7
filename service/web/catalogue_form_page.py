"""The page of the form that an indicator is written in: what was typed, and what may be chosen."""

from collections.abc import Mapping, Sequence

from flask import render_template
from sqlmodel import Session, col, select

from campaigns.catalogue.editing import entry_of, text_of
from campaigns.days.topics import Topic
from campaigns.indicators.indicator import ChangeKind
from campaigns.sources.source import Source, SourceKind
from chart_renderer.spec import FigureType
from service.catalogue_trial import Trial
from service.i18n import gettext as _
from service.request import db
from service.web.catalogue_form import NEW_SOURCE, slice_of, slug
from service.web.figure_type_words import type_name

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


def form_page(
    fields: Mapping[str, str], topics: Sequence[str], errors: Mapping[str, str], *, preview: Trial | None
) -> str:
    """What was typed, with what there is to choose from."""
    kind, editing = fields.get("sted.type", ""), fields.get("gammel", "")
    sources = sources_at(db(), fields.get("sted.url", ""), SourceKind(kind)) if kind in set(SourceKind) else {}
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


def sources_at(session: Session, url: str, kind: SourceKind) -> dict[str, str]:
    """The sources that are described with this address, those in use first."""
    rows = session.exec(
        select(Source)
        .where(Source.url == url, Source.kind == kind)
        .order_by(col(Source.enabled).desc(), col(Source.id))
    )
    return {row.id: f"{row.attribution.get('nb') or row.id} ({row.id})" for row in rows}


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
