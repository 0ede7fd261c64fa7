"""The timetable's runner: turns are taken once, whoever asks, and one failing row stops no other."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlmodel import select

from campaigns.clock import FixedClock
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from service.timetable.runner import Runner
from service.timetable.timetable import SENDING, TIMETABLE, Row
from service.timetable.turn import Turn


@pytest.fixture
def service(database: Database, clock: FixedClock) -> Service:
    service = Service(Settings(), clock)
    service.__dict__["database"] = database
    return service


def row(job: Callable[[Service], dict[str, int]], *, name: str = "count") -> Row:
    return Row(name=name, job=job, every=timedelta(minutes=1), why="for the test")


def test_it_runs_a_due_row_once_and_again_when_its_time_has_come(service: Service, clock: FixedClock) -> None:
    runs: list[int] = []
    counting = row(lambda _: runs.append(1) or {})  # type: ignore[func-returns-value]
    runner = Runner(service, [counting])

    taken = [runner.take_turn(counting), runner.take_turn(counting)]
    clock.advance(minutes=1)
    taken.append(runner.take_turn(counting))

    assert taken == [True, False, True]
    assert len(runs) == 2


def test_two_runners_on_one_database_take_one_turn(service: Service) -> None:
    runs: list[int] = []
    counting = row(lambda _: runs.append(1) or {})  # type: ignore[func-returns-value]
    start = Barrier(4)

    def race() -> None:
        start.wait()
        Runner(service, [counting]).take_turn(counting)

    threads = [Thread(target=race) for _ in range(4)]
    [thread.start() for thread in threads]  # type: ignore[func-returns-value]
    [thread.join() for thread in threads]  # type: ignore[func-returns-value]

    assert len(runs) == 1


def test_a_row_that_fails_keeps_its_reason_and_comes_again(service: Service, clock: FixedClock) -> None:
    outcomes = iter([ValueError("ingen kontakt"), None])

    def job(_: Service) -> dict[str, int]:
        if failure := next(outcomes):
            raise failure
        return {}

    failing = row(job)
    runner = Runner(service, [failing])

    runner.take_turn(failing)
    first = _turn(service)
    clock.advance(minutes=1)
    runner.take_turn(failing)

    assert first.last_error == "ValueError: ingen kontakt"
    assert _turn(service).last_error is None


def test_it_refuses_two_rows_with_one_name(service: Service) -> None:
    with pytest.raises(ValueError, match="share a name"):
        Runner(service, [row(lambda _: {}), row(lambda _: {})])


def test_every_row_of_the_timetable_has_a_name_of_its_own_and_a_reason() -> None:
    assert len({row.name for row in TIMETABLE}) == len(TIMETABLE)
    assert all(row.why for row in TIMETABLE)


def _turn(service: Service) -> Turn:
    with service.database.session_scope(read_only=True) as session:
        turn = session.exec(select(Turn)).one()
        session.expunge(turn)
        return turn


def test_a_clock_that_goes_back_stops_nothing(service: Service, clock: FixedClock) -> None:
    """A machine that started in the wrong year, or a demo's clock: the next turn must not lie a year ahead."""
    counting = row(lambda _: {})
    runner = Runner(service, [counting])
    clock.advance(days=400)
    runner.take_turn(counting)
    clock.advance(days=-400)

    assert runner.take_turn(counting)
    assert not runner.take_turn(counting)


def test_a_worker_runs_what_sends_and_asks_no_source() -> None:
    assert [row.name for row in SENDING] == ["publish", "deliver mail", "deliver posts", "reconcile", "settle"]
