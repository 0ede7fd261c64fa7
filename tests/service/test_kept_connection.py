"""The connection that the ledger's writer keeps: whole units or nothing, on both engines."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.delivery.kept_connection import KeptConnection, Prepared, Step
from campaigns.subscribers.subscriber import SignUpAttempt
from campaigns.tables import UtcDateTime
from service.database import Database

ADD = sa.insert(SignUpAttempt).values(
    key=sa.bindparam("word", type_=sa.String()), at=sa.bindparam("now", type_=UtcDateTime())
)
REMOVE = sa.delete(SignUpAttempt).where(sa.column("key") == sa.bindparam("word", type_=sa.String()))
BROKEN = sa.text("INSERT INTO sign_up_attempt (key) VALUES (NULL)")


@pytest.fixture
def kept(database: Database) -> Iterator[KeptConnection]:
    with database.keep_connection() as kept:
        yield kept


def step(kept: KeptConnection, statement: sa.Executable, clock: FixedClock, word: str = "") -> Step:
    return Prepared(statement, kept.dialect), {"word": word, "now": clock.now()}


def words(database: Database) -> list[str]:
    with database.session_scope(read_only=True) as session:
        return sorted(session.exec(select(SignUpAttempt.key)))


@pytest.mark.parametrize("durable", [True, False])
def test_it_is_committed_when_it_comes_back_with_what_was_touched(
    database: Database, kept: KeptConnection, clock: FixedClock, durable: bool
) -> None:
    one = kept.unit([step(kept, ADD, clock, "a")], durable=durable)
    many = kept.unit(
        [step(kept, ADD, clock, "b"), step(kept, REMOVE, clock, "a"), step(kept, REMOVE, clock, "x")], durable=durable
    )

    assert (one, many) == ([1], [1, 1, 0])
    assert words(database) == ["b"]


def test_instants_are_the_same_as_a_session_reads(database: Database, kept: KeptConnection, clock: FixedClock) -> None:
    kept.unit([step(kept, ADD, clock, "a")], durable=True)

    with database.session_scope(read_only=True) as session:
        assert session.exec(select(SignUpAttempt.at)).one() == clock.now()


@pytest.mark.parametrize("position", [0, 1])
def test_nothing_of_a_unit_is_kept_when_part_of_it_fails(
    database: Database, kept: KeptConnection, clock: FixedClock, position: int
) -> None:
    steps = [step(kept, ADD, clock, "a"), step(kept, ADD, clock, "b")]
    steps.insert(position, step(kept, BROKEN, clock))
    with pytest.raises(DBAPIError, match="a unit of the ledger"):
        kept.unit(steps, durable=True)
    kept.unit([step(kept, ADD, clock, "afterwards")], durable=True)

    assert words(database) == ["afterwards"]


def test_the_next_to_use_the_connection_finds_it_as_it_was(database: Database, clock: FixedClock) -> None:
    waits = sa.text("PRAGMA synchronous" if database.url.startswith("sqlite") else "SHOW synchronous_commit")
    with database.session_scope() as session:
        before = session.connection().execute(waits).scalar()
    for number in range(3):
        with database.keep_connection() as kept:
            kept.unit([step(kept, ADD, clock, f"{number}")], durable=False)
    with database.session_scope() as session:
        after = session.connection().execute(waits).scalar()
        session.connection().execute(ADD, {"word": "a session", "now": clock.now()})

    assert after == before
    assert words(database) == ["0", "1", "2", "a session"]
