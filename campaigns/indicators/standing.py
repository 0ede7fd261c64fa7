"""How following an indicator goes: whether what is shown is the newest there is, and if not, why."""

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from campaigns.errors import InvalidInput
from campaigns.indicators.connection import lacks_table
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.observations import Observation, series
from campaigns.sources.adapters import can_follow
from campaigns.sources.source import Fetch, FetchOutcome, Source


class Standing(StrEnum):
    """What an editor should know about the figures of one indicator."""

    WELL = "well"
    NO_TABLE = "no_table"  # described, but nobody has said which table the figures are in
    AWAITS_FILE = "awaits_file"  # its figures come as files, and none has come yet
    OFF = "off"  # the catalogue has the source switched off, or nobody can read its kind yet
    UNASKED = "unasked"
    FAILING = "failing"  # no usable answer; the last good figures stand
    HELD = "held"  # figures came that look wrong; the last good ones stand until a person has looked
    SETTLING = "settling"  # new figures came, and a second look must agree
    NO_SERIES = "no_series"  # the catalogue's slice does not pick one series of the table

    @property
    def calls_for_somebody(self) -> bool:
        return self in {Standing.FAILING, Standing.HELD, Standing.NO_SERIES}


class Followed(NamedTuple):
    """The figures there are, how it stands with them, and the sentence that was given when it was found."""

    observations: list[Observation]
    standing: Standing
    reason: str | None


def followed(
    session: Session, indicator: Indicator, dataset: Dataset, source: Source, *, as_of_seq: int | None = None
) -> Followed:
    """The figures of an indicator and how it stands with them. Never raises for what the catalogue got wrong."""
    try:
        observations = series(session, indicator, as_of_seq=as_of_seq)
    except InvalidInput as error:
        return Followed([], Standing.NO_SERIES, str(error))
    last = last_fetches(session, [indicator.dataset_id]).get(indicator.dataset_id)
    return Followed(observations, *standing_of(source, dataset, last))


def last_fetches(session: Session, dataset_ids: Collection[int]) -> dict[int, Fetch]:
    """The newest request for each dataset that has been asked for."""
    newest = (
        select(sa.func.max(col(Fetch.id))).where(col(Fetch.dataset_id).in_(dataset_ids)).group_by(col(Fetch.dataset_id))
    )
    rows = session.exec(select(Fetch).where(col(Fetch.id).in_(newest)))
    return {fetch.dataset_id: fetch for fetch in rows if fetch.dataset_id is not None}


def standing_of(source: Source, dataset: Dataset, last: Fetch | None) -> tuple[Standing, str | None]:
    """How it stands after the last request, and the sentence that was given when something is wrong."""
    if (before := _not_asked(source, dataset, last)) is not None:
        return before, None
    if source.consecutive_failures:
        return Standing.FAILING, source.failure
    if dataset.held_id is not None:
        return Standing.HELD, last.detail if last is not None and last.outcome is FetchOutcome.HELD else None
    if dataset.settling_hash is not None:
        return Standing.SETTLING, None
    return (Standing.WELL if dataset.last_polled_at else Standing.UNASKED), None


def _not_asked(source: Source, dataset: Dataset, last: Fetch | None) -> Standing | None:
    """Why there is nothing to ask; None when there is."""
    if lacks_table(source, dataset):
        return Standing.NO_TABLE
    if not source.enabled or not can_follow(source.kind):
        return Standing.OFF
    return Standing.AWAITS_FILE if source.is_brought and last is None else None
