"""An indicator tried out before it is saved: its real figures, taken in where nothing is kept.

The trial has a database of its own in memory, so that the figures go the very way they will go when the indicator
is saved: the catalogue's validation, the adapter, the recording, the key figure and the chart.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, SQLModel

from campaigns.catalogue.apply import apply_catalogue
from campaigns.catalogue.editing import NAME, text_of
from campaigns.catalogue.refusal import CatalogueInvalid
from campaigns.clock import Clock
from campaigns.drafting.figures import figure_for, origin_of
from campaigns.errors import CampaignError, InvalidInput
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.overview import IndicatorView, indicator_view
from campaigns.indicators.poll_result import Answer
from campaigns.indicators.recording import record_answer
from campaigns.indicators.schedule import shows_unfinished_figures
from campaigns.language import Language
from campaigns.sources import blobs as kept
from campaigns.sources.adapters import adapter_for
from campaigns.sources.answers import check_answer
from campaigns.sources.host_turn import host_turn
from campaigns.sources.paging import ask
from campaigns.sources.politeness import host_of
from campaigns.sources.source import FetchOutcome, Source, SourceKind
from campaigns.sources.table import Table
from campaigns.tables import SessionScope
from chart_renderer.errors import ChartError
from chart_renderer.spec import FigureSpec
from service.bootstrap import Service

_CANVAS = "wide"
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """How the indicator would look. ``answer`` is the hash of the source's bytes, so that it need not be asked again.

    ``fault`` says in words why there is no figure, when there is none.
    """

    view: IndicatorView
    spec: FigureSpec | None
    image: str | None
    answer: str
    alt_text: str = ""
    fault: str | None = None
    unfinished: bool = False  # the source shows zeros and dots at this hour


def trial(service: Service, indicator: Row, source: Row, *, answer: str, language: Language) -> Trial:
    """Try the indicator on the source's figures; ``answer`` names bytes at hand, else the source is asked.

    Raises ``CatalogueInvalid`` for what the catalogue does not take, and what asking and reading the source raise.
    """
    unkept = {
        **source,
        "options": {**source.get("options", {}), "settle_minutes": 0, "release_hours": False},
        "enabled": True,
    }
    alone = {**indicator, "statements": {}, "enabled": True}  # what it is held up beside is not here
    with _scratch() as scope:
        with scope() as session:
            apply_catalogue(session, service.clock, text_of(alone, unkept), name=NAME)
            followed = session.get_one(Source, source["id"])
            session.expunge(followed)
            dataset_id = session.get_one(Indicator, indicator["id"]).dataset_id
        query = dict(indicator.get("query", {}))
        body, answer = _bytes(service, followed, query, answer)
        table = adapter_for(followed.kind).read(body, followed, query)
        _take_in(scope, service.clock, dataset_id, table)
        with scope(read_only=True) as session:
            shown = _shown(service, session, indicator["id"], answer=answer, language=language)
    return replace(shown, unfinished=shows_unfinished_figures(_as_described(source), service.clock.now()))


def _as_described(source: Row) -> Source:
    kind, options = SourceKind(source["kind"]), dict(source.get("options", {}))
    return Source(id="sett-paa", kind=kind, url=source.get("url", ""), options=options, timezone=_zone(source))


def _zone(source: Row) -> str:
    return str(source.get("timezone", "Europe/Oslo"))


def _bytes(service: Service, source: Source, query: dict[str, Any], answer: str) -> tuple[bytes, str]:
    """The source's answer: as it was kept a moment ago, or asked for now, in the host's turn."""
    if answer:
        try:
            return kept.fetch(service.folders.source_blobs, answer), answer
        except FileNotFoundError:
            pass  # cleared away meanwhile; the source is asked again
    adapter = adapter_for(source.kind)
    request = adapter.request(source, query)
    if not host_of(request.url):
        response = ask(service.source_client, adapter, request, validators={})
    else:
        with host_turn(service.database.session_scope, service.clock, service.source_client, request.url) as turn:
            turn.check(source, insist=True)
            response = ask(turn, adapter, request, validators={})
    check_answer(response, now=service.clock.now(), markup=adapter.markup)
    return response.body, kept.keep(service.folders.source_blobs, response.body)


def _take_in(scope: SessionScope, clock: Clock, dataset_id: int, table: Table) -> None:
    result = record_answer(scope, clock, dataset_id, Answer("", 200, {}, None, None, handed_over=True), table)
    if result.outcome is not FetchOutcome.STORED:
        raise InvalidInput(result.detail or "Tallene kunne ikke tas inn.", field="utvalg")


def _shown(service: Service, session: Session, indicator_id: str, *, answer: str, language: Language) -> Trial:
    view = indicator_view(session, indicator_id)
    if view.reason is not None or view.vintage is None:
        return Trial(view=view, spec=None, image=None, answer=answer, fault=view.reason)
    spec, drawn, fault = None, None, None
    try:
        origin = origin_of(
            session, view.indicator, view.vintage, language=language, monitor_name=service.settings.monitor_name,
            zone=service.clock.zone,
        )  # fmt: skip
        spec = figure_for(session, view.indicator, view.vintage, origin, language=language)
        drawn = service.charts.render(spec, _CANVAS) if spec is not None else None
    except (CampaignError, ChartError) as error:
        fault = str(error)
    session.expunge_all()
    return Trial(
        view=view,
        spec=spec,
        image=drawn.sha256 if drawn else None,
        alt_text=drawn.alt_text if drawn else "",
        answer=answer,
        fault=fault,
    )


@contextmanager
def _scratch() -> Iterator[SessionScope]:
    """Sessions on a database that is gone when the block ends."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    SQLModel.metadata.create_all(engine)

    @contextmanager
    def scope(*, read_only: bool = False, durable: bool = True) -> Iterator[Session]:  # noqa: ARG001 - the port's arguments
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    try:
        yield scope
    finally:
        engine.dispose()


def faults_by_place(error: CatalogueInvalid) -> dict[str, str]:
    """The catalogue's faults by the path of keys they stand at, without the entry's own name."""
    found: dict[str, str] = {}
    for fault in error.faults:
        kind, _, path = fault.where.partition(".")
        _, _, key = path.partition(".")
        place = f"{'source.' if kind == 'sources' else ''}{key or 'id'}"
        found.setdefault(place, fault.message[:1].upper() + fault.message[1:])
    return found
