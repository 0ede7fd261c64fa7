"""Many conversations in one thread: each goes on until it has to wait, and then it is somebody else's turn.

Handing mails over is mostly waiting, for the relay and for the disk. With a thread for each connection, threads that
wake each other took four tenths of the time a mail costs; here nobody has to be woken. And whoever waits with
``give_way`` goes on only when nobody else can: so what many have to write by then can go into one commit.

Conversations are greenlets. Their code reads as if it waited, and from a plain thread, where nobody takes turns, it
does: everything here may be called from either.
"""

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from socket import socket
from typing import Any, Self, TypeVar

import structlog
from greenlet import enable_optional_cleanup, getcurrent, greenlet  # type: ignore[attr-defined]  # its stubs lack one

log = structlog.get_logger(__name__)

Result = TypeVar("Result")
_NEVER = float("inf")
_LOOK_EVERY = 0.2  # seconds

# When a thread ends the library looks who still refers to its greenlets, and where it finds nobody lets go once more.
# It does not see what is being collected as rubbish at that moment, such as an error's frames; then it lets go of
# what is still in use, and the process crashes. We leave nothing behind that it could help with.
enable_optional_cleanup(False)


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

    with _Crew(len(works)) as crew:
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
    hand = _current()
    if hand is not None:
        hand.crew.step_aside(hand)


@contextmanager
def alone() -> Iterator[None]:
    """Whatever is waited for in here, nobody else of this thread has a turn.

    For whoever holds what the others may ask for, a lock or a transaction: they would ask, and never come back.
    """
    hand = _current()
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
    return isinstance(hand, _Hand) and hand.alone


def apart(work: Callable[[], Result]) -> Result:
    """Do what blocks (looking up a name, signing in) without keeping the others waiting."""
    hand = _current()
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
        self._hand = _current()
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
            ends_at = _NEVER if seconds is None else time.monotonic() + seconds
            self._hand.crew.wait(self._hand, self, ends_at)
        return self.rung


class _Hand(greenlet):
    """One conversation."""

    def __init__(self, crew: "_Crew", work: Callable[[], None]) -> None:
        super().__init__(lambda _came: work())  # its parent is who makes it: whoever runs the crew
        self.crew = crew
        self.alone = False


class _Crew:
    """The conversations of one thread. Only ``wake`` may be called from another."""

    def __init__(self, size: int) -> None:
        self.threads = ThreadPoolExecutor(max(size, 1), thread_name_prefix="apart")
        self._thread = threading.get_ident()
        self._runs = getcurrent()
        self._ready: deque[tuple[_Hand, bool]] = deque()
        self._aside: list[_Hand] = []
        self._waiting: dict[_Hand, tuple[object, float]] = {}  # for what, and until when
        self._files: dict[int, _Hand] = {}
        self._poll = select.poll()
        self._woken: deque[tuple[_Hand, object]] = deque()
        self._hear, self._call = os.pipe()
        self._calling, self._gone = threading.Lock(), False
        os.set_blocking(self._call, False)

    def __enter__(self) -> Self:
        self._poll.register(self._hear, select.POLLIN)
        return self

    def __exit__(self, *_: object) -> None:
        self.threads.shutdown()
        with self._calling:
            self._gone = True
        os.close(self._hear)
        os.close(self._call)

    def run(self, works: Sequence[Callable[[], None]]) -> None:
        """Until each has ended. They raise nothing."""
        hands = [_Hand(self, work) for work in works]
        self._ready.extend((hand, True) for hand in hands)
        while not all(hand.dead for hand in hands):
            self._round()

    def wait(self, hand: _Hand, thing: object, ends_at: float) -> bool:
        """The others' turn until ``thing`` comes or the time is over; whether it came."""
        self._waiting[hand] = thing, ends_at
        came: bool = self._runs.switch()
        return came

    def wait_for_file(self, hand: _Hand, number: int, event: int, ends_at: float) -> bool:
        """The same for a file descriptor, for which only one may wait."""
        self._files[number] = hand
        self._poll.register(number, event)
        try:
            return self.wait(hand, number, ends_at)
        finally:
            if self._files.get(number) is hand:  # it is not when the file was closed, and the number given to another
                self._poll.unregister(number)
                del self._files[number]

    def step_aside(self, hand: _Hand) -> None:
        self._aside.append(hand)
        self._runs.switch()

    def wake(self, hand: _Hand, thing: object) -> None:
        """Let a hand go on that waits for this thing; of one that does not, nothing is heard."""
        if threading.get_ident() == self._thread:
            self._go_on(hand, thing)
            return
        self._woken.append((hand, thing))
        with self._calling, suppress(BlockingIOError):  # it is full of calls that have not been heard yet
            if not self._gone:  # else the number may be another file's by now
                os.write(self._call, b"\0")

    def _round(self) -> None:
        """Whoever can goes on; then wait for the world, or, while somebody has stepped aside, only look at it."""
        while self._ready:
            hand, came = self._ready.popleft()
            hand.switch(came)
        for number, _ in self._poll.poll(self._patience()):
            if number == self._hear:
                os.read(self._hear, 4096)
            else:
                self._go_on(self._files[number], number)
        while self._woken:
            self._go_on(*self._woken.popleft())
        self._end_waits()
        if not self._ready:
            self._ready.extend((hand, True) for hand in self._aside)
            self._aside.clear()

    def _patience(self) -> float | None:
        """Milliseconds to wait for something to happen; None without end."""
        if self._aside or self._ready or not self._waiting:
            return 0
        ends_at = min(until for _, until in self._waiting.values())
        return None if ends_at == _NEVER else max((ends_at - time.monotonic()) * 1_000, 0) + 1

    def _go_on(self, hand: _Hand, thing: object) -> None:
        if hand in self._waiting and self._waiting[hand][0] == thing:
            del self._waiting[hand]
            self._ready.append((hand, True))

    def _end_waits(self) -> None:
        now = time.monotonic()
        for hand in [hand for hand, (_, ends_at) in self._waiting.items() if ends_at <= now]:
            del self._waiting[hand]
            self._ready.append((hand, False))


def _current() -> _Hand | None:
    """Whoever may let others go on."""
    hand: Any = getcurrent()
    return hand if isinstance(hand, _Hand) and not hand.alone else None


def _until(number: int, event: int, seconds: float) -> None:
    if number < 0:
        raise OSError("the connection is closed")
    hand = _current()
    if hand is not None:
        came = hand.crew.wait_for_file(hand, number, event, time.monotonic() + seconds)
    else:
        poll = select.poll()
        poll.register(number, event)
        came = bool(poll.poll(seconds * 1_000))
    if not came:
        raise TimeoutError("timed out")
