"""The panel of four key figures as a source revises it, and items that have gone out with them."""

from dataclasses import replace

from sqlmodel import col, select

from campaigns.clock import Clock
from campaigns.delivery.what_went_out import register_what_went_out
from campaigns.drafting.compose import draft_what_is_new
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.prepared import Charts
from campaigns.editorial.draft import Draft, DraftKind, DraftStatus
from campaigns.indicators.indicator import Dataset
from service.database import Database
from service.demo.figures import Dimension, StatTable, resource_use
from tests.factories.published_figures import publish, resource_use_followed


def resource_use_with(*, year: str = "2019", driftskost: str | None = None, cost_2017: str | None = None) -> bytes:
    """The table up to a year, with these operating costs in millions in place of the newest and of those of 2017."""
    table = resource_use(year)
    revised: dict[tuple[str, ...], str | None] = {("Driftskost", year): driftskost, ("Driftskost", "2017"): cost_2017}
    given = {cell: value for cell, value in revised.items() if value is not None}
    return replace(table, cells={**table.cells, **given}).as_jsonstat()


def biennial_studies(*years: str) -> bytes:
    """A table of studies with the years of the resource survey, and another way than it goes."""
    figures = {"2017": "190", "2019": "200", "2021": "180"}
    return StatTable(
        label="Studier",
        source="DMP",
        updated="2027-02-10T07:00:00Z",
        metric=None,
        dimensions=(
            Dimension(id="Sponsor", label="sponsor", categories={"Alle": "Alle"}),
            Dimension(id="Tid", label="år", categories={year: year for year in years}),
        ),
        cells={("Alle", year): figures[year] for year in years},
    ).as_jsonstat()


def send_out(database: Database, clock: Clock, draft_id: int) -> None:
    """Everybody has got it."""
    with database.session_scope() as session:
        draft = session.get_one(Draft, draft_id)
        draft.approved_sha256 = draft.content_sha256
        draft.status, draft.published_at = DraftStatus.PUBLISHED, clock.now()


def sent_and_revised(database: Database, clock: Clock, charts: Charts, plan: DraftingPlan) -> None:
    """The 2021 figures have gone out, and then the source changes the costs from 4,7 to 4,6."""
    scope = database.session_scope
    with scope() as session:
        dataset = resource_use_followed(session)
        publish(session, clock, dataset, resource_use_with())
        publish(session, clock, dataset, resource_use_with(year="2021"))
    made = draft_what_is_new(scope, clock, charts, plan)
    with scope(read_only=True) as session:
        query = select(Draft.id).where(col(Draft.id).in_(made), Draft.kind == DraftKind.NEW_PERIOD)
        draft_id = session.exec(query).one()
    send_out(database, clock, draft_id or 0)
    register_what_went_out(scope, clock)
    with scope() as session:
        followed = session.exec(select(Dataset).where(Dataset.source_id == "ssb-ressurs")).one()
        publish(session, clock, followed, resource_use_with(year="2021", driftskost="4590"))
