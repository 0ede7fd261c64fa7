"""What the database remembers of a source's tables: who follows them, when they last answered, when they changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.indicators.connection import has_table
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.vintage import Vintage
from campaigns.sources.source import Fetch, Source

_RECENT = 20


def recent_fetches(session: Session, source_id: str, *, limit: int = _RECENT) -> Sequence[Fetch]:
    """The last requests, the newest first."""
    return session.exec(
        select(Fetch).where(Fetch.source_id == source_id).order_by(col(Fetch.id).desc()).limit(limit)
    ).all()


def indicators_by_table(session: Session, source_id: str) -> Mapping[int, Sequence[Indicator]]:
    """The switched-on indicators of each of the source's tables; those without a table are nothing to ask for."""
    rows = session.exec(
        select(Indicator)
        .join(Dataset, col(Dataset.id) == col(Indicator.dataset_id))
        .join(Source, col(Source.id) == col(Dataset.source_id))
        .where(Dataset.source_id == source_id, col(Indicator.enabled), has_table())
        .order_by(col(Indicator.position), col(Indicator.id))
    )
    found: dict[int, list[Indicator]] = {}
    for indicator in rows:
        found.setdefault(indicator.dataset_id, []).append(indicator)
    return found


def last_fetches_of(session: Session, source_id: str) -> Mapping[int, Fetch]:
    """The last request for each table."""
    newest = (
        select(sa.func.max(col(Fetch.id)))
        .where(Fetch.source_id == source_id, col(Fetch.dataset_id).is_not(None))
        .group_by(col(Fetch.dataset_id))
    )
    rows = session.exec(select(Fetch).where(col(Fetch.id).in_(newest)))
    return {fetch.dataset_id: fetch for fetch in rows if fetch.dataset_id is not None}


def last_changes(session: Session, source_id: str) -> Mapping[int, datetime]:
    """When the figures of each table last changed."""
    rows = session.exec(
        select(Vintage.dataset_id, sa.func.max(col(Vintage.first_seen_at)))
        .join(Dataset, col(Dataset.id) == col(Vintage.dataset_id))
        .where(Dataset.source_id == source_id)
        .group_by(col(Vintage.dataset_id))
    )
    return {dataset_id: at for dataset_id, at in rows if at is not None}
