"""Connections that a busy writer keeps, one kind for each engine (``campaigns.delivery.kept_connection``).

SQLite: the driver's own cursor, BEGIN IMMEDIATE and COMMIT said by us. PostgreSQL: ``kept_postgresql``, whose driver is
loaded by those who have a server.
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
    sqlite = engine.dialect.name == "sqlite"
    kept: KeptConnection
    pooled = [engine.raw_connection() for _ in range(1 if sqlite else 2)]
    try:
        kept = KeptSqlite(pooled[0], engine.dialect, synchronous) if sqlite else _on_postgresql(*pooled)
        yield kept
    except BaseException:
        for one in pooled:
            one.invalidate()  # whatever state it is in, nobody else gets it
        raise
    else:
        kept.release()
    finally:
        for one in pooled:
            one.close()


def _on_postgresql(durable: PoolProxiedConnection, quick: PoolProxiedConnection) -> KeptConnection:
    from service.kept_postgresql import KeptPostgresql  # noqa: PLC0415 - its driver takes 9 MB, and SQLite needs none

    return KeptPostgresql(durable, quick)


class KeptSqlite:
    """A connection to a file, in WAL."""

    def __init__(self, pooled: PoolProxiedConnection, dialect: sa.Dialect, synchronous: tuple[str, str]) -> None:
        self.dialect = dialect
        self._pooled, self._synchronous = pooled, synchronous
        driver_connection: Any = pooled.driver_connection
        self._driver = driver_connection
        self._cursor = driver_connection.cursor()

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

    def release(self) -> None:
        """Nothing was changed about it that the pool does not know."""


def _named(error: BaseException, kind: type[Exception]) -> BaseException:
    """A driver's error as everybody else's errors from the database; without the values, which are people's."""
    return OperationalError("a unit of the ledger", None, error) if isinstance(error, kind) else error
