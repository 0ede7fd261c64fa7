"""When to try again: a value and a pure function (email contract E-51)."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class RetryPolicy:
    """Wait as long as the mail is old, within bounds, with some jitter; give up after ``give_up_after``.

    Both are counted from the first attempt: an issue that was held for days is not old when it first meets the relay.
    """

    shortest: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(seconds=4000)
    jitter: float = 0.1
    give_up_after: timedelta = timedelta(hours=72)

    def next_attempt(self, first_tried_at: datetime, now: datetime, *, seed: int) -> datetime | None:
        """When to try again, or None to give up. ``seed`` makes the jitter the same each time it is asked."""
        age = now - first_tried_at
        if age >= self.give_up_after:
            return None
        wait = min(max(age, self.shortest), self.longest)
        factor = 1 + self.jitter * (2 * random.Random(seed).random() - 1)  # noqa: S311 - jitter, not a secret
        return now + wait * factor
