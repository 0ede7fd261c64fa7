"""A breaker per host: after some failures in a row it is left alone, then tried once, for a longer time each time.

Values and arithmetic only; ``campaigns.sources.host_turn`` keeps them in the database.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FAILURES_BEFORE_OPENING = 3
_FIRST_REST = timedelta(minutes=5)
_LONGEST_REST = timedelta(hours=1)


class BreakerState(StrEnum):
    """Whether the host is asked."""

    CLOSED = "closed"  # asked as usual
    OPEN = "open"  # left alone
    TRIAL = "trial"  # its rest is over: one question, and the answer decides


@dataclass(frozen=True)
class Breaker:
    """Failures in a row, how often it has opened since the last answer, and until when it is open."""

    failures: int = 0
    openings: int = 0
    open_until: datetime | None = None

    def state(self, now: datetime) -> BreakerState:
        if self.open_until is None:
            return BreakerState.CLOSED
        # Further off than any rest: the clock has been put back since, and it must not stay open for that.
        return BreakerState.OPEN if now < self.open_until <= now + _LONGEST_REST else BreakerState.TRIAL

    def answered(self) -> "Breaker":
        """The host is there, whatever it said."""
        return Breaker()

    def failed(self, now: datetime) -> "Breaker":
        """No answer. A trial that fails opens it again, for twice as long."""
        failures = self.failures + 1
        if self.open_until is None and failures < FAILURES_BEFORE_OPENING:
            return Breaker(failures, self.openings)
        rest = min(_FIRST_REST * 2 ** min(self.openings, 10), _LONGEST_REST)
        return Breaker(failures, self.openings + 1, now + rest)
