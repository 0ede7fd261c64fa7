"""Connections that a busy writer keeps, one kind for each engine (``campaigns.delivery.kept_connection``).

SQLite: the driver's own cursor, BEGIN IMMEDIATE and COMMIT said by us. PostgreSQL: everything of one transaction is
sent at once and answered at once (libpq's pipeline), BEGIN and COMMIT with it, so a commit costs one trip.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import PoolProxiedConnection

from campaigns.delivery.kept_connection import KeptConnection, Step


@contextmanager
def kept_connection(engine: sa.Engine, *, synchronous: tuple[str, str]) -> Iterator[KeptConnection]:
    """A connection of this engine's until the block ends. ``synchronous``: SQLite's, durable and not."""
    pooled = engine.raw_connection()
    kind = KeptSqlite if engine.dialect.name == "sqlite" else KeptPostgresql
    try:
        yield kind(pooled, engine.dialect, synchronous)
    except BaseException:
        pooled.invalidate()  # whatever state it is in, nobody else gets it
        raise
    finally:
        pooled.close()


class KeptSqlite:
    """A connection to a file, in WAL."""

    def __init__(self, pooled: PoolProxiedConnection, dialect: sa.Dialect, synchronous: tuple[str, str]) -> None:
        self.dialect = dialect
        self._pooled, self._synchronous = pooled, synchronous
        self._driver: Any = pooled.driver_connection
        self._cursor: Any = self._driver.cursor()

    def unit(self, steps: Sequence[Step], *, durable: bool) -> list[int]:
        cursor = self._cursor
        wanted = self._synchronous[0 if durable else 1]
        try:
            if self._pooled.info.get("synchronous") != wanted:
                cursor.execute(f"PRAGMA synchronous={wanted}")
                self._pooled.info["synchronous"] = wanted
            cursor.execute("BEGIN IMMEDIATE")
            touched = [cursor.execute(step.sql, step.values(given)).rowcount for step, given in steps]
            cursor.execute("COMMIT")
        except BaseException as error:
            with suppress(self._driver.Error):
                if self._driver.in_transaction:
                    cursor.execute("ROLLBACK")
            raise _named(error, self._driver.Error) from error
        return touched


class KeptPostgresql:
    """A connection to a server."""

    def __init__(self, pooled: PoolProxiedConnection, dialect: sa.Dialect, _synchronous: tuple[str, str]) -> None:
        self.dialect = dialect
        self._driver: Any = pooled.driver_connection
        self._cursors: list[Any] = []

    def unit(self, steps: Sequence[Step], *, durable: bool) -> list[int]:
        driver = self._driver
        while len(self._cursors) < len(steps):
            self._cursors.append(driver.cursor())
        cursors = self._cursors[: len(steps)]
        try:
            with driver.pipeline():
                if not durable:
                    driver.execute("SET LOCAL synchronous_commit TO off")
                for cursor, (step, given) in zip(cursors, steps, strict=True):
                    cursor.execute(step.sql, step.values(given), prepare=True)
                driver.commit()
        except BaseException as error:
            with suppress(driver.Error):
                driver.rollback()
            raise _named(error, driver.Error) from error
        return [cursor.rowcount for cursor in cursors]


def _named(error: BaseException, kind: type[Exception]) -> BaseException:
    """A driver's error as everybody else's errors from the database; without the values, which are people's."""
    return OperationalError("a unit of the ledger", None, error) if isinstance(error, kind) else error
