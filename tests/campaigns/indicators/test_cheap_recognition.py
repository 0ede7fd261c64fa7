"""What is the same is recognised by its hash alone, also when the hash was made in an earlier form."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from campaigns.clock import FixedClock
from campaigns.indicators.finding import Finding
from campaigns.indicators.vintage import ObservationVersion, Vintage
from campaigns.sources.source import FetchOutcome
from service.database import Database
from tests.factories.followed_table import Desk


@pytest.fixture
def desk(database: Database, clock: FixedClock, tmp_path: Path, samples: Path) -> Desk:
    made = Desk(database, clock, tmp_path, samples)
    made.follow()
    return made


@contextmanager
def _readings(database: Database) -> Iterator[list[str]]:
    """The questions that read the cells of every series at once."""
    said: list[str] = []
    table = str(ObservationVersion.__tablename__)

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT") and f"FROM {table}" in statement:
            said.append(statement)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(database.engine, "before_cursor_execute", note)


def _hashes(desk: Desk) -> list[str]:
    found: list[str] = desk.ask(lambda session: [each.canonical_hash for each in session.exec(select(Vintage))])
    return found


def test_the_same_figures_in_other_words_are_known_without_reading_a_cell(desk: Desk) -> None:
    desk.poll(3)

    with _readings(desk.database) as read:
        result = desk.poll(4)  # reordered, relabelled, and of a later date

    assert result.outcome is FetchOutcome.UNCHANGED
    assert read == []


def test_a_hash_of_an_earlier_form_is_recognised_once_and_made_anew(desk: Desk) -> None:
    desk.poll(3)
    (now,) = _hashes(desk)
    with desk.database.session_scope() as session:
        session.connection().execute(sa.update(Vintage).values(canonical_hash="0" * 64))

    with _readings(desk.database) as first:
        result = desk.poll(4)
    with _readings(desk.database) as second:
        again = desk.poll(3)

    assert [result.outcome, again.outcome] == [FetchOutcome.UNCHANGED] * 2
    assert (len(first), second) == (1, [])
    assert _hashes(desk) == [now]
    assert desk.count(ObservationVersion) == 60
    assert desk.ask(lambda session: session.exec(select(Finding)).all()) == []


def test_a_window_that_has_let_its_oldest_period_go_is_recognised_once(desk: Desk) -> None:
    desk.poll(2)
    shorter = desk.read(2)
    place = shorter["id"].index("Tid")
    assert place == len(shorter["id"]) - 1
    years = sorted(shorter["dimension"]["Tid"]["category"]["index"])
    kept = len(years) - 1
    shorter["value"] = [each for at, each in enumerate(shorter["value"]) if at % len(years)]
    shorter["status"] = None
    shorter["size"][place] = kept
    shorter["dimension"]["Tid"]["category"] = {"index": years[1:]}
    desk.write(shorter)
    desk.poll()
    desk.write({**shorter, "updated": "2026-03-01T07:00:00Z"})

    with _readings(desk.database) as read:
        result = desk.poll()

    assert (result.outcome, read) == (FetchOutcome.UNCHANGED, [])


def test_a_changed_cell_is_closed_by_looking_it_up(
    sqlite_database: Database, clock: FixedClock, tmp_path: Path, samples: Path
) -> None:
    desk = Desk(sqlite_database, clock, tmp_path, samples)
    desk.follow()
    desk.poll(2)
    closing: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(f"UPDATE {ObservationVersion.__tablename__} "):
            closing.append((statement, parameters[0]))

    sa.event.listen(sqlite_database.engine, "before_cursor_execute", note)
    desk.poll(3)
    sa.event.remove(sqlite_database.engine, "before_cursor_execute", note)

    ((statement, parameters),) = closing
    with sqlite_database.engine.connect() as connection:
        (plan,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert "(dataset_id=? AND series=? AND period=?)" in plan[3]
