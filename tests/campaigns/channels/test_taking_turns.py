"""Conversations that take turns in one thread."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from greenlet import get_clocks_used_doing_optional_cleanup  # type: ignore[attr-defined]  # its stubs lack it
from structlog.testing import capture_logs

from campaigns.channels.taking_turns import (
    Bell,
    alone,
    apart,
    give_way,
    is_alone,
    sleep,
    together,
    until_readable,
    until_writable,
)

LONG = 60.0
AT_ONCE = 0.001


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        yield ours, theirs


def test_what_each_came_to_stands_in_the_order_they_were_given() -> None:
    assert together([lambda: "a", lambda: "b", lambda: "c"]) == ["a", "b", "c"]
    assert together([]) == []


def test_one_that_waits_for_the_other_side_lets_others_go_on(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line
    told: list[str] = []

    def listen() -> None:
        until_readable(ours, LONG)
        told.append(f"heard {ours.recv(10).decode()}")

    def speak() -> None:
        told.append("spoke")
        theirs.sendall(b"hei")

    together([listen, speak])

    assert told == ["spoke", "heard hei"]


def test_the_end_of_the_other_side_is_heard(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line

    def listen() -> bytes:
        until_readable(ours, LONG)
        return ours.recv(10)

    def leave() -> bytes:
        theirs.close()
        return b""

    assert together([listen, leave]) == [b"", b""]


@pytest.mark.parametrize("wait", [until_readable, until_writable])
def test_nothing_within_the_time_is_a_timeout(
    line: tuple[socket.socket, socket.socket], wait: Callable[[socket.socket, float], None]
) -> None:
    ours, _theirs = line
    ours.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            ours.send(b"x" * 100_000)  # until nothing more can leave

    def give_up() -> str:
        with pytest.raises(TimeoutError):
            wait(ours, AT_ONCE)
        return "gave up"

    assert together([give_up, lambda: "the other"]) == ["gave up", "the other"]
    assert give_up() == "gave up"


def test_what_came_in_time_counts_although_the_thread_was_busy_until_the_time_was_over(
    line: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = line

    def listen() -> bytes:
        until_readable(ours, AT_ONCE)
        return ours.recv(10)

    def speak_and_be_busy() -> bytes:
        theirs.sendall(b"hei")
        over = time.monotonic() + AT_ONCE
        while time.monotonic() <= over:
            pass
        return b""

    assert together([listen, speak_and_be_busy]) == [b"hei", b""]


def test_whoever_gives_way_comes_back_when_all_wait(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line
    told: list[str] = []

    def polite(name: str) -> Callable[[], None]:
        def work() -> None:
            told.append(f"{name} asks")
            give_way()
            told.append(f"{name} goes on")

        return work

    def listen() -> None:
        until_readable(ours, LONG)
        told.append("listener heard")

    theirs.sendall(b"here already")
    together([polite("a"), listen, polite("b")])

    assert told == ["a asks", "b asks", "listener heard", "a goes on", "b goes on"]


def test_an_error_ends_its_own_conversation_and_is_raised_when_the_others_have_ended() -> None:
    ended: list[str] = []

    def fail() -> None:
        raise ConnectionError("broken")

    def go_on() -> None:
        give_way()
        ended.append("the other")

    with capture_logs() as logs, pytest.raises(ConnectionError, match="broken"):
        together([fail, go_on, fail])

    assert ended == ["the other"]
    assert [entry["error"] for entry in logs] == ["ConnectionError('broken')"]


def test_what_blocks_is_done_apart_and_holds_nobody() -> None:
    opened = threading.Event()

    def open_slowly() -> str:
        assert apart(lambda: opened.wait(LONG))
        return threading.current_thread().name

    def go_on() -> str:
        opened.set()
        return threading.current_thread().name

    assert together([open_slowly, go_on]) == [threading.current_thread().name] * 2


def test_an_error_from_apart_comes_back() -> None:
    def refuse() -> None:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        together([lambda: apart(refuse)])
    with pytest.raises(ConnectionRefusedError):
        apart(refuse)


def test_a_bell_is_heard_from_another_conversation_and_from_another_thread() -> None:
    bells: list[Bell] = []

    def listen() -> bool:
        bells.append(Bell())
        return bells[-1].wait(LONG)

    def ring_both() -> bool:
        bells[0].ring()
        ringer = threading.Thread(target=bells[1].ring)
        ringer.start()
        ringer.join()
        return True

    assert together([listen, listen, ring_both]) == [True, True, True]


def test_a_bell_that_has_rung_is_not_waited_for() -> None:
    def ring_first() -> bool:
        bell = Bell()
        bell.ring()
        return bell.wait()

    assert together([ring_first]) == [True]
    assert ring_first()


def test_nobody_is_woken_by_a_bell_he_does_not_wait_for_any_more(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line
    bells: list[Bell] = []
    given_up: list[Bell] = []

    def give_up_then_listen() -> bytes:
        bells.append(Bell())
        assert not bells[0].wait(AT_ONCE)
        given_up.append(bells[0])
        until_readable(ours, LONG)
        return ours.recv(10)

    def ring_late() -> bytes:
        while not given_up:
            give_way()
        given_up[0].ring()
        give_way()
        theirs.sendall(b"hei")
        return b""

    ours.setblocking(False)
    assert together([give_up_then_listen, ring_late]) == [b"hei", b""]


def test_a_bell_that_is_rung_when_all_have_ended_is_heard_by_nobody(tmp_path: Path) -> None:
    (bell,) = together([Bell])
    files = [(tmp_path / str(number)).open("w+b") for number in range(8)]  # one of them has the number that was called

    ringer = threading.Thread(target=bell.ring)
    ringer.start()
    ringer.join()

    assert bell.rung
    for file in files:
        file.close()
        assert Path(file.name).read_bytes() == b""


def test_a_connection_that_has_the_number_of_a_closed_one_is_waited_for(
    line: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = line
    closed, its_other_end = socket.socketpair()
    given_up: list[str] = []

    def wait_in_vain() -> bytes:
        with pytest.raises(TimeoutError):
            until_readable(closed, AT_ONCE * 20)
        given_up.append("the closed one")
        return b""

    def listen() -> bytes:
        number = closed.detach()
        with closing(socket.socket(fileno=os.dup2(ours.fileno(), number))) as connection:
            until_readable(connection, LONG)
            return connection.recv(10)

    def speak_later() -> bytes:
        while not given_up:
            give_way()
        theirs.sendall(b"hei")
        return b""

    with its_other_end:
        assert together([wait_in_vain, listen, speak_later]) == [b"", b"hei", b""]


def test_nobody_else_has_a_turn_while_one_is_alone(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line
    theirs.sendall(b"here already")
    told: list[str] = []

    def hold() -> None:
        with alone():
            assert is_alone()
            give_way()
            sleep(AT_ONCE)
            until_readable(ours, LONG)
            apart(lambda: None)
            told.append("let go")
        assert not is_alone()
        give_way()
        told.append("back")

    together([hold, lambda: told.append("the other")])

    assert told == ["let go", "the other", "back"]


def test_where_nobody_takes_turns_nobody_is_alone() -> None:
    with alone():
        assert not is_alone()


def test_sleep_ends_early_when_it_is_told_to() -> None:
    stop = threading.Event()

    together([lambda: sleep(3_600, unless=stop), stop.set])
    sleep(3_600, unless=stop)


def test_a_conversation_of_conversations_takes_its_own_turns() -> None:
    assert together([lambda: together([lambda: 1, lambda: 2]), lambda: [3]]) == [[1, 2], [3]]


def test_nothing_is_guessed_about_what_an_error_leaves_behind() -> None:
    def fail() -> None:
        raise ConnectionError("broken")

    before = get_clocks_used_doing_optional_cleanup()
    for _ in range(20):
        with ThreadPoolExecutor(1) as pool:
            assert isinstance(pool.submit(together, [fail]).exception(), ConnectionError)

    assert get_clocks_used_doing_optional_cleanup() == before
