"""What every table shares: constraint names, column types, and the base class.

Instants are aware UTC in Python on both engines (SQLite has no zones, so the column type restores it).
Enums are stored as their values with a CHECK constraint, so that the database refuses what the code would.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Protocol

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel

NAMING_CONVENTION: Mapping[str, str] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = dict(NAMING_CONVENTION)


class SessionScope(Protocol):
    """Opens a session that commits when its block ends well (``service.database.Database.session_scope``).

    Work that waits for a network takes this instead of a ``Session``, so that no transaction is held meanwhile.
    What is not ``durable`` is committed, but the disk is not waited for.
    """

    def __call__(self, *, read_only: bool = False, durable: bool = True) -> AbstractContextManager[Session]: ...


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant. Refuses naive values; hands back aware UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: storage is in aware UTC")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(sa.types.TypeDecorator[Any]):
    """JSON that is grouped, compared and indexed as the text it is: PostgreSQL does none of that with its own JSON."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.String() if dialect.name == "postgresql" else sa.JSON())

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        return json.dumps(value) if dialect.name == "postgresql" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return json.loads(value) if dialect.name == "postgresql" else value


def enum_type(values: type[Enum], name: str) -> sa.Enum:
    """A VARCHAR with a CHECK named ``name``; the enum's values are what is stored."""
    return sa.Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """A column holding an instant, as a SQLModel field."""
    default: Any = None if nullable else ...
    return Field(default, sa_type=UtcDateTime, nullable=nullable, index=index)


def choice(values: type[Enum], name: str, default: Enum | None = None, *, index: bool = False) -> Any:
    """A column holding one member of an enum, as a SQLModel field."""
    start: Any = ... if default is None else default
    return Field(start, sa_type=enum_type(values, name), nullable=False, index=index)


def optional_choice(values: type[Enum]) -> Any:
    """A nullable column holding one member of an enum; without a CHECK, so that it can be added to a full table."""
    kind = sa.Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
    return Field(None, sa_type=kind, nullable=True)


def json_list() -> Any:
    """A column holding a JSON array; empty unless given."""
    return Field(default_factory=list, sa_type=sa.JSON, nullable=False)


def json_object() -> Any:
    """A column holding a JSON object; empty unless given."""
    return Field(default_factory=dict, sa_type=sa.JSON, nullable=False)
