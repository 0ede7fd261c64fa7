"""The indicators as people follow them: the latest figure, the whole series, and how the source is doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from campaigns.errors import NotFound
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.key_figures import KeyFigure, key_figure_of
from campaigns.indicators.observations import Observation, latest_vintage, vintage_at
from campaigns.indicators.standing import Standing, followed
from campaigns.indicators.vintage import Vintage
from campaigns.sources.source import Source

SelectOfRow = Select[Indicator, Dataset, Source]


@dataclass(frozen=True, kw_only=True)
class IndicatorView:
    """One indicator with its figures. ``key_figure`` is None until the source has answered.

    ``reason`` says in words why it stands as it does, when something is wrong.
    """

    indicator: Indicator
    source: Source
    dataset: Dataset
    vintage: Vintage | None
    observations: Sequence[Observation]
    key_figure: KeyFigure | None
    standing: Standing
    reason: str | None

    @property
    def values(self) -> list[Decimal | None]:
        return [found.value for found in self.observations]


def indicator_view(session: Session, indicator_id: str, *, as_of_seq: int | None = None) -> IndicatorView:
    """The indicator with this id, with the figures of a vintage (the newest unless told). Raises ``NotFound``."""
    row = session.exec(joined().where(Indicator.id == indicator_id)).first()
    if row is None:
        raise NotFound("Indikatoren", indicator_id)
    return _view(session, *row, as_of_seq=as_of_seq)


def joined() -> SelectOfRow:
    """Indicators with the dataset and the source they come from."""
    return (
        select(Indicator, Dataset, Source)
        .join(Dataset, col(Dataset.id) == col(Indicator.dataset_id))
        .join(Source, col(Source.id) == col(Dataset.source_id))
    )


def _view(
    session: Session, indicator: Indicator, dataset: Dataset, source: Source, *, as_of_seq: int | None
) -> IndicatorView:
    observations, standing, reason = followed(session, indicator, dataset, source, as_of_seq=as_of_seq)
    return IndicatorView(
        indicator=indicator,
        source=source,
        dataset=dataset,
        vintage=latest_vintage(session, indicator.dataset_id)
        if as_of_seq is None
        else vintage_at(session, indicator.dataset_id, as_of_seq),
        observations=observations,
        key_figure=key_figure_of(indicator, observations),
        standing=standing,
        reason=reason,
    )
