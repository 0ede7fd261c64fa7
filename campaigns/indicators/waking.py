"""Somebody says that a table has news: it is asked now, and a few times after (data-sources.md §10).

A feed may speak some minutes before the tables are whole, and a cache may serve the old figures meanwhile. One look
would find nothing new and leave the rest for tomorrow; so there are several, until one of them has brought a vintage.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.indicators.indicator import Dataset
from campaigns.indicators.pointer import Wake
from campaigns.indicators.schedule import after_unfinished
from campaigns.indicators.vintage import Vintage
from campaigns.sources.source import Source

LOOKS = (timedelta(0), timedelta(minutes=20), timedelta(minutes=60), timedelta(minutes=180))


def wake(session: Session, clock: Clock, dataset_ids: Collection[int], reason: str) -> int:
    """Ask these datasets now and a few times more, never while their source shows unfinished figures.

    How many of them will be; one whose source is switched off or brought as files is not.
    """
    now = clock.now()
    woken = 0
    rows = select(Dataset, Source).join(Source, col(Source.id) == col(Dataset.source_id))
    for dataset, source in session.exec(rows.where(col(Dataset.id).in_(dataset_ids), col(Source.enabled))).all():
        if source.is_brought:
            continue
        assert dataset.id is not None
        waiting = set(session.exec(select(Wake.at).where(Wake.dataset_id == dataset.id)))
        looks = {after_unfinished(source, dataset.id, now + later) for later in LOOKS}
        for at in sorted(looks - waiting):
            session.add(Wake(dataset_id=dataset.id, at=at, asked_at=now, reason=reason[:500]))
        session.flush()
        woken += 1
    attend_wakes(session, clock)
    return woken


def attend_wakes(session: Session, clock: Clock) -> int:
    """Make due what is to be asked now. A dataset that has had a new vintage since needs no further looks."""
    now = clock.now()
    due = session.exec(select(Wake).where(col(Wake.at) <= now).order_by(col(Wake.at), col(Wake.id))).all()
    looked = 0
    for each in due:
        dataset = session.get_one(Dataset, each.dataset_id, with_for_update=True)
        if _seen_since(session, each):
            for later in session.exec(
                select(Wake).where(Wake.dataset_id == each.dataset_id, Wake.asked_at == each.asked_at)
            ).all():
                session.delete(later)
            continue
        if dataset.next_poll_at is None or dataset.next_poll_at > now:
            dataset.next_poll_at = now
            session.add(dataset)
        session.delete(each)
        looked += 1
    session.flush()
    return looked


def _seen_since(session: Session, one: Wake) -> bool:
    found = session.exec(
        select(Vintage.id)
        .where(Vintage.dataset_id == one.dataset_id, col(Vintage.first_seen_at) > one.asked_at)
        .limit(1)
    ).first()
    return found is not None
