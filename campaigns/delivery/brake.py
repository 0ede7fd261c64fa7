"""Whether the next mail may be begun: no more when the process ends, and none while mail is stopped at the desk."""

import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from campaigns.delivery.kill_switch import mail_is_stopped
from campaigns.tables import SessionScope

_LOOKS_EVERY = 1.0  # seconds: the switch must hold within five (S-04), and a thousand mails go between two looks


class Brake(threading.Event):
    """Set for good once ``ending`` is, and for as long as somebody has pulled the kill switch, in whatever process.

    Those who send ask it before each mail; the database is asked once a second at most.
    """

    def __init__(
        self, scope: SessionScope, ending: threading.Event, *, tick: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__()
        self._scope, self._ending, self._tick = scope, ending, tick
        self._lock = threading.Lock()
        self._looked_at = float("-inf")
        self._pulled = False

    def is_set(self) -> bool:
        return self._ending.is_set() or self._is_pulled()

    def set(self) -> None:
        """The process ends."""
        self._ending.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Until the process ends, or the time is over."""
        return self._ending.wait(timeout)

    def _is_pulled(self) -> bool:
        with self._lock:
            if self._tick() - self._looked_at >= _LOOKS_EVERY:
                try:
                    with self._scope(read_only=True) as session:
                        self._pulled = mail_is_stopped(session)
                except SQLAlchemyError:
                    # Nobody can tell now. Nothing leaves meanwhile either: a mail is begun by writing that it is.
                    return self._pulled
                self._looked_at = self._tick()
            return self._pulled
