"""The release plan as people read it: what is late, what is awaited now, what is coming, and what has happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from campaigns.audit import AuditEvent, editor_id_of
from campaigns.clock import Clock
from campaigns.errors import NotFound
from campaigns.indicators.expected_time import Expected, Precision
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.release import OPEN, WAITING, PlannedRelease, ReleaseState
from campaigns.indicators.release_rhythm import Rhythm, expected_after, last_new_figures, rhythms

_RECENT = 50


@dataclass(frozen=True, kw_only=True)
class ReleasePlan:
    """Everything that is still expected, and the latest of what is not."""

    late: tuple[PlannedRelease, ...]
    due: tuple[PlannedRelease, ...]
    coming: tuple[PlannedRelease, ...]  # by time
    unknown: tuple[PlannedRelease, ...]
    observed: tuple[PlannedRelease, ...]  # the newest first
    cancelled: tuple[PlannedRelease, ...]
    rhythms: tuple[Rhythm, ...]

    @property
    def open(self) -> tuple[PlannedRelease, ...]:
        return self.late + self.due + self.coming + self.unknown

    @property
    def overdue(self) -> tuple[Rhythm, ...]:
        return tuple(rhythm for rhythm in self.rhythms if rhythm.overdue)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that happened to a release. ``editor_id`` is None when the service did it."""

    at: datetime
    action: str
    editor_id: int | None
    part: str  # of the service: calendar, catalogue, release plan
    detail: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class NextExpected:
    """When an indicator's next figures are expected, and how we know."""

    expected: Expected
    state: ReleaseState
    release_id: int | None  # None when it is reckoned from the update period
    overdue_days: int = 0


def release_plan(session: Session, clock: Clock) -> ReleasePlan:
    """The whole plan."""
    still = session.exec(
        select(PlannedRelease)
        .where(col(PlannedRelease.state).in_(OPEN))
        .order_by(col(PlannedRelease.starts_on), col(PlannedRelease.at), col(PlannedRelease.id))
    ).all()
    waiting = [release for release in still if release.state in WAITING]
    return ReleasePlan(
        late=tuple(release for release in still if release.state is ReleaseState.LATE),
        due=tuple(release for release in still if release.state is ReleaseState.DUE),
        coming=tuple(release for release in waiting if release.starts_on is not None),
        unknown=tuple(release for release in waiting if release.starts_on is None),
        observed=_latest(session, ReleaseState.OBSERVED),
        cancelled=_latest(session, ReleaseState.CANCELLED),
        rhythms=tuple(rhythms(session, clock)),
    )


def release_by_id(session: Session, release_id: int) -> PlannedRelease:
    """The release with this id. Raises ``NotFound``."""
    found = session.exec(select(PlannedRelease).where(PlannedRelease.id == release_id)).first()
    if found is None:
        raise NotFound("Utgivelsen", release_id)
    return found


def history_of(session: Session, release: PlannedRelease) -> list[Step]:
    """What has happened to it, the newest first."""
    events = session.exec(
        select(AuditEvent)
        .where(AuditEvent.object_type == "release", AuditEvent.object_id == str(release.id))
        .order_by(col(AuditEvent.id).desc())
    )
    return [_step(event) for event in events]


def followed_titles(session: Session) -> dict[str, dict[str, str]]:
    """The indicators in use by id, with their titles by language, in the catalogue's order."""
    rows = session.exec(
        select(Indicator.id, Indicator.title)
        .where(col(Indicator.enabled))
        .order_by(col(Indicator.position), col(Indicator.id))
    )
    return {key: dict(title) for key, title in rows}


def late_releases(session: Session) -> int:
    """How many releases are late: each is something for somebody to look into."""
    late = select(func.count()).select_from(PlannedRelease).where(PlannedRelease.state == ReleaseState.LATE)
    return session.exec(late).one()


def public_releases(session: Session, now: datetime, first: date, last: date) -> Sequence[PlannedRelease]:
    """What the public may know is coming, or came, between these dates: nothing that is under embargo."""
    return session.exec(
        select(PlannedRelease)
        .where(
            col(PlannedRelease.starts_on) >= first,
            col(PlannedRelease.starts_on) <= last,
            sa.or_(col(PlannedRelease.embargo_until).is_(None), col(PlannedRelease.embargo_until) <= now),
        )
        .order_by(col(PlannedRelease.starts_on), col(PlannedRelease.id))
    ).all()


def next_expected(session: Session, clock: Clock, indicator: Indicator) -> NextExpected | None:
    """The indicator's next release in the plan, else what its update period says; None when nobody knows."""
    from_source = sa.and_(
        col(PlannedRelease.source_id).is_not(None),
        col(PlannedRelease.source_id) == _source_of(indicator),
    )
    candidates = session.exec(
        select(PlannedRelease)
        .where(col(PlannedRelease.state).in_(OPEN))
        .where(sa.or_(from_source, col(PlannedRelease.source_id).is_(None)))
        .order_by(col(PlannedRelease.starts_on).is_(None), col(PlannedRelease.starts_on), col(PlannedRelease.id))
    )
    for release in candidates:
        if indicator.id in release.indicator_ids or (release.source_id and not release.indicator_ids):
            return NextExpected(expected=release.expected, state=release.state, release_id=release.id)
    return _by_rhythm(session, clock, indicator)


def _by_rhythm(session: Session, clock: Clock, indicator: Indicator) -> NextExpected | None:
    changed_at = last_new_figures(session, indicator.dataset_id) if indicator.update_period_days else None
    if changed_at is None or not indicator.update_period_days:
        return None
    on = expected_after(changed_at, indicator.update_period_days, clock.zone)
    expected = Expected(precision=Precision.DAY, starts_on=on, ends_on=on, uncertain=True)
    overdue = max(0, (clock.today() - on).days)
    state = ReleaseState.LATE if overdue else ReleaseState.PLANNED
    return NextExpected(expected=expected, state=state, release_id=None, overdue_days=overdue)


def _source_of(indicator: Indicator) -> sa.ScalarSelect[str]:
    return select(Dataset.source_id).where(Dataset.id == indicator.dataset_id).scalar_subquery()


def _latest(session: Session, state: ReleaseState) -> tuple[PlannedRelease, ...]:
    query = select(PlannedRelease).where(PlannedRelease.state == state)
    return tuple(
        session.exec(query.order_by(col(PlannedRelease.updated_at).desc(), col(PlannedRelease.id)).limit(_RECENT))
    )


def _step(event: AuditEvent) -> Step:
    editor_id = editor_id_of(event.actor)
    return Step(
        at=event.at,
        action=event.action.removeprefix("release."),
        editor_id=editor_id,
        part="" if editor_id is not None else event.actor.partition(":")[2],
        detail=event.detail,
    )
