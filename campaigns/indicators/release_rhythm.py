"""When the next figures are expected of a table nobody has announced anything of: last change + its update period."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.indicators.comparison import ChangeClass
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.release import OPEN, PlannedRelease
from campaigns.indicators.vintage import Vintage, VintageState
from campaigns.sources.source import Source

_PROOFS = frozenset({ChangeClass.NEW_PERIOD.value, ChangeClass.BASELINE.value})
_LEAST_SLACK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """One table that keeps a rhythm. ``overdue_days`` counts from ``expected_on`` once the slack is used up."""

    dataset_id: int
    source: Source
    indicators: tuple[Indicator, ...]
    last_change_at: datetime
    expected_on: date
    overdue_days: int

    @property
    def overdue(self) -> bool:
        return self.overdue_days > 0


def rhythms(session: Session, clock: Clock) -> list[Rhythm]:
    """Every followed table with an update period that no release in the plan speaks for, the most overdue first."""
    spoken_for = _spoken_for(session)
    found: dict[int, list[Indicator]] = {}
    for indicator in session.exec(
        select(Indicator)
        .where(col(Indicator.enabled), col(Indicator.update_period_days).is_not(None))
        .order_by(col(Indicator.position), col(Indicator.id))
    ):
        found.setdefault(indicator.dataset_id, []).append(indicator)
    made = []
    for dataset_id, indicators in found.items():
        dataset = session.get_one(Dataset, dataset_id)
        source = session.get_one(Source, dataset.source_id)
        changed_at = last_new_figures(session, dataset_id)
        told = dataset.source_id in spoken_for or any(indicator.id in spoken_for for indicator in indicators)
        if not source.enabled or changed_at is None or told:
            continue
        period = min(indicator.update_period_days or 0 for indicator in indicators)
        made.append(_rhythm(source, indicators, period, changed_at, clock))
    return sorted(made, key=lambda rhythm: (rhythm.expected_on, rhythm.dataset_id))


def last_new_figures(session: Session, dataset_id: int) -> datetime | None:
    """When the table last got a period it had not had; when it was first seen, if it never did."""
    for vintage in session.exec(
        select(Vintage)
        .where(Vintage.dataset_id == dataset_id, Vintage.state == VintageState.ACCEPTED)
        .order_by(col(Vintage.seq).desc())
    ):
        if vintage.seq == 1 or _PROOFS.intersection(vintage.classes):
            return vintage.source_updated_at or vintage.first_seen_at
    return None


def expected_after(changed_at: datetime, period_days: int, zone: ZoneInfo) -> date:
    """The day the next figures are due by the rhythm."""
    return (changed_at.astimezone(zone) + timedelta(days=period_days)).date()


def _rhythm(source: Source, indicators: list[Indicator], period: int, changed_at: datetime, clock: Clock) -> Rhythm:
    expected_on = expected_after(changed_at, period, clock.zone)
    slack = max(_LEAST_SLACK, timedelta(days=period) / 10)
    overdue = clock.today() - expected_on
    return Rhythm(
        dataset_id=indicators[0].dataset_id,
        source=source,
        indicators=tuple(indicators),
        last_change_at=changed_at,
        expected_on=expected_on,
        overdue_days=overdue.days if overdue > slack else 0,
    )


def _spoken_for(session: Session) -> set[str]:
    """Indicators, and sources, of which a release at a known time is expected."""
    names: set[str] = set()
    for release in session.exec(
        select(PlannedRelease).where(col(PlannedRelease.state).in_(OPEN), col(PlannedRelease.starts_on).is_not(None))
    ):
        names.update(release.indicator_ids or ([release.source_id] if release.source_id else []))
    return names
