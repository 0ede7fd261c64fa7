"""A pace that halves when a receiver asks for it, and grows back a step a minute (email contract E-54)."""

import threading
from datetime import datetime, timedelta

_SLOWEST = 1 / 60  # a mail a minute: slower than that nobody learns that it goes again
_STEPS = 10  # minutes from standstill back to where it was
_MINUTE = timedelta(minutes=1)
_SAME_WORD = timedelta(seconds=30)  # answers to mails that were under way say it again


class Throttle:
    """Mails a second: at most ``ceiling`` (0 = no limit of ours), less after ``slow_down``."""

    def __init__(self, ceiling: float = 0) -> None:
        self._ceiling = ceiling
        self._rate: float | None = None  # None = nobody has asked us to slow down
        self._goal = ceiling  # where it grows back to
        self._changed_at: datetime | None = None

    def rate(self, now: datetime) -> float:
        """The pace now; 0 = as fast as it goes."""
        if self._rate is None or self._changed_at is None:
            return self._ceiling
        minutes = int((now - self._changed_at) / _MINUTE)
        if minutes > 0:
            self._rate += minutes * self._goal / _STEPS
            self._changed_at += minutes * _MINUTE
        if self._rate >= self._goal:
            self._rate = None
            return self._ceiling
        return self._rate

    def slowed(self, now: datetime) -> bool:
        """Whether it goes slower than we would like."""
        self.rate(now)
        return self._rate is not None

    def slow_down(self, now: datetime, *, going: float) -> bool:
        """Half as fast as it is; ``going`` is what was measured, for a pace without a limit. Whether it was halved."""
        before = self.rate(now)
        if self._changed_at is not None and self._rate is not None and now - self._changed_at < _SAME_WORD:
            return False
        if self._rate is None:
            self._goal = self._ceiling or max(going, 2 * _SLOWEST)
            before = before or self._goal
        self._rate = max(before / 2, _SLOWEST)
        self._changed_at = now
        return True


class Speedometer:
    """How many a second, lately."""

    _WINDOW = timedelta(seconds=20)

    def __init__(self) -> None:
        self._since: datetime | None = None
        self._count = 0
        self._before = 0.0
        self._lock = threading.Lock()

    def count(self, now: datetime, number: int = 1) -> None:
        """So many more have gone."""
        with self._lock:
            self._turn(now)
            self._count += number

    def speed(self, now: datetime) -> float:
        """Mails a second in the last window or two."""
        with self._lock:
            return self._speed(now)

    def _speed(self, now: datetime) -> float:
        self._turn(now)
        elapsed = (now - self._since).total_seconds() if self._since else 0.0
        if self._before:
            return self._before if elapsed < 1 else (self._before + self._count / elapsed) / 2
        return self._count / max(elapsed, 1.0)

    def _turn(self, now: datetime) -> None:
        if self._since is None:
            self._since = now
        elapsed = now - self._since
        if elapsed >= self._WINDOW:
            self._before = self._count / elapsed.total_seconds()
            self._since, self._count = now, 0
