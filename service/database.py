"""The engine, and ``session_scope()``: the only commit and rollback in the project.

SQLite runs in WAL with foreign keys on and a busy timeout. Writing sessions begin IMMEDIATE, so that two
writers wait for each other instead of failing halfway; reading ones begin DEFERRED and wait for nobody.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

import service.auth.api_token
import service.auth.credential
import service.timetable.turn

# Every module with a table is imported here once, so that the metadata is whole wherever the database is used.
from campaigns import audit as _audit
from campaigns.channels import account as _account
from campaigns.days import day as _day
from campaigns.delivery import delivery as _delivery
from campaigns.delivery import freezing as _freezing
from campaigns.delivery import high_water as _high_water
from campaigns.delivery import lane_state as _lane_state
from campaigns.delivery import retention_log as _retention
from campaigns.delivery.kept_connection import KeptConnection
from campaigns.delivery.returns import returned_mail as _returned_mail
from campaigns.drafting.corrections import quotation as _quotation
from campaigns.drafting.corrections import task as _correction
from campaigns.editorial import draft as _draft
from campaigns.editorial import editor as _editor

# What is under embargo is declared beside the tables, and holds wherever they are asked.
from campaigns.editorial import withheld as _withheld_drafts
from campaigns.indicators import finding as _finding
from campaigns.indicators import held as _held
from campaigns.indicators import indicator as _indicator
from campaigns.indicators import release as _release
from campaigns.indicators import vintage as _vintage
from campaigns.indicators import withheld as _withheld_figures
from campaigns.newsletter import counted_link as _counted_link
from campaigns.newsletter import digest as _digest
from campaigns.newsletter import issue as _issue
from campaigns.newsletter import series as _series
from campaigns.sources import host as _host
from campaigns.sources import incoming as _incoming
from campaigns.sources import source as _source
from campaigns.subscribers import list_import as _list_import
from campaigns.subscribers import segment as _segment
from campaigns.subscribers import subscriber as _subscriber
from service.kept_connection import kept_connection

TABLE_MODULES = (
    _audit, _account, _day, _delivery, _draft, _editor, _finding, _held, _indicator, _release, _vintage, _issue,
    _host, _incoming, _source, _subscriber, service.auth.credential, service.auth.api_token, service.timetable.turn,
    _withheld_drafts, _withheld_figures,
    _quotation, _correction, _lane_state, _high_water, _retention, _returned_mail, _digest,
    _list_import, _counted_link, _freezing, _segment, _series,
)  # fmt: skip

MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_MS = 15_000
_NOT_WAITED_FOR = {"FULL": "NORMAL"}  # in WAL: the next FULL commit takes everything before it to the disk as well
_POOL: dict[str, Any] = {
    "pool_size": 10,
    "max_overflow": 20,
    "hide_parameters": True,  # an error's text goes to logs; what people wrote and where they get mail does not
}


class UnitLost(OperationalError):
    """SQLite rolled the transaction back by itself, and the block that was in it went on."""

    def __init__(self, statement: str) -> None:
        super().__init__(statement, None, RuntimeError("the transaction was given up; nothing of it is kept"))


class Database:
    """One database; hands out sessions. Opens no connection until one is asked for."""

    def __init__(self, url: str, *, synchronous: str = "FULL") -> None:
        self.url = url
        self._synchronous = (synchronous, _NOT_WAITED_FOR.get(synchronous, synchronous))
        self.engine = _engine(url, synchronous)
        sqlite = self.engine.dialect.name == "sqlite"
        one_moment = {"sqlite_begin": "DEFERRED"} if sqlite else {"isolation_level": "REPEATABLE READ"}
        self._reading_engine = self.engine.execution_options(**one_moment)
        self._quick_engine = self.engine.execution_options(durable=False)

    @contextmanager
    def session_scope(self, *, read_only: bool = False, durable: bool = True) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises.

        A read-only one sees everything as it was at one moment, so that sums add up while others write. It is always
        rolled back, so that what it changed by mistake never lands. One that is not
        ``durable`` does not wait for the disk: a killed process loses nothing of it, a power cut may, unless a
        durable commit followed.
        """
        engine = self._reading_engine if read_only else self.engine if durable else self._quick_engine
        with Session(engine) as session:
            try:
                yield session
                if read_only:
                    session.rollback()
                else:
                    session.commit()
            except BaseException:
                session.rollback()
                raise

    def keep_connection(self) -> AbstractContextManager[KeptConnection]:
        """A connection for a writer that commits very often, until the block ends; each of its units commits itself."""
        return kept_connection(self.engine, synchronous=self._synchronous)

    def migrate(self, revision: str = "head") -> None:
        """Bring the schema to this revision; ``base`` empties it."""
        from alembic import command  # noqa: PLC0415 - only a start that migrates needs it, and it is large
        from alembic.config import Config  # noqa: PLC0415 - as above

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.connect() as connection:
            config.attributes["connection"] = connection
            if revision == "base":
                command.downgrade(config, revision)
            else:
                command.upgrade(config, revision)
            connection.commit()

    def forget_removed(self) -> None:
        """Let nothing of removed rows lie about: SQLite's journal still holds the pages as they were (P-06).

        PostgreSQL overwrites what its autovacuum frees. When somebody reads just now, the next run does it.
        """
        if self.engine.dialect.name == "sqlite":
            connection = self.engine.raw_connection()  # outside any transaction
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str, synchronous: str) -> sa.Engine:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _postgresql(parsed)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed, connect_args={"timeout": _BUSY_TIMEOUT_MS / 1000}, **_POOL)

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            f"synchronous={synchronous}",
            "secure_delete=ON",  # what is erased is overwritten, not only unlinked from the tables (P-06)
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        wanted = synchronous if options.get("durable", True) else _NOT_WAITED_FOR.get(synchronous, synchronous)
        if connection.info.get("synchronous", synchronous) != wanted:
            connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted
        connection.exec_driver_sql(f"BEGIN {options.get('sqlite_begin', 'IMMEDIATE')}")

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _within_the_unit(connection: sa.Connection, cursor: Any, statement: str, *_: Any) -> None:
        """A full disk ends SQLite's transaction behind our back; what came after it would be kept without the rest."""
        if connection.in_transaction() and not cursor.connection.in_transaction and "ROLLBACK" not in statement:
            raise UnitLost(statement)

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True, **_POOL)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("durable", True):
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")

    return engine
