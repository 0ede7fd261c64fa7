"""The database that PostgreSQL tests share is new to each of them."""

import pytest
import sqlalchemy as sa

from campaigns.audit import Actor, record
from campaigns.clock import FixedClock
from service.database import Database
from tests.factories.newsroom import editor
from tests.factories.postgres_shelf import PostgresShelf

_ROWS = sa.text("SELECT (SELECT count(*) FROM editor), (SELECT count(*) FROM audit_event)")
_NUMBER = sa.text("SELECT oid FROM pg_database WHERE datname = current_database()")
_PAGES = sa.text("SELECT pg_relation_size('editor') + pg_relation_size('audit_event')")


def test_what_one_test_wrote_no_other_finds(postgres_shelf: PostgresShelf, clock: FixedClock) -> None:
    database = Database(postgres_shelf.take())
    with database.session_scope() as session:
        first = editor(session, "Astrid").id
        record(session, clock, Actor.service("test"), "first", ("draft", 1))
    database.close()
    postgres_shelf.give_back()

    database = Database(postgres_shelf.take())
    with database.session_scope() as session:
        rows, pages = session.execute(_ROWS).one(), session.execute(_PAGES).scalar_one()
        again = editor(session, "Gunnar").id
    database.close()
    postgres_shelf.give_back()

    assert tuple(rows) == (0, 0)
    assert pages == 0  # so that the order of a heap depends on no test before
    assert again == first


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE left_behind (id integer)",
        "ALTER TABLE editor ADD COLUMN left_behind integer",
        "ALTER TABLE editor DROP CONSTRAINT uq_editor_email",
        "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "ALTER TABLE editor ALTER COLUMN name DROP NOT NULL",
    ],
)
def test_a_changed_schema_is_lent_to_nobody(postgres_shelf: PostgresShelf, change: str) -> None:
    database = Database(postgres_shelf.take())
    with database.session_scope() as session:
        number = session.execute(_NUMBER).scalar_one()
        session.execute(sa.text(change))
    database.close()
    postgres_shelf.give_back()

    database = Database(postgres_shelf.take())
    with database.session_scope() as session:
        another = session.execute(_NUMBER).scalar_one()
    database.close()
    postgres_shelf.give_back()

    assert another != number


def test_nobody_keeps_it_by_an_open_transaction(postgres_shelf: PostgresShelf) -> None:
    holding = sa.create_engine(postgres_shelf.take())
    connection = holding.connect()
    connection.execute(sa.text("LOCK TABLE editor IN ACCESS EXCLUSIVE MODE"))

    postgres_shelf.give_back()

    connection.invalidate()
    holding.dispose()
    database = Database(postgres_shelf.take())
    with database.session_scope() as session:
        assert session.execute(_ROWS).one()[0] == 0
    database.close()
    postgres_shelf.give_back()
