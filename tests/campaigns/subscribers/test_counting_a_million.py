"""What a million subscribers are counted and found by stands in an index: no count goes through their rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from campaigns.clock import FixedClock
from campaigns.delivery.outcomes import breakdown
from campaigns.delivery.recipient_list import recipient_page
from campaigns.language import Language
from campaigns.subscribers.criteria import Criteria, Way
from campaigns.subscribers.reader_groups import EVERYBODY, Audience, reader_groups
from campaigns.subscribers.register import Wanted, register_page
from campaigns.subscribers.segment import SegmentCopy
from campaigns.subscribers.segments import count_segments
from campaigns.subscribers.subscriber import Frequency, SubscriberStatus
from campaigns.subscribers.tally import tally
from service.database import Database
from tests.factories.desk import subscribers

NEW = Criteria(last_days=30, way=Way.SIGN_UP)
SEGMENTS = [
    Criteria(status=SubscriberStatus.CONFIRMED, language=Language.NYNORSK),
    Criteria(topic="kreft", frequency=Frequency.WEEKLY),
    Criteria(way=Way.LIST),
    NEW,
]


@contextmanager
def plans(database: Database) -> Iterator[list[str]]:
    """How SQLite answers each question that is put meanwhile, a line for each step, once the block has ended.

    Left out is the one for a page that is read from the table's end: it stops when it has enough.
    """
    asked: list[tuple[str, Any]] = []
    steps: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "ORDER BY subscriber.id DESC" not in statement:
            asked.append((statement, given))

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield steps
    sa.event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        for statement, given in asked:
            steps += [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)]


@pytest.fixture
def crowded(sqlite_database: Database, clock: FixedClock) -> Database:
    with sqlite_database.session_scope() as session:
        subscribers(session, clock, 60)
    return sqlite_database


def _reads_rows(steps: list[str]) -> list[str]:
    """The steps that go through the subscribers' rows; to find the last number of all is not one."""
    of_people = [step for step in steps if step.startswith(("SCAN subscriber", "SEARCH subscriber USING"))]
    return [step for step in of_people if "COVERING INDEX" not in step and "PRIMARY KEY" not in step]


@pytest.mark.parametrize(
    "ask",
    [
        lambda session, clock: count_segments(session, clock, SEGMENTS),
        lambda session, _: reader_groups(session, EVERYBODY),
        lambda session, clock: reader_groups(session, _those(NEW, clock)),
        *(
            lambda session, clock, wanted=wanted: register_page(session, wanted.as_of(clock.now()))
            for wanted in (
                Wanted(),
                Wanted(search="leser1"),
                Wanted(language=Language.NYNORSK),
                Wanted(topic="kreft"),
                Wanted(way=Way.LIST, status=SubscriberStatus.CONFIRMED),
                Wanted(last_days=30, frequency=Frequency.WEEKLY),
                Wanted(held_back=True),
            )
        ),
        lambda session, clock: tally(session, clock, SEGMENTS),
        lambda session, _: recipient_page(session, 1, told=breakdown(session, 1), search="leser1"),
    ],
)
def test_an_index_alone_tells_it(
    crowded: Database, clock: FixedClock, ask: Callable[[Session, FixedClock], object]
) -> None:
    with plans(crowded) as steps, crowded.session_scope(read_only=True) as session:
        ask(session, clock)

    assert any("subscriber" in step for step in steps)
    assert _reads_rows(steps) == []


def test_readers_are_grouped_in_the_order_of_the_index(crowded: Database) -> None:
    with plans(crowded) as steps, crowded.session_scope(read_only=True) as session:
        assert reader_groups(session)

    assert [step for step in steps if "TEMP B-TREE" in step] == []


@pytest.mark.parametrize(
    "ask",
    [
        lambda session, clock: count_segments(session, clock, SEGMENTS * 3),
        lambda session, clock: tally(session, clock, SEGMENTS),
    ],
)
def test_however_much_is_counted_it_is_one_question(
    crowded: Database, clock: FixedClock, ask: Callable[[Session, FixedClock], object]
) -> None:
    with plans(crowded) as steps, crowded.session_scope(read_only=True) as session:
        ask(session, clock)

    assert len([step for step in steps if step.startswith(("SCAN subscriber", "SEARCH subscriber"))]) == 1


def test_no_segment_is_no_question(crowded: Database, clock: FixedClock) -> None:
    with crowded.session_scope(read_only=True) as session:
        assert count_segments(session, clock, []) == []


def _those(criteria: Criteria, clock: FixedClock) -> Audience:
    return Audience(segment=SegmentCopy(id=1, name="Nye", criteria=criteria)).as_of(clock.now())
