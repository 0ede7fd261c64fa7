"""Which days this monitor marks: the list people look at, and the switch on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, select

from campaigns import audit
from campaigns.audit import Actor, AuditEvent
from campaigns.clock import Clock
from campaigns.days.calendar import occurrences
from campaigns.days.day import CommemorativeDay
from campaigns.days.occurrence import Occurrence
from campaigns.errors import NotFound

_ON, _OFF = "day.switched_on", "day.switched_off"
_HORIZON = timedelta(days=400)  # far enough that every yearly day falls within it


@dataclass(frozen=True)
class ListedDay:
    """One day of the catalogue and when it comes next; ``next`` is None when nobody knows yet."""

    day: CommemorativeDay
    next: Occurrence | None


def listed_days(session: Session, today: date) -> Sequence[ListedDay]:
    """Every day of the catalogue, the one that comes first on top; those without a date last."""
    coming: dict[str, Occurrence] = {}
    for found in occurrences(session, today, today + _HORIZON, only_enabled=False):
        coming.setdefault(found.day_id, found)
    days = session.exec(select(CommemorativeDay).order_by(col(CommemorativeDay.id))).all()
    listed = [ListedDay(day, coming.get(day.id)) for day in days]
    return sorted(listed, key=lambda row: (row.next is None, row.next.start if row.next else today, row.day.id))


def switch_day(session: Session, clock: Clock, day_id: str, *, enabled: bool, actor: Actor) -> bool:
    """Switch a day on or off; whether that changed anything. Drafts already made stay."""
    day = session.get(CommemorativeDay, day_id)
    if day is None:
        raise NotFound("Merkedagen", day_id)
    if day.enabled == enabled:
        return False
    day.enabled = enabled
    session.add(day)
    audit.record(session, clock, actor, _ON if enabled else _OFF, ("day", day_id))
    return True


def switched_by_hand(session: Session) -> frozenset[str]:
    """The days somebody has switched on or off here: their word stands when a catalogue is loaded again."""
    return frozenset(session.exec(select(AuditEvent.object_id).where(col(AuditEvent.action).in_((_ON, _OFF)))))
