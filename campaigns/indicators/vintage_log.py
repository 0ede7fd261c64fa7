"""What was published when, for one indicator: its vintages, and where the figures of each came from. Read-only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.errors import InvalidInput, NotFound
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.observations import own_series_key, vintage_at
from campaigns.indicators.vintage import ObservationVersion, Vintage, VintageState
from campaigns.sources.source import Fetch, FetchOutcome


@dataclass(frozen=True, kw_only=True)
class VintageLine:
    """One vintage of the table. ``own`` counts the figures of this indicator that are new or different in it."""

    vintage: Vintage
    own: int
    newest: bool


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where the figures of a vintage came from: the request that brought them, and those that showed them again."""

    vintage: Vintage
    fetch: Fetch | None
    confirmed: int
    last_confirmed_at: datetime | None
    ended_at: datetime | None  # when the next vintage was seen; None while this one holds


def vintage_log(session: Session, indicator: Indicator) -> list[VintageLine]:
    """Every accepted vintage of the indicator's table, the newest first."""
    vintages = _accepted(session, indicator.dataset_id)
    own = _own_changes(session, indicator, vintages)
    return [
        VintageLine(vintage=vintage, own=own[vintage.seq], newest=place == 0) for place, vintage in enumerate(vintages)
    ]


def vintage_of(session: Session, indicator: Indicator, seq: int) -> Vintage:
    """The indicator's vintage with this number. Raises ``NotFound``, also for one that was never taken in."""
    found = vintage_at(session, indicator.dataset_id, seq)
    if found is None or found.state is not VintageState.ACCEPTED:
        raise NotFound("Utgaven", seq)
    return found


def provenance(session: Session, indicator: Indicator, seq: int) -> Provenance:
    """Where the figures of this vintage came from. Raises ``NotFound``."""
    vintage = vintage_of(session, indicator, seq)
    ended_at = session.exec(
        select(sa.func.min(col(Vintage.first_seen_at))).where(
            Vintage.dataset_id == vintage.dataset_id, Vintage.seq > seq, Vintage.state == VintageState.ACCEPTED
        )
    ).one()
    confirming: list[Any] = [
        Fetch.dataset_id == vintage.dataset_id,
        Fetch.outcome == FetchOutcome.UNCHANGED,
        col(Fetch.at) >= vintage.first_seen_at,
    ]
    if ended_at is not None:
        confirming.append(col(Fetch.at) < ended_at)
    confirmed, last = session.exec(select(sa.func.count(), sa.func.max(col(Fetch.at))).where(*confirming)).one()
    return Provenance(
        vintage=vintage,
        fetch=session.get(Fetch, vintage.fetch_id) if vintage.fetch_id is not None else None,
        confirmed=confirmed,
        last_confirmed_at=last,
        ended_at=ended_at,
    )


def _accepted(session: Session, dataset_id: int) -> Sequence[Vintage]:
    return session.exec(
        select(Vintage)
        .where(Vintage.dataset_id == dataset_id, Vintage.state == VintageState.ACCEPTED)
        .order_by(col(Vintage.seq).desc())
    ).all()


def _own_changes(session: Session, indicator: Indicator, vintages: Sequence[Vintage]) -> Counter[int]:
    """By vintage number: how many of the indicator's figures began or ended with it."""
    try:
        key = own_series_key(vintages[0], indicator) if vintages else ""
    except InvalidInput:
        return Counter()
    cells: dict[int, set[str]] = {}
    for period, began, ended in session.exec(
        select(ObservationVersion.period, ObservationVersion.from_seq, ObservationVersion.to_seq).where(
            ObservationVersion.dataset_id == indicator.dataset_id, ObservationVersion.series == key
        )
    ):
        for seq in (began, ended):
            if seq is not None:
                cells.setdefault(seq, set()).add(period)
    return Counter({seq: len(periods) for seq, periods in cells.items()})
