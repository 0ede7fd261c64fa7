"""How following an indicator goes: whether what is shown is the newest there is, and if not, why."""

from enum import StrEnum
from typing import NamedTuple

from sqlmodel import Session, col, select

from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.observations import Observation, series
from campaigns.sources.adapters import can_follow
from campaigns.sources.source import Fetch, FetchOutcome, Source


class Standing(StrEnum):
    """What an editor should know about the figures of one indicator."""

    WELL = "well"
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


def followed(session: Session, indicator: Indicator, dataset: Dataset, source: Source) -> Followed:
    """The figures of an indicator and how it stands with them. Never raises for what the catalogue got wrong."""
    try:
        observations = series(session, indicator)
    except InvalidInput as error:
        return Followed([], Standing.NO_SERIES, str(error))
    return Followed(observations, *_standing(session, dataset, source))


def _standing(session: Session, dataset: Dataset, source: Source) -> tuple[Standing, str | None]:
    if not source.enabled or not can_follow(source.kind):
        return Standing.OFF, None
    if source.consecutive_failures:
        return Standing.FAILING, source.failure
    last = session.exec(
        select(Fetch).where(Fetch.dataset_id == dataset.id).order_by(col(Fetch.id).desc()).limit(1)
    ).first()
    if last is not None and last.outcome is FetchOutcome.HELD:
        return Standing.HELD, last.detail
    if dataset.settling_hash is not None:
        return Standing.SETTLING, None
    return (Standing.WELL if dataset.last_polled_at else Standing.UNASKED), None
