"""Many conversations in one thread: each goes on until it has to wait, and then it is somebody else's turn.

Handing mails over is mostly waiting, for the relay and for the disk. With a thread for each connection, threads that
wake each other took four tenths of the time a mail costs; here nobody has to be woken. And whoever waits with
``give_way`` goes on only when nobody else can: so what many have to write by then can go into one commit.

Conversations are greenlets. Their code reads as if it waited, and from a plain thread, where nobody takes turns, it
does: everything here may be called from either.
"""

import select
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from socket import socket
from typing import TypeVar

import structlog
from greenlet import getcurrent

from campaigns.channels.crew import NEVER, Crew, Hand, current

log = structlog.get_logger(__name__)

Result = TypeVar("Result")
_LOOK_EVERY = 0.2  # seconds


def together(works: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do these in turns, in this thread; what each came to, when all have ended.

    When one raises the others go on, and the first error is raised at the end; further ones are logged.
    """
    results: dict[int, Result] = {}
    errors: list[BaseException] = []

    def do(number: int) -> None:
        try:
            results[number] = works[number]()
        except BaseException as error:  # noqa: BLE001 - raised below, when the others have ended
            errors.append(error)

    with Crew(len(works)) as crew:
        crew.run([partial(do, number) for number in range(len(works))])
    for error in errors[1:]:
        log.error("another conversation broke off as well", error=repr(error))
    if errors:
        raise errors[0]
    return [results[number] for number in range(len(works))]


def until_readable(connection: socket, seconds: float) -> None:
    """Wait until something has come, or the other side has gone. Raises ``TimeoutError``."""
    _until(connection.fileno(), select.POLLIN, seconds)


def until_writable(connection: socket, seconds: float) -> None:
    """Wait until something can leave, or the other side has gone. Raises ``TimeoutError``."""
    _until(connection.fileno(), select.POLLOUT, seconds)


def give_way() -> None:
    """Let everybody else go on who can; come back when all wait."""
    hand = current()
    if hand is not None:
        hand.crew.step_aside(hand)


@contextmanager
def alone() -> Iterator[None]:
    """Whatever is waited for in here, nobody else of this thread has a turn.

    For whoever holds what the others may ask for, a lock or a transaction: they would ask, and never come back.
    """
    hand = current()
    if hand is None:
        yield
        return
    hand.alone = True
    try:
        yield
    finally:
        hand.alone = False


def is_alone() -> bool:
    """Whether there are others, and they have no turn while this one waits."""
    hand = getcurrent()
    return isinstance(hand, Hand) and hand.alone


def apart(work: Callable[[], Result]) -> Result:
    """Do what blocks (looking up a name, signing in) without keeping the others waiting."""
    hand = current()
    if hand is None:
        return work()
    bell = Bell()
    done = hand.crew.threads.submit(work)
    done.add_done_callback(lambda _: bell.ring())
    bell.wait()
    return done.result()


def sleep(seconds: float, *, unless: threading.Event | None = None) -> None:
    """Let this much time pass, unless this is set, which is looked at now and then."""
    ends_at = time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0 and not (unless and unless.is_set()):
        Bell().wait(min(left, _LOOK_EVERY) if unless else left)


class Bell:
    """What one waits for and another rings, from any thread. Made by the one who is going to wait."""

    def __init__(self) -> None:
        self.rung = False
        self._hand = current()
        self._event = threading.Event() if self._hand is None else None

    def ring(self) -> None:
        """Whoever waits, or is going to, goes on."""
        self.rung = True
        if self._event is not None:
            self._event.set()
        elif self._hand is not None:
            self._hand.crew.wake(self._hand, self)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is rung, or so long at most; whether it is."""
        if self._event is not None:
            return self._event.wait(seconds)
        if not self.rung:
            assert self._hand is not None
            ends_at = NEVER if seconds is None else time.monotonic() + seconds
            self._hand.crew.wait(self._hand, self, ends_at)
        return self.rung


def _until(number: int, event: int, seconds: float) -> None:
    if number < 0:
        raise OSError("the connection is closed")
    hand = current()
    if hand is not None:
        came = hand.crew.wait_for_file(hand, number, event, time.monotonic() + seconds)
    else:
        poll = select.poll()
        poll.register(number, event)
        came = bool(poll.poll(seconds * 1_000))
    if not came:
        raise TimeoutError("timed out")
