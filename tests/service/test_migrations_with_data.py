"""The schema is changed under data: from the first landed revision with a row in every table, up, down and up again."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlmodel import Session, SQLModel, col, select

from campaigns.subscribers.subscriber import Subscriber
from campaigns.tables import JsonText
from service.database import MIGRATIONS, Database

FIRST_LANDED = "0008"
NOW = datetime(2027, 5, 10, 6, 0, tzinfo=UTC)
_CHOICE = re.compile(r"^[(\"]*(\w+)[)\"]*(?:::text)? (?:IN|= ANY) ")
_MADE = {"edition"}  # of what is there: each issue goes to its readers in one
_HISTORY = ("audit_event", "delivery_event", "snapshot")

Rows = Mapping[str, list[dict[str, Any]]]


def test_a_row_in_every_table_lives_through_every_change(database: Database) -> None:
    database.migrate("base")
    database.migrate(FIRST_LANDED)
    _fill(database)
    before = _rows(database)

    database.migrate()

    assert all(len(rows) == 1 for rows in before.values())
    assert _as_before(_rows(database), before) == before
    _is_sound(database)


def test_it_goes_down_to_what_has_landed_and_up_again_with_a_row_in_every_table(database: Database) -> None:
    _fill(database)
    filled = _rows(database)
    assert all(len(rows) == 1 for rows in filled.values())

    _down(database, FIRST_LANDED)
    landed = _rows(database)
    database.migrate()

    assert _as_before(filled, landed) == landed
    assert _as_before(_rows(database), landed) == landed
    assert {name for name, rows in _rows(database).items() if not rows} == filled.keys() - landed.keys() - _MADE
    _is_sound(database)


def test_who_came_in_a_list_is_known_from_their_consents(database: Database) -> None:
    _down(database, "0029")
    found = _reflected(database).tables
    person = {"status": "confirmed", "language": "nb", "frequency": "each", "epoch": 0, "created_at": NOW}
    step = {"wording_version": "1", "language": "nb", "origin": "x", "detail": {}, "at": NOW}
    with database.engine.begin() as connection:
        for number, actions in enumerate((("asked", "confirmed"), ("imported", "confirmed"), ()), start=1):
            names = dict.fromkeys(("raw", "normalized", "ascii_email", "canonical_key"), f"leser{number}@example.no")
            connection.execute(found["subscriber"].insert(), {"id": number, "topics": ["kreft"], **names, **person})
            for action in actions:
                connection.execute(found["consent"].insert(), {"subscriber_id": number, "action": action, **step})

    database.migrate()

    with Session(database.engine) as session:
        people = session.exec(select(Subscriber).order_by(col(Subscriber.id))).all()
    assert [(one.brought, one.topics) for one in people] == [(False, ["kreft"]), (True, ["kreft"]), (False, ["kreft"])]


def _fill(database: Database) -> None:
    """A row in every table that has none, every column of it filled."""
    found = _reflected(database)
    inspector = sa.inspect(database.engine)
    choices = {name: _choices(inspector, name) for name in found.tables}
    with database.engine.begin() as connection:
        for table in found.sorted_tables:
            if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one():
                continue
            values = {column.name: _value(column, choices[table.name]) for column in table.columns}
            connection.execute(table.insert(), values)


def _choices(inspector: sa.Inspector, table: str) -> dict[str, str]:
    """For each column of few words, the last of them: the one that asks least of the other columns."""
    found = {}
    for check in inspector.get_check_constraints(table):
        if column := _CHOICE.match(check["sqltext"]):
            found[column[1]] = re.findall(r"'([^']*)'", check["sqltext"])[-1]
    return found


def _value(column: sa.Column[Any], choices: Mapping[str, str]) -> Any:
    if column.name in choices:
        return choices[column.name]
    if column.foreign_keys:
        (target,) = column.foreign_keys
        return None if target.column.table is column.table else _value(target.column, {})
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {}
    if isinstance(kind, sa.DateTime):
        return NOW
    by_type: Mapping[type[Any], Any] = {
        bool: True, int: 1, float: 1.5, date: date(2027, 5, 10), bytes: b"x", str: "1",
    }  # fmt: skip
    return by_type[kind.python_type]


def _reflected(database: Database) -> sa.MetaData:
    found = sa.MetaData()
    found.reflect(database.engine)
    found.remove(found.tables["alembic_version"])
    return found


def _rows(database: Database) -> Rows:
    with database.engine.connect() as connection:
        return {
            table.name: [
                {name: _read(table.name, name, value) for name, value in row.items()}
                for row in connection.execute(sa.select(table)).mappings()
            ]
            for table in _reflected(database).sorted_tables
        }


def _read(table: str, column: str, value: Any) -> Any:
    """The value; JSON that is kept as text, and before was not, as what it says."""
    known = SQLModel.metadata.tables[table].columns.get(column)
    as_text = known is not None and isinstance(known.type, JsonText) and isinstance(value, str)
    return json.loads(value) if as_text else value


def _as_before(now: Rows, before: Rows) -> Rows:
    """What there is now, of the tables and columns there were."""
    return {
        name: [{key: found[key] for key in row} for row, found in zip(rows, now[name], strict=True)]
        for name, rows in before.items()
    }


def _down(database: Database, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()


def _is_sound(database: Database) -> None:
    """Every row can be read as what it is, points at rows that are there, and history is still history."""
    with Session(database.engine) as session:
        for mapper in SQLModel._sa_registry.mappers:  # the only list there is of what is mapped
            session.exec(select(mapper.class_)).all()
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    for table in _HISTORY:
        with pytest.raises(sa.exc.DBAPIError, match="history"), database.engine.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM {table}")
