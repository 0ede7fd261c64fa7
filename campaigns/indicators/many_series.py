"""The newest figures of many indicators in a fixed number of queries: what a page that lists them needs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.observations import Observation, observation_of, own_series_key, time_labels
from campaigns.indicators.reading import reading_of
from campaigns.indicators.vintage import ObservationVersion, Vintage, VintageState
from campaigns.sources.periods import parse_period

_AT_ONCE = 400  # pairs in one query; an engine takes only so many values


class Drawn(NamedTuple):
    """The figures of one indicator, and the vintage that last changed any of them."""

    observations: Sequence[Observation]
    changed_seq: int | None


SeriesKey = tuple[int, str]  # dataset and series
_Pair = TypeVar("_Pair")


def newest_vintages(session: Session, dataset_ids: Collection[int]) -> dict[int, Vintage]:
    """The newest accepted vintage of each dataset that has one."""
    newest = (
        select(Vintage.dataset_id, sa.func.max(col(Vintage.seq)).label("seq"))
        .where(Vintage.state == VintageState.ACCEPTED, col(Vintage.dataset_id).in_(dataset_ids))
        .group_by(col(Vintage.dataset_id))
        .subquery()
    )
    rows = session.exec(
        select(Vintage).join(
            newest, sa.and_(col(Vintage.dataset_id) == newest.c.dataset_id, col(Vintage.seq) == newest.c.seq)
        )
    )
    return {vintage.dataset_id: vintage for vintage in rows}


def series_keys(
    indicators: Iterable[Indicator], vintages: Mapping[int, Vintage]
) -> tuple[dict[str, SeriesKey], dict[str, str]]:
    """Where each indicator's series is kept, and for those whose slice picks none the sentence that says so."""
    keys: dict[str, SeriesKey] = {}
    faults: dict[str, str] = {}
    for indicator in indicators:
        vintage = vintages.get(indicator.dataset_id)
        if vintage is not None:
            try:
                keys[indicator.id] = (indicator.dataset_id, own_series_key(vintage, indicator))
            except InvalidInput as error:
                faults[indicator.id] = str(error)
    return keys, faults


def newest_series(
    session: Session,
    indicators: Sequence[Indicator],
    vintages: Mapping[int, Vintage],
    keys: Mapping[str, SeriesKey],
) -> dict[str, Drawn]:
    """The newest figures of each indicator, from its first to its last.

    A period between them that lacks this figure is there with None.
    """
    wanted = {keys[indicator.id] for indicator in indicators if indicator.id in keys}
    rows = _rows(session, wanted, [vintage.id for vintage in vintages.values()])
    drawn = {}
    for indicator in indicators:
        own = rows.get(keys[indicator.id], []) if indicator.id in keys else []
        drawn[indicator.id] = Drawn(
            _observed(session, indicator, vintages[indicator.dataset_id], own) if own else [],
            max((row.from_seq for row in own), default=None),
        )
    return drawn


def moments_seen(session: Session, vintages: Iterable[tuple[int, int]]) -> dict[tuple[int, int], datetime]:
    """When each of these vintages (dataset, number) was first seen."""
    found: dict[tuple[int, int], datetime] = {}
    place = sa.tuple_(col(Vintage.dataset_id), col(Vintage.seq))
    for some in _portions(sorted(set(vintages))):
        rows = session.exec(select(Vintage.dataset_id, Vintage.seq, Vintage.first_seen_at).where(place.in_(some)))
        found |= {(dataset_id, seq): at for dataset_id, seq, at in rows}
    return found


def _rows(
    session: Session, keys: Collection[SeriesKey], vintage_ids: Collection[int | None]
) -> dict[SeriesKey, list[ObservationVersion]]:
    """What held in these vintages: newer ones may be under embargo, and then what was before them holds."""
    found: dict[SeriesKey, list[ObservationVersion]] = defaultdict(list)
    place = sa.tuple_(col(ObservationVersion.dataset_id), col(ObservationVersion.series))
    for some in _portions(sorted(keys)):
        for row in session.exec(
            select(ObservationVersion)
            .join(Vintage, col(Vintage.dataset_id) == col(ObservationVersion.dataset_id))
            .where(
                place.in_(some),
                col(Vintage.id).in_(vintage_ids),
                col(ObservationVersion.from_seq) <= col(Vintage.seq),
                sa.or_(col(ObservationVersion.to_seq).is_(None), col(ObservationVersion.to_seq) > col(Vintage.seq)),
            )
        ):
            found[row.dataset_id, row.series].append(row)
    return found


def _observed(
    session: Session, indicator: Indicator, vintage: Vintage, rows: Sequence[ObservationVersion]
) -> list[Observation]:
    reading = reading_of(session, indicator, vintage)
    by_period = {row.period: row for row in rows}
    labels = time_labels(vintage)
    codes = [code for code in [*sorted(by_period.keys() - labels.keys()), *labels] if reading.follows(code)]
    parsed = {code: parse_period(code) for code in codes}
    if all(period.known for period in parsed.values()):
        codes.sort(key=lambda code: (parsed[code].end, parsed[code].start))
    filled = [at for at, code in enumerate(codes) if code in by_period and by_period[code].value is not None]
    if not filled:
        return []
    return [
        observation_of(indicator, code, labels.get(code, code), by_period.get(code), reading=reading)
        for code in codes[filled[0] : filled[-1] + 1]
    ]


def _portions(pairs: Sequence[_Pair]) -> Iterator[Sequence[_Pair]]:
    for first in range(0, len(pairs), _AT_ONCE):
        yield pairs[first : first + _AT_ONCE]
