"""A shift ends for all together, and nobody who rests keeps it from ending."""

import threading
from collections.abc import Callable
from functools import partial

import pytest

from campaigns.channels.taking_turns import Bell, together
from campaigns.delivery.shift import Shift

NEVER = 3_600.0  # seconds: longer than a test may take


def shift(*, look_again: float = NEVER, stop: threading.Event | None = None) -> Shift:
    return Shift(stop=stop or threading.Event(), look_again=look_again)


def once(*, then: Callable[[], object] = lambda: None) -> Callable[[], int]:
    def work() -> int:
        then()
        return 1

    return work


def test_whoever_finds_nothing_alone_goes_home_at_once() -> None:
    assert shift().work(once()) == 1


def test_all_go_home_when_the_last_one_has_ended() -> None:
    both = shift()
    begun: list[Bell] = []

    def long_work() -> int:
        begun.append(Bell())
        begun[0].wait()
        return 1

    def ring_and_rest() -> int:
        begun[0].ring()
        return 1

    assert together([partial(both.work, long_work), partial(both.work, ring_and_rest)]) == [1, 1]


def test_lanes_in_different_threads_end_together() -> None:
    both, resting = shift(), threading.Event()
    other = threading.Thread(target=both.work, args=[once(then=resting.set)])

    def until_the_other_rests() -> int:
        other.start()
        assert resting.wait(60)
        return 1

    both.work(until_the_other_rests)
    other.join(60)

    assert not other.is_alive()


def test_while_one_is_at_work_the_others_look_again_and_again() -> None:
    crew = shift(look_again=0.001)
    begun: list[Bell] = []
    looked: list[None] = []

    def long_work() -> int:
        begun.append(Bell())
        return int(begun[0].wait(60))

    def look() -> int:
        looked.append(None)
        if len(looked) == 5:
            begun[0].ring()
        return 1

    long, looks = together([partial(crew.work, long_work), partial(crew.work, look)])
    assert (long, looks) == (1, len(looked))


def test_one_that_breaks_off_holds_up_nobody() -> None:
    crew = shift()
    begun: list[Bell] = []

    def broken() -> int:
        begun.append(Bell())
        begun[0].wait()
        raise OSError("the disk is full")

    def ring_and_rest() -> int:
        begun[0].ring()
        return 1

    with pytest.raises(OSError, match="full"):
        together([partial(crew.work, broken), partial(crew.work, ring_and_rest)])
    assert crew.work(once()) == 1


def test_a_stop_sends_home_whoever_rests() -> None:
    stop = threading.Event()
    crew = shift(stop=stop)
    begun: list[Bell] = []
    ended: list[str] = []

    def long_work() -> int:
        begun.append(Bell())
        begun[0].wait(60)
        ended.append("the long one")
        return 1

    def rested() -> int:
        done = crew.work(once())
        ended.append("who rested")
        begun[0].ring()
        return done

    works: list[Callable[[], int]] = [partial(crew.work, long_work), rested, once(then=stop.set)]
    together(works)
    assert ended == ["who rested", "the long one"]
