"""The port to the one database connection that the ledger's writer keeps while mail is going out.

A session per commit costs more than the commit: made, begun, flushed and handed back, it is a third of a mail. What
is written for every mail is three statements that never change, so they are compiled once (``Prepared``) and run on
the driver's own connection, many of them in one transaction, and on PostgreSQL in one trip to the server.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

_REMEMBERED = 32


class Prepared:
    """One statement of SQLAlchemy's, compiled for an engine; ``values`` makes ready what a run of it needs."""

    def __init__(self, statement: sa.Executable, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        self.sql = str(compiled)
        self._order = tuple(compiled.positiontup) if compiled.positiontup else None
        self._ready: dict[str, Callable[[Any], Any]] = {}
        self._fixed: dict[str, Any] = {}
        for bind, name in compiled.bind_names.items():
            ready = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if not bind.required:
                self._fixed[name] = ready(bind.value) if ready else bind.value
            elif ready is not None:  # mostly instants, and the same one several times
                self._ready[name] = lru_cache(_REMEMBERED)(ready)

    def values(self, given: Mapping[str, Any]) -> Sequence[Any] | Mapping[str, Any]:
        """The parameters as the driver takes them."""
        values = {**self._fixed, **given}
        for name, ready in self._ready.items():
            values[name] = ready(values[name])
        return values if self._order is None else [values[name] for name in self._order]


Step: TypeAlias = tuple[Prepared, Mapping[str, Any]]


class KeptConnection(Protocol):
    """One connection, used by one thread at a time."""

    @property
    def dialect(self) -> sa.Dialect: ...

    def unit(self, steps: Sequence[Step], *, durable: bool) -> list[int]:
        """Run these in one transaction and commit it; how many rows each touched.

        ``durable`` waits until the disk has it. When anything fails nothing of it is kept, and it raises.
        """

    def release(self) -> None:
        """Leave it as it was found."""


KeepConnection: TypeAlias = Callable[[], AbstractContextManager[KeptConnection]]
