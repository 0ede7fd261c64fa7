"""Figures are the proof: what a stored vintage says of the release plan.

A vintage with new periods marks as many releases as it brought periods, the longest awaited first; one that comes a
little early counts too. A release without a known time is proved by whatever comes.

What is kept back stays so in every vintage that follows: it has the same figures in it, and tells of them where it
corrects them, though the release they came with waits for nothing more.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.release import OPEN, PlannedRelease, ReleaseState
from campaigns.indicators.release_steps import observed
from campaigns.indicators.vintage import Vintage

_ACTOR = Actor.service("release plan")
_EARLY = timedelta(days=14)


def note_vintage(
    session: Session, clock: Clock, dataset: Dataset, vintage: Vintage, *, new_periods: int
) -> list[PlannedRelease]:
    """Mark the releases these figures prove, and put the figures under the embargo that holds for them."""
    releases = releases_of(session, dataset)
    before = session.exec(
        select(Vintage.embargo_until).where(
            Vintage.dataset_id == dataset.id, Vintage.seq < vintage.seq, col(Vintage.embargo_until) > clock.now()
        )
    )
    embargoes = [dataset.embargo_until, *(release.embargo_until for release in releases), *before]
    vintage.embargo_until = max((until for until in embargoes if until and until > clock.now()), default=None)
    session.add(vintage)
    session.flush()
    proved = _proved(releases, clock.now(), new_periods)
    for release in proved:
        observed(session, clock, release, vintage_id=vintage.id, actor=_ACTOR)
    return proved


def releases_of(session: Session, dataset: Dataset) -> list[PlannedRelease]:
    """What is still expected of this table, the longest awaited first; without a time last."""
    own = set(session.exec(select(Indicator.id).where(Indicator.dataset_id == dataset.id)))
    open_ones = session.exec(
        select(PlannedRelease)
        .where(col(PlannedRelease.state).in_(OPEN))
        .order_by(col(PlannedRelease.starts_on).is_(None), col(PlannedRelease.starts_on), col(PlannedRelease.id))
    ).all()
    return [
        release
        for release in open_ones
        if (own & set(release.indicator_ids) if release.indicator_ids else release.source_id == dataset.source_id)
    ]


def _proved(releases: list[PlannedRelease], now: datetime, new_periods: int) -> list[PlannedRelease]:
    if not new_periods:
        return []
    awaited = [release for release in releases if _has_come(release, now)]
    if awaited:
        return awaited[:new_periods]
    early = [release for release in releases if _may_be_early(release, now)]
    return (early or [release for release in releases if release.starts_on is None])[:1]


def _has_come(release: PlannedRelease, now: datetime) -> bool:
    opens_at = release.expected.opens_at(release.zone)
    return release.state in {ReleaseState.DUE, ReleaseState.LATE} or (opens_at is not None and opens_at <= now)


def _may_be_early(release: PlannedRelease, now: datetime) -> bool:
    opens_at = release.expected.opens_at(release.zone)
    return opens_at is not None and opens_at - _EARLY <= now
