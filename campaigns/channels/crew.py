"""The crew of a thread: its conversations, what each of them waits for, and whose turn it is.

What a conversation itself may call stands in ``taking_turns``.
"""

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Self

from greenlet import enable_optional_cleanup, getcurrent, greenlet  # type: ignore[attr-defined]  # its stubs lack one

NEVER = float("inf")

# When a thread ends the library looks who still refers to its greenlets, and where it finds nobody lets go once more.
# It does not see what is being collected as rubbish at that moment, such as an error's frames; then it lets go of
# what is still in use, and the process crashes. We leave nothing behind that it could help with.
enable_optional_cleanup(False)


class Hand(greenlet):
    """One conversation."""

    def __init__(self, crew: "Crew", work: Callable[[], None]) -> None:
        super().__init__(lambda _came: work())  # its parent is who makes it: whoever runs the crew
        self.crew = crew
        self.alone = False


class Crew:
    """The conversations of one thread. Only ``wake`` may be called from another."""

    def __init__(self, size: int) -> None:
        self.threads = ThreadPoolExecutor(max(size, 1), thread_name_prefix="apart")
        self._thread = threading.get_ident()
        self._runs = getcurrent()
        self._ready: deque[tuple[Hand, bool]] = deque()
        self._aside: list[Hand] = []
        self._waiting: dict[Hand, tuple[object, float]] = {}  # for what, and until when
        self._files: dict[int, Hand] = {}
        self._poll = select.poll()
        self._woken: deque[tuple[Hand, object]] = deque()
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
        hands = [Hand(self, work) for work in works]
        self._ready.extend((hand, True) for hand in hands)
        while not all(hand.dead for hand in hands):
            self._round()

    def wait(self, hand: Hand, thing: object, ends_at: float) -> bool:
        """The others' turn until ``thing`` comes or the time is over; whether it came."""
        self._waiting[hand] = thing, ends_at
        came: bool = self._runs.switch()
        return came

    def wait_for_file(self, hand: Hand, number: int, event: int, ends_at: float) -> bool:
        """The same for a file descriptor, for which only one may wait."""
        self._files[number] = hand
        self._poll.register(number, event)
        try:
            return self.wait(hand, number, ends_at)
        finally:
            if self._files.get(number) is hand:  # it is not when the file was closed, and the number given to another
                self._poll.unregister(number)
                del self._files[number]

    def step_aside(self, hand: Hand) -> None:
        self._aside.append(hand)
        self._runs.switch()

    def wake(self, hand: Hand, thing: object) -> None:
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
        return None if ends_at == NEVER else max((ends_at - time.monotonic()) * 1_000, 0) + 1

    def _go_on(self, hand: Hand, thing: object) -> None:
        if hand in self._waiting and self._waiting[hand][0] == thing:
            del self._waiting[hand]
            self._ready.append((hand, True))

    def _end_waits(self) -> None:
        now = time.monotonic()
        for hand in [hand for hand, (_, ends_at) in self._waiting.items() if ends_at <= now]:
            del self._waiting[hand]
            self._ready.append((hand, False))


def current() -> Hand | None:
    """Whoever may let others go on."""
    hand: Any = getcurrent()
    return hand if isinstance(hand, Hand) and not hand.alone else None
