"""The schema on both engines: up from empty, down again, equal to the models, and its own guard of history."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel, select

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
