"""After a crash: what to do with rows somebody was holding (email contract E-36).

Before the final dot nothing can have been taken: back to the queue. From the dot on nobody can know: ``unknown``.
The rows are locked while they are judged, so that a holder who is only slow cannot enter the dot in between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns.clock import Clock
from campaigns.delivery.delivery import Delivery, DeliveryKind, DeliveryState, Stage
from campaigns.delivery.holder import LEASE, surely_dead
from campaigns.delivery.ledger import move_all

_MAIL = (DeliveryKind.NEWSLETTER, DeliveryKind.ACCOUNT_MAIL)
_CLOCK_SLACK = timedelta(minutes=1)  # between two machines
_CRASHED = "the process that was sending it ended after the final dot was to leave"


@dataclass(frozen=True)
class Recovered:
    """How many rows went back to the queue, and how many are uncertain now."""

    queued: int = 0
    unknown: int = 0


def recover(
    session: Session,
    clock: Clock,
    *,
    kinds: tuple[DeliveryKind, ...] = _MAIL,
    gone: Callable[[str | None], bool] = surely_dead,
) -> Recovered:
    """Take back rows whose holder is gone or whose claim ran out."""
    held = session.exec(
        select(Delivery)
        .where(col(Delivery.state) == DeliveryState.SENDING, col(Delivery.kind).in_(kinds))
        .with_for_update(skip_locked=True)
    ).all()
    if not held:
        return Recovered()
    dead = {holder: gone(holder) for holder in {row.claimed_by for row in held}}
    lost = [row for row in held if dead[row.claimed_by] or _ran_out(row.claimed_until, clock.now())]
    before_dot = [row for row in lost if row.stage is not Stage.DOT]
    after_dot = [row for row in lost if row.stage is Stage.DOT]
    queued = move_all(session, before_dot, DeliveryState.QUEUED, by="recovery", clock=clock)
    unknown = move_all(
        session, after_dot, DeliveryState.UNKNOWN, by="recovery", clock=clock, reply=_CRASHED, category="unknown"
    )
    return Recovered(len(queued), len(unknown))


def _ran_out(until: datetime | None, now: datetime) -> bool:
    """Whether the claim is over; also when it lasts longer than any can, because the clock was ahead and went back."""
    return until is None or until <= now or until > now + LEASE + _CLOCK_SLACK
