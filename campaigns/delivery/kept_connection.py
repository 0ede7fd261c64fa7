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

MadeReady: TypeAlias = dict[type[Any], Callable[[Any], Any] | None]
"""What statements that are run together share: how a type's values are made ready, and those made lately."""

_REMEMBERED = 64


class Prepared:
    """One statement of SQLAlchemy's, compiled for an engine; ``values`` makes ready what a run of it needs."""

    def __init__(self, statement: sa.Executable, dialect: sa.Dialect, made: MadeReady | None = None) -> None:
        made = {} if made is None else made
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        self.sql = str(compiled)
        self._places: list[tuple[str | None, Any]] = []
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        for name in compiled.positiontup or ():
            kind = binds[name].type
            ready = kind.dialect_impl(dialect).bind_processor(dialect)
            if binds[name].required:  # mostly instants, and the same one for several mails
                remembered = lru_cache(_REMEMBERED)(ready) if ready else None
                self._places.append((name, made.setdefault(type(kind), remembered)))
            else:
                self._places.append((None, ready(binds[name].value) if ready else binds[name].value))

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters in the order of their places."""
        return [
            ready if name is None else given[name] if ready is None else ready(given[name])
            for name, ready in self._places
        ]


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
