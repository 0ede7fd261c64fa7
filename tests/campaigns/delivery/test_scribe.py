"""Sharing a commit: everybody waits for their own line, a refusal is one's own, a fault is everybody's."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from campaigns.audit import Actor, AuditEvent, record
from campaigns.channels.taking_turns import sleep, together
from campaigns.clock import FixedClock
from campaigns.delivery.scribe import Scribe
from campaigns.errors import StaleVersion
from service.database import Database


def note(clock: FixedClock, what: str) -> Callable[[Session], str]:
    def work(session: Session) -> str:
        record(session, clock, Actor.service("test"), what, ("line", what))
        return what

    return work


def written(database: Database) -> set[str]:
    with database.session_scope(read_only=True) as session:
        return set(session.exec(select(AuditEvent.action)))


def test_what_was_asked_for_is_committed_when_it_comes_back(database: Database, clock: FixedClock) -> None:
    with Scribe(database.session_scope, database.keep_connection) as scribe:
        answer = scribe.write(note(clock, "first"))
        seen = written(database)

    assert (answer, seen) == ("first", {"first"})


def test_many_at_once_are_all_written(database: Database, clock: FixedClock) -> None:
    wanted = {f"line {number}" for number in range(40)}
    with Scribe(database.session_scope, database.keep_connection) as scribe, ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda what: scribe.write(note(clock, what)), wanted))

    assert answers == written(database) == wanted


def test_work_that_waits_lets_nobody_go_on_who_would_ask_too(database: Database, clock: FixedClock) -> None:
    def wait(session: Session) -> str:
        sleep(0.001)
        return note(clock, "waited")(session)

    with Scribe(database.session_scope, database.keep_connection) as scribe:
        answers = together([lambda: scribe.write(wait), lambda: scribe.write(note(clock, "the other"))])

    assert answers == ["waited", "the other"]


def _together(scribe: Scribe, *works: Callable[[Session], object]) -> list[BaseException | None]:
    """Hand these in while the scribe is busy, so that they share a commit; what each of them got."""
    busy, release = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        busy.set()
        release.wait(timeout=60)

    with ThreadPoolExecutor(len(works) + 1) as pool:
        pool.submit(scribe.write, hold)
        busy.wait(timeout=60)
        asked = [pool.submit(scribe.write, work) for work in works]
        while scribe.waiting < len(works):
            pass
        release.set()
        return [answer.exception(timeout=60) for answer in asked]


def test_a_refusal_leaves_the_others_alone(database: Database, clock: FixedClock) -> None:
    def refuse(_session: Session) -> None:
        raise StaleVersion("somebody else was first", seen=1, current=2)

    with Scribe(database.session_scope, database.keep_connection) as scribe:
        first, refused, last = _together(scribe, note(clock, "a"), refuse, note(clock, "b"))

    assert isinstance(refused, StaleVersion)
    assert (first, last) == (None, None)
    assert written(database) == {"a", "b"}


def test_a_fault_takes_the_whole_commit_back_and_everybody_is_told(database: Database, clock: FixedClock) -> None:
    def fail(_session: Session) -> None:
        raise OSError("the disk is full")

    with Scribe(database.session_scope, database.keep_connection) as scribe:
        faults = _together(scribe, note(clock, "a"), fail)
        scribe.write(note(clock, "afterwards"))

    assert [type(fault) for fault in faults] == [OSError, OSError]
    assert written(database) == {"afterwards"}


def test_work_is_never_left_waiting_when_it_ends(database: Database, clock: FixedClock) -> None:
    with pytest.raises(KeyError), Scribe(database.session_scope, database.keep_connection) as scribe:
        scribe.write(note(clock, "a"))
        raise KeyError

    assert written(database) == {"a"}
