"""A person wants a source asked at once. Nothing is sent here: it is put first in the queue and the timetable asks."""

from datetime import timedelta

from sqlmodel import Session, col, select, update

from campaigns import audit
from campaigns.audit import Actor
from campaigns.clock import Clock
from campaigns.errors import NotFound, Refused
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.pointer import Watch
from campaigns.indicators.watching import watches
from campaigns.sources.adapters import can_follow
from campaigns.sources.source import Fetch, Source

_PATIENCE = timedelta(minutes=10)


def fetch_now(session: Session, clock: Clock, source_id: str, actor: Actor) -> bool:
    """Put every table of the source first in its host's queue; False when that is so already.

    The host's own word and our share of its limit still hold; the breaker gives way once. Raises ``NotFound``, or
    ``Refused`` for a source that is not asked at all.
    """
    source = session.exec(select(Source).where(Source.id == source_id).with_for_update()).first()
    if source is None:
        raise NotFound("Kilden", source_id)
    if not source.enabled:
        raise Refused("Kilden er slått av i katalogen. Slå den på der før den kan hentes.")
    if watches(source):
        session.exec(update(Watch).where(col(Watch.source_id) == source_id).values(next_at=clock.now()))
        audit.record(session, clock, actor, "source.asked_for", ("source", source_id), tables=0)
        if not can_follow(source.kind):
            return True
    if source.is_brought or not can_follow(source.kind):
        raise Refused("Denne kilden spørres ikke etter tabeller. Tallene kommer når noen sender dem eller varsler.")
    followed = _followed(session, source_id)
    if not followed:
        raise Refused("Ingen indikator er tatt fra kilden, så det er ingenting å hente.")
    now = clock.now()
    recently = source.asked_for_at is not None and now - source.asked_for_at < _PATIENCE
    if recently and _left(session, source, followed):
        return False
    source.asked_for_at = now
    session.add(source)
    session.exec(update(Dataset).where(col(Dataset.id).in_(followed)).values(next_poll_at=now))
    audit.record(session, clock, actor, "source.asked_for", ("source", source_id), tables=len(followed))
    return True


def _followed(session: Session, source_id: str) -> list[int]:
    rows = session.exec(
        select(Dataset.id)
        .join(Indicator, col(Indicator.dataset_id) == col(Dataset.id))
        .where(Dataset.source_id == source_id, col(Indicator.enabled))
        .distinct()
    )
    return [dataset_id for dataset_id in rows if dataset_id is not None]


def _left(session: Session, source: Source, followed: list[int]) -> bool:
    """Whether a table still waits for the last time somebody asked."""
    asked = session.exec(
        select(Fetch.dataset_id)
        .where(col(Fetch.dataset_id).in_(followed), col(Fetch.at) >= source.asked_for_at)
        .distinct()
    ).all()
    return len(asked) < len(followed)
