"""A lane: one relay, how fast it may be used, and when to leave it alone (email contract E-53, E-54)."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from campaigns.channels.envelope import Envelope
from campaigns.channels.mail_relay import StageRecorder
from campaigns.channels.mail_reply import MailOutcome, MailReply
from campaigns.channels.taking_turns import sleep
from campaigns.clock import Clock
from campaigns.delivery.caps import GroupCaps, too_fast
from campaigns.delivery.domain_groups import DomainGroup, group_of
from campaigns.delivery.throttle import Speedometer, Throttle

_STORM = 20
_PROBE_EVERY = timedelta(minutes=5)


class Relay(Protocol):
    """One connection to a relay (``channels.mail_relay.MailRelay``)."""

    @property
    def goes_on(self) -> bool: ...

    @property
    def is_awaited(self) -> bool: ...

    def hand_over(self, envelope: Envelope, record_stage: StageRecorder) -> MailReply: ...

    def close(self) -> None: ...


class Pace:
    """So many a second, over all connections of a lane; 0 = as fast as it goes. Halves when the relay asks for it."""

    def __init__(
        self,
        per_second: float,
        *,
        tick: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] = sleep,
    ) -> None:
        self._throttle = Throttle(per_second)
        self._gap = 1 / per_second if per_second else 0.0
        self._tick, self._wait = tick, wait
        self._lock = threading.Lock()
        self._next = 0.0

    @property
    def limited(self) -> bool:
        """Whether taking a turn may mean waiting."""
        return bool(self._gap)

    def rate(self, now: datetime) -> float:
        """Mails a second it may have now; 0 = no limit."""
        with self._lock:
            rate = self._throttle.rate(now)
            self._gap = 1 / rate if rate else 0.0
            return rate

    def batch(self, most: int, now: datetime) -> int:
        """How many to claim at once: what goes within a minute, so that no claim runs out while its mails wait."""
        rate = self.rate(now)
        return min(most, max(int(rate * 60), 1)) if rate else most

    def slow_down(self, now: datetime, *, going: float) -> None:
        """The relay asked for it."""
        with self._lock:
            self._throttle.slow_down(now, going=going)
            self._gap = 1 / self._throttle.rate(now)

    def take_turn(self) -> None:
        """Wait until the next mail may go."""
        if not self._gap:
            return
        with self._lock:
            now = self._tick()
            mine = max(now, self._next)
            self._next = mine + self._gap
        if mine > now:
            self._wait(mine - now)


class Breaker:
    """Stops a lane when its relay refuses us or twenty in a row are put off; then one probe every five minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._stopped_until: datetime | None = None
        self.reason: str | None = None

    def allowance(self, clock: Clock, batch: int) -> int:
        """How many mails may be taken now: a batch, none while stopped, and one when it is time for a probe."""
        with self._lock:
            if self._stopped_until is None:
                return batch
            if clock.now() < self._stopped_until:
                return 0
            self._stopped_until = clock.now() + _PROBE_EVERY
            return 1

    @property
    def stopped(self) -> bool:
        return self._stopped_until is not None

    @property
    def stopped_until(self) -> datetime | None:
        """When the next probe goes; None while the lane is used."""
        return self._stopped_until

    def learn(self, reply: MailReply, clock: Clock) -> None:
        """Take in how a hand-over went."""
        with self._lock:
            put_off = reply.outcome is MailOutcome.DEFERRED or (
                reply.outcome is MailOutcome.UNKNOWN and reply.category == "network"
            )
            self._in_a_row = self._in_a_row + 1 if put_off else 0
            if reply.outcome is MailOutcome.LANE_FAULT or self._in_a_row >= _STORM:
                self._stopped_until = clock.now() + _PROBE_EVERY
                self.reason = reply.text
            elif not put_off:
                self._stopped_until, self.reason = None, None


@dataclass(frozen=True, kw_only=True)
class MailLane:
    """One relay with its limits. ``connect`` makes a connection, which opens when first used."""

    name: str
    connect: Callable[[], Relay]
    pace: Pace
    connections: int = 1
    breaker: Breaker = field(default_factory=Breaker)
    caps: GroupCaps = field(default_factory=GroupCaps)
    speedometer: Speedometer = field(default_factory=Speedometer)

    def rests(self, group: DomainGroup | None, clock: Clock) -> bool:
        """Whether this receiver has asked for a rest that is not over."""
        return group is not None and self.caps.rests(group, clock.now())

    def learn(self, to: str | None, reply: MailReply, clock: Clock) -> None:
        """Take in how a hand-over went: whether to go on, and how fast, with this receiver and at all.

        A receiver that finds us too fast says nothing of the relay: that slows down what goes to it, and stops no lane.
        """
        now = clock.now()
        self.speedometer.count(now)
        group = group_of(to) if to else None
        if group is not None:
            self.caps.learn(group, reply, now)
        if too_fast(reply):
            if group is None:
                self.pace.slow_down(now, going=self.speedometer.speed(now))
            return
        self.breaker.learn(reply, clock)
