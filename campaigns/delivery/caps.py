"""What a lane may send to each big receiver now, so that a slow one holds back nobody else (email contract E-54).

A claim takes only as many mails of a receiver as may go at once; the rest stay in the queue, and the lane goes on
with the others. Nobody waits in here.

Only newsletters are paced so. A confirmation is waited for by somebody, and goes at the lane's own pace however the
receiver is treated; a list that was taken in lets no more than two hundred of them into the queue at a time (``plan``).
"""

import re
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from campaigns.channels.mail_reply import MailOutcome, MailReply
from campaigns.delivery.domain_groups import DomainGroup
from campaigns.delivery.throttle import Speedometer, Throttle

_BURST = timedelta(seconds=5)  # what may go at once after a pause; sending comes by every other second
_REST = timedelta(minutes=1)  # before the first mail after a receiver has asked us to slow down
_TOO_FAST = re.compile(r"421[ -]+4\.7\.(0|28)\b|\bTSS?\d\d\b|\bRP-00[123]\b|4[25]1[ -]+4\.7\.(500|65\d)\b")


def too_fast(reply: MailReply) -> bool:
    """Whether the server asks for a slower pace: Gmail's 421 4.7.0 and 4.7.28, Yahoo's TSnn and TSSnn, Microsoft's
    RP-00n, 4.7.500 and 4.7.65n.
    """
    return reply.outcome is MailOutcome.DEFERRED and _TOO_FAST.search(reply.text) is not None


class _GroupCap:
    """One receiver's pace on one lane, and how many mails it has room for."""

    def __init__(self, ceiling: float) -> None:
        self.throttle = Throttle(ceiling)
        self.speed = Speedometer()
        self.rests_until: datetime | None = None
        self._room = 1.0
        self._seen_at: datetime | None = None

    def room(self, now: datetime) -> int | None:
        """How many may go now; None = as many as there are."""
        rate = self.throttle.rate(now)
        if not rate:
            self._seen_at = now
            return None
        if self.rests_until is not None and now < self.rests_until:
            self._seen_at = now
            return 0
        since = (now - self._seen_at).total_seconds() if self._seen_at else _BURST.total_seconds()
        self._room = min(self._room + rate * max(since, 0.0), max(rate * _BURST.total_seconds(), 1.0))
        self._seen_at = now
        return int(self._room)

    def take(self, number: int) -> None:
        self._room -= number

    def rest(self, now: datetime) -> None:
        self.rests_until = now + _REST
        self._room = 1.0


class GroupCaps:
    """The receivers' paces on one lane, shared by its connections."""

    def __init__(self, ceilings: Mapping[DomainGroup, float] | None = None) -> None:
        self._lock = threading.Lock()
        self._caps = {group: _GroupCap((ceilings or {}).get(group, 0)) for group in DomainGroup}

    def reserve(self, now: datetime, most: int) -> Mapping[DomainGroup, int]:
        """Room for this claim with each receiver that is paced, taken at once; those that are not are left out."""
        with self._lock:
            rooms = {group: room for group, cap in self._caps.items() if (room := cap.room(now)) is not None}
            reserved = {group: min(room, most) for group, room in rooms.items()}
            for group, number in reserved.items():
                self._caps[group].take(number)
        return reserved

    def release(self, reserved: Mapping[DomainGroup, int], used: Iterable[DomainGroup | None]) -> None:
        """Give back what a claim did not use."""
        unused = dict(reserved)
        for group in used:
            if group in unused:
                unused[group] -= 1
        with self._lock:
            for group, number in unused.items():
                self._caps[group].take(-number)

    def learn(self, group: DomainGroup, reply: MailReply, now: datetime) -> bool:
        """Take in how a hand-over to this receiver went. Whether it slowed it down."""
        with self._lock:
            cap = self._caps[group]
            cap.speed.count(now)
            if too_fast(reply) and cap.throttle.slow_down(now, going=cap.speed.speed(now)):
                cap.rest(now)
                return True
        return False

    def rests(self, group: DomainGroup, now: datetime) -> bool:
        """Whether nothing may go there yet."""
        until = self._caps[group].rests_until
        return until is not None and now < until

    def slowed(self, now: datetime) -> dict[DomainGroup, float]:
        """The receivers that go slower than we would like, and how fast they go."""
        with self._lock:
            return {g: cap.throttle.rate(now) for g, cap in self._caps.items() if cap.throttle.slowed(now)}
