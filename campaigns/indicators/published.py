"""What was the published figure on a given day: the question every correction and every disagreement comes down to.

A day is the office's. What counts is when the figures were first seen here, for that is what could have been quoted.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from campaigns.clock import OSLO
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.observations import Observation, series
from campaigns.indicators.vintage import Vintage, VintageState


def vintage_on(session: Session, dataset_id: int, day: date, zone: ZoneInfo = OSLO) -> Vintage | None:
    """The vintage that stood when the day ended; None before the first."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), zone)
    return session.exec(
        select(Vintage)
        .where(
            Vintage.dataset_id == dataset_id,
            Vintage.state == VintageState.ACCEPTED,
            Vintage.first_seen_at < midnight,
        )
        .order_by(col(Vintage.seq).desc())
        .limit(1)
    ).first()


def published_on(session: Session, indicator: Indicator, day: date, zone: ZoneInfo = OSLO) -> list[Observation]:
    """The indicator's figures as they stood when the day ended; none before the first were seen.

    Raises ``InvalidInput`` when the slice does not pick one series of the table as it was then.
    """
    vintage = vintage_on(session, indicator.dataset_id, day, zone)
    return [] if vintage is None else series(session, indicator, as_of_seq=vintage.seq)
