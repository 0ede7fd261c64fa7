"""Many lines of a list to and from the database at once, the way each engine takes them fastest."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from campaigns.subscribers.list_import import ListLine

_LINE: sa.Table = ListLine.__table__  # type: ignore[attr-defined]
# The same table without types: a million values pass as they are, and JSON as text written once for all alike.
_AS_IS = sa.table(_LINE.name, *(sa.column(each.name) for each in _LINE.c))


def store_lines(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep these rows of ``ListLine``, which all have the same columns. PostgreSQL takes them as one stream."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        connection.execute(sa.insert(_AS_IS), rows)
        return
    driver: Any = connection.connection.driver_connection
    columns = ", ".join(f'"{name}"' for name in rows[0])
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {_LINE.name} ({columns}) FROM STDIN") as stream:
            for row in rows:
                stream.write_row(tuple(row.values()))
    except connection.dialect.loaded_dbapi.Error as error:  # without the rows, which are people's
        raise OperationalError("COPY of a list's lines", None, error) from error


def one_of(session: Session, column: sa.Column[str], values: Sequence[str]) -> sa.ColumnElement[bool]:
    """The condition that the column has one of these values: on PostgreSQL they are one value, not thousands."""
    if session.get_bind().dialect.name != "postgresql":
        return column.in_(values)
    return column == sa.any_(sa.literal(values, ARRAY(sa.String())))


def look_again(session: Session) -> None:
    """A list's lines come and go faster than PostgreSQL looks: without this it thinks there are none, and for each
    bunch goes through all of them.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.flush()
        session.execute(sa.text(f"ANALYZE {_LINE.name}"))
