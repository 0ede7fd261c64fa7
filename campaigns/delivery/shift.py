"""A shift: all connections that send at the same time, and how many of them are at work.

It ends for all together. While one waits for an answer that may be ten minutes in coming (RFC 5321 section
4.5.3.2.6), the others are there for what comes meanwhile: a confirmation must not wait for somebody else's relay.
"""

import threading
import time
from collections.abc import Callable

from campaigns.channels.taking_turns import Bell

LOOK_AGAIN = 5.0  # seconds
_STOPPED_WITHIN = 0.2  # seconds


class Shift:
    """For the connections of one or several lanes; any thread may ask. ``stop`` ends it for all who rest.

    ``look_again`` is how long somebody with nothing to do rests before looking for work once more, in seconds.
    """

    def __init__(self, *, stop: threading.Event, look_again: float = LOOK_AGAIN) -> None:
        self._stop = stop
        self._look_again = look_again
        self._at_work = 0
        self._resting: set[Bell] = set()
        self._lock = threading.Lock()

    def work(self, until_nothing_is_due: Callable[[], int]) -> int:
        """Do this, and again now and then for as long as anybody else is at it; what it came to in all.

        Whoever breaks off with an error does not come back; the others go on.
        """
        done = 0
        while True:
            with self._lock:
                self._at_work += 1
            try:
                done += until_nothing_is_due()
            finally:
                self._leave()
            if self._is_over():
                return done

    def _leave(self) -> None:
        with self._lock:
            self._at_work -= 1
            if not self._at_work:
                for bell in self._resting:
                    bell.ring()

    def _is_over(self) -> bool:
        """Rest; whether the shift has ended by then."""
        bell = Bell()
        with self._lock:
            if not self._at_work:
                return True
            self._resting.add(bell)
        ends_at = time.monotonic() + self._look_again
        while not self._stop.is_set() and (left := ends_at - time.monotonic()) > 0:
            if bell.wait(min(left, _STOPPED_WITHIN)):
                break
        with self._lock:
            self._resting.remove(bell)
        return bell.rung or self._stop.is_set()
