"""The schema on both engines: up from empty, down again, equal to the models, and its own guard of history."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Event, Timer

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import SQLModel, col, select

from campaigns.audit import Actor, AuditEvent, broken_links, record
from campaigns.clock import FixedClock
from service.database import Database


def test_it_goes_down_to_nothing_and_up_again(database: Database) -> None:
    database.migrate("base")
    left = set(sa.inspect(database.engine).get_table_names())
    database.migrate()

    assert left <= {"alembic_version"}
    assert set(SQLModel.metadata.tables) <= set(sa.inspect(database.engine).get_table_names())


def test_the_migrations_make_the_tables_the_models_describe(database: Database) -> None:
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)

    assert differences == []


def test_a_failing_block_leaves_nothing_behind(database: Database, clock: FixedClock) -> None:
    with pytest.raises(RuntimeError), database.session_scope() as session:
        record(session, clock, Actor.service("test"), "tried", ("draft", 1))
        raise RuntimeError

    with database.session_scope(read_only=True) as session:
        assert session.exec(select(AuditEvent)).all() == []


def test_a_reading_session_never_commits(database: Database, clock: FixedClock) -> None:
    with database.session_scope(read_only=True) as session:
        record(session, clock, Actor.service("test"), "tried", ("draft", 1))

    with database.session_scope(read_only=True) as session:
        assert session.exec(select(AuditEvent)).all() == []


def test_a_reading_session_sees_one_moment_while_others_write(database: Database, clock: FixedClock) -> None:
    count = select(sa.func.count()).select_from(AuditEvent)
    with database.session_scope(read_only=True) as reading:
        before = reading.exec(count).one()
        with database.session_scope() as writing:
            record(writing, clock, Actor.service("test"), "done", ("draft", 1))
        assert reading.exec(count).one() == before

    with database.session_scope(read_only=True) as reading:
        assert reading.exec(count).one() == before + 1


def test_the_audit_trail_refuses_to_be_rewritten(database: Database, clock: FixedClock) -> None:
    with database.session_scope() as session:
        record(session, clock, Actor.service("test"), "approved", ("draft", 1), note="æøå")

    with pytest.raises(sa.exc.DBAPIError, match="history"), database.session_scope() as session:
        session.execute(sa.text("UPDATE audit_event SET actor = 'editor:9'"))
    with pytest.raises(sa.exc.DBAPIError, match="history"), database.session_scope() as session:
        session.execute(sa.text("DELETE FROM audit_event"))


def test_the_chain_shows_a_row_that_was_changed_behind_the_triggers(
    sqlite_database: Database, clock: FixedClock
) -> None:
    with sqlite_database.session_scope() as session:
        for number in range(3):
            record(session, clock, Actor.editor(number), "approved", ("draft", number))
        assert list(broken_links(session)) == []

    with sqlite_database.session_scope() as session:
        session.execute(sa.text("DROP TRIGGER audit_event_refuse_update"))
        session.execute(sa.text("UPDATE audit_event SET actor = 'editor:9' WHERE id = 2"))

    with sqlite_database.session_scope(read_only=True) as session:
        assert list(broken_links(session)) == ["Hendelse 2: innholdet er endret etter at det ble skrevet."]


def test_a_transaction_the_database_gave_up_takes_nothing_more(sqlite_database: Database, clock: FixedClock) -> None:
    """A full disk inside a savepoint ends the whole transaction; what follows must not be kept by itself."""
    with pytest.raises(OperationalError), sqlite_database.session_scope() as session:
        record(session, clock, Actor.service("test"), "test.before", ("test", 1))
        raw = session.connection().connection.dbapi_connection
        assert raw is not None
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count={pages}")
        with suppress(OperationalError), session.begin_nested():
            record(session, clock, Actor.service("test"), "test.large", ("test", 2), words="x" * 400_000)
        raw.execute("PRAGMA max_page_count=1073741823")
        record(session, clock, Actor.service("test"), "test.after", ("test", 3))

    with sqlite_database.session_scope(read_only=True) as session:
        assert session.exec(select(AuditEvent)).all() == []


def test_what_people_wrote_is_in_no_error(database: Database) -> None:
    with pytest.raises(DBAPIError) as refusal, database.session_scope() as session:
        session.execute(sa.text("INSERT INTO nowhere VALUES (:address)"), {"address": "kari@example.no"})

    assert "kari@example.no" not in str(refusal.value)


def test_the_chain_holds_when_many_write_at_once(database: Database, clock: FixedClock) -> None:
    start = Barrier(6)

    def write(number: int) -> None:
        start.wait()
        for turn in range(10):
            with database.session_scope(durable=bool(turn % 2)) as session:
                record(session, clock, Actor.service("test"), "test.written", ("test", number), turn=turn)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))

    with database.session_scope(read_only=True) as session:
        assert len(session.exec(select(AuditEvent)).all()) == 60
        assert list(broken_links(session)) == []


def test_a_writer_waits_for_the_other_one(database: Database, clock: FixedClock) -> None:
    """No «database is locked»: the second begins when the first has committed."""
    holding, release = Event(), Event()

    def hold() -> None:
        with database.session_scope() as session:
            record(session, clock, Actor.service("test"), "test.first", ("test", 1))
            holding.set()
            release.wait(60)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        holding.wait(60)
        Timer(0.3, release.set).start()
        with database.session_scope() as session:
            record(session, clock, Actor.service("test"), "test.second", ("test", 2))
        held.result()

    with database.session_scope(read_only=True) as session:
        assert session.exec(select(AuditEvent.action).order_by(col(AuditEvent.id))).all() == [
            "test.first",
            "test.second",
        ]
