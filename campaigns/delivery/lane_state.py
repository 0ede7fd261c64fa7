"""How each lane is doing, written down for the desk: the process that shows it need not be the one that sends."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, select

from campaigns.clock import Clock
from campaigns.delivery.lane import MailLane
from campaigns.tables import instant, json_object

_OFTEN_ENOUGH = timedelta(seconds=5)
_REASON = 500


class LaneState(SQLModel, table=True):
    """One lane as its sender saw it last."""

    __tablename__ = "lane_state"

    name: str = Field(primary_key=True, max_length=80)
    speed: float = 0  # mails a second, lately
    limit: float = 0  # the pace it may have now; 0 = no limit
    slowed: dict[str, Any] = json_object()  # receiver -> mails a second, where one asked us to slow down
    stopped_until: datetime | None = instant(nullable=True)
    reason: str | None = Field(default=None, sa_type=sa.Text)
    seen_at: datetime = instant()


def note_lane(session: Session, lane: MailLane, clock: Clock) -> None:
    """Write the lane's state down when it has changed, and its speed every few seconds while it sends."""
    now = clock.now()
    seen: dict[str, Any] = {
        "slowed": {group.value: rate for group, rate in lane.caps.slowed(now).items()},
        "limit": lane.pace.rate(now),
        "stopped_until": lane.breaker.stopped_until,
        "reason": lane.breaker.reason[:_REASON] if lane.breaker.reason else None,
    }
    speed = lane.speedometer.speed(now)
    state = session.get(LaneState, lane.name)
    if state is None:
        _add(session, LaneState(name=lane.name, speed=speed, seen_at=now, **seen))
        return
    unchanged = all(getattr(state, name) == value for name, value in seen.items())
    if unchanged and (now - state.seen_at < _OFTEN_ENOUGH or not (speed or state.speed)):
        return
    state.sqlmodel_update(seen | {"speed": speed, "seen_at": now})
    session.add(state)


def _add(session: Session, state: LaneState) -> None:
    try:
        with session.begin_nested():
            session.add(state)
    except IntegrityError:
        return  # another process that sends over the same lane was first


def lane_states(session: Session) -> list[LaneState]:
    """Every lane that has been used, by name."""
    return list(session.exec(select(LaneState).order_by(col(LaneState.name))))
