"""How sending goes just now, and how long it will take: what the desk says of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.delivery.domain_groups import DomainGroup
from campaigns.delivery.lane_state import LaneState

_FRESH = timedelta(seconds=30)  # a sender at work says so every few seconds
_LONGEST = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class StoppedLane:
    """A relay that is left alone until the next probe."""

    name: str
    reason: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class SlowReceiver:
    """A receiver that has asked for less, and what it gets a minute."""

    group: DomainGroup
    per_minute: int


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """The lanes together. ``done_at`` is None while nothing moves or nothing waits."""

    waiting: int
    per_minute: int
    done_at: datetime | None
    stopped: tuple[StoppedLane, ...]
    slow: tuple[SlowReceiver, ...]

    @property
    def worth_telling(self) -> bool:
        """Whether there is anything to say: mail waits, or something holds it back."""
        return bool(self.waiting or self.stopped or self.slow)


def outlook(lanes: Sequence[LaneState], waiting: int, now: datetime) -> Outlook:
    """What can be said of so many waiting mails at the present pace."""
    moving = [lane for lane in lanes if now - lane.seen_at < _FRESH]
    speed = sum(lane.speed for lane in moving)
    left = timedelta(seconds=waiting / speed) if speed else None
    slow: dict[str, float] = {}
    for lane in lanes:
        for group, rate in lane.slowed.items():
            slow[group] = slow.get(group, 0) + rate
    return Outlook(
        waiting=waiting,
        per_minute=round(speed * 60),
        done_at=now + left if waiting and left is not None and left < _LONGEST else None,
        stopped=tuple(
            StoppedLane(name=lane.name, reason=lane.reason or "", until=lane.stopped_until)
            for lane in lanes
            if lane.stopped_until is not None
        ),
        slow=tuple(
            SlowReceiver(group=DomainGroup(group), per_minute=max(round(rate * 60), 1))
            for group, rate in sorted(slow.items())
        ),
    )
