"""The release plan as time goes: what is due, what is late, and when to look for what is due (tracking.md §4).

Around a due release its tables are asked after 20, 30, 60 and 120 minutes, then hourly until the evening; then it is
late, and the ordinary rhythm goes on. What is due stands in the database, so a restart or a missed hour changes
nothing.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session, col, select

from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.indicators.expected_time import EVENING, Precision
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.release import WAITING, PlannedRelease, ReleaseState
from campaigns.indicators.release_steps import note_step
from campaigns.indicators.schedule import after_unfinished
from campaigns.sources.source import Source

_ACTOR = Actor.service("release plan")
_FIRST_LOOKS = tuple(timedelta(minutes=minutes) for minutes in (20, 30, 60, 120))
_THEN = timedelta(hours=1)
_OFFICE_OPENS = time(8)  # a day without an hour: looked for from when publishers publish
_WATCHED = (Precision.MOMENT, Precision.DAY)


def attend_releases(session: Session, clock: Clock) -> dict[str, int]:
    """Move what has become due or late, and see to it that what is due is looked for."""
    counts = {"due": 0, "late": 0, "looks": 0}
    # Two days on, so that a day that has begun east of UTC is in it; the instants themselves decide below.
    horizon = clock.now().date() + timedelta(days=2)
    releases = session.exec(
        select(PlannedRelease)
        .where(
            col(PlannedRelease.state).in_((*WAITING, ReleaseState.DUE)),
            col(PlannedRelease.starts_on) <= horizon,
        )
        .order_by(col(PlannedRelease.id))
    ).all()
    for release in releases:
        state = state_at(release, clock.now())
        if state is not release.state:
            _enter(session, clock, release, state)
            counts[state.value] += 1
        if state is ReleaseState.DUE:
            counts["looks"] += _look_for(session, release)
    return counts


def state_at(release: PlannedRelease, now: datetime) -> ReleaseState:
    """What time alone makes of a release that has not been seen."""
    expected, zone = release.expected, release.zone
    late_at, opens_at = expected.late_at(zone), expected.opens_at(zone)
    if late_at is not None and late_at <= now:
        return ReleaseState.LATE
    if opens_at is not None and opens_at <= now:
        return ReleaseState.DUE
    return release.state


def look_times(release: PlannedRelease) -> Iterator[datetime]:
    """When to ask for a release that has a day; nothing for a month or a season, which the daily round finds."""
    if release.precision not in _WATCHED or release.starts_on is None:
        return
    local_day = release.starts_on
    start = release.at or datetime.combine(local_day, _OFFICE_OPENS, release.zone).astimezone(UTC)
    end = max(datetime.combine(local_day, EVENING, release.zone).astimezone(UTC), start + _FIRST_LOOKS[-1])
    for wait in _FIRST_LOOKS:
        yield start + wait
    look = start + _FIRST_LOOKS[-1] + _THEN
    while look <= end:
        yield look
        look += _THEN


def datasets_of(session: Session, release: PlannedRelease) -> list[Dataset]:
    """The tables its figures are in: those of its indicators, else all of its source."""
    of_indicators = select(Indicator.dataset_id).where(col(Indicator.enabled))
    if release.indicator_ids:
        of_indicators = of_indicators.where(col(Indicator.id).in_(release.indicator_ids))
    elif release.source_id is None:
        return []
    query = select(Dataset).where(col(Dataset.id).in_(of_indicators)).order_by(col(Dataset.id))
    if not release.indicator_ids:
        query = query.where(Dataset.source_id == release.source_id)
    return list(session.exec(query))


def _enter(session: Session, clock: Clock, release: PlannedRelease, state: ReleaseState) -> None:
    release.state, release.updated_at = state, clock.now()
    session.add(release)
    session.flush()
    note_step(session, clock, _ACTOR, release, state.value)


def _look_for(session: Session, release: PlannedRelease) -> int:
    """Bring the next poll forward to the next look. A source that fails keeps the pause it was given."""
    brought = 0
    looks = list(look_times(release))
    for dataset in datasets_of(session, release) if looks else ():
        source = session.get_one(Source, dataset.source_id)
        asked = dataset.last_polled_at
        look = next((at for at in looks if asked is None or at > asked), None)
        if look is None or dataset.next_poll_at is None or dataset.failed_attempts or source.consecutive_failures:
            continue
        assert dataset.id is not None
        wanted = after_unfinished(source, dataset.id, look)
        if wanted < dataset.next_poll_at:
            dataset.next_poll_at = wanted
            session.add(dataset)
            brought += 1
    return brought
