"""Two connections to a PostgreSQL server that a busy writer keeps (``campaigns.delivery.kept_connection``).

Prepared statements are sent to libpq as they are; everything of one transaction leaves at once and is answered at
once, so that a commit costs one trip.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from psycopg import Connection, errors, pq
from sqlalchemy.dialects.postgresql import psycopg as driver
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import PoolProxiedConnection

from campaigns.delivery.kept_connection import Prepared, Step

_GOOD = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)


class KeptPostgresql:
    """Two connections to a server: one waits for the disk at every commit, the other does not.

    What is sent between two synchronisations is one transaction, without BEGIN or COMMIT.
    """

    dialect: sa.Dialect = driver.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

    def __init__(self, durable: PoolProxiedConnection, quick: PoolProxiedConnection) -> None:
        self._connections: dict[bool, Connection[Any]] = {True: _driver(durable), False: _driver(quick)}
        self._known: dict[tuple[bool, Prepared], bytes] = {}
        for connection in self._connections.values():
            connection.autocommit = True
        self._connections[False].execute("SET synchronous_commit TO off")

    def unit(self, steps: Sequence[Step], *, durable: bool) -> list[int]:
        server = self._connections[durable].pgconn
        named = [(self._name(step, durable=durable), _as_text(step.values(given))) for step, given in steps]
        if len(named) == 1:
            ((name, values),) = named
            return [_rows(server.exec_prepared(name, values))]  # type: ignore[arg-type]  # its stub knows no NULL
        server.enter_pipeline_mode()
        for name, values in named:
            server.send_query_prepared(name, values)
        server.pipeline_sync()
        results = [_result(server) for _ in named]
        server.get_result()  # the synchronisation itself
        server.exit_pipeline_mode()
        return [_rows(result) for result in results]

    def release(self) -> None:
        """Leave both as the pool knows them."""
        for (durable, _), name in self._known.items():
            self._connections[durable].execute(f"DEALLOCATE {name.decode()}".encode())
        self._connections[False].execute("RESET synchronous_commit")
        for connection in self._connections.values():
            connection.autocommit = False

    def _name(self, step: Prepared, *, durable: bool) -> bytes:
        name = self._known.get((durable, step))
        if name is None:
            name = self._known[durable, step] = f"ledger_{len(self._known)}".encode()
            _rows(self._connections[durable].pgconn.prepare(name, step.sql.encode()))
        return name


def _driver(pooled: PoolProxiedConnection) -> Connection[Any]:
    found = pooled.driver_connection
    assert isinstance(found, Connection)
    return found


def _as_text(values: Any) -> list[bytes | None]:
    return [
        None if value is None else (value.isoformat() if isinstance(value, datetime) else str(value)).encode()
        for value in values
    ]


def _result(server: pq.abc.PGconn) -> pq.abc.PGresult:
    """The answer to one statement of a pipeline."""
    result = server.get_result()
    if result is None:
        raise OperationalError("a unit of the ledger", None, errors.OperationalError(server.error_message.decode()))
    server.get_result()  # the end of its answer
    return result


def _rows(result: pq.abc.PGresult) -> int:
    """How many rows it touched. Raises what the server said, without the values, which are people's."""
    if result.status not in _GOOD:
        error = errors.error_from_result(result)
        raise OperationalError("a unit of the ledger", None, error) from error
    return result.command_tuples or 0
