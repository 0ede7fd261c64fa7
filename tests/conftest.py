"""What every test may ask for: a clock that stands still, and a migrated database on each engine."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from jinja2 import Environment
from sqlmodel import Session
from werkzeug.routing import Rule

from campaigns.clock import FixedClock
from service.database import Database
from tests.factories.compiled_once import routes_compiled_once, statements_compiled_once, templates_compiled_once
from tests.factories.postgres_shelf import PostgresShelf, never_waits_for_the_disk, own_server

# The machine is shared; what is slow is not wrong. The same examples each time: what a new one finds is nobody's fault
# who changed something else. `make faults` looks for new ones, and for many.
_IN_NO_HURRY: Final[dict[str, Any]] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("house", derandomize=True, **_IN_NO_HURRY)
settings.register_profile("wide", max_examples=1_000, **_IN_NO_HURRY)
settings.load_profile("house")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Templates, addresses and statements, however many applications and engines the tests make."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Environment, "compile", templates_compiled_once(Environment.compile))
        patch.setattr(sa.ClauseElement, "_compile_w_cache", statements_compiled_once(sa.ClauseElement._compile_w_cache))
        patch.setattr(Rule, "_compile_builder", routes_compiled_once(Rule._compile_builder))
        yield


@pytest.fixture
def clock() -> FixedClock:
    """Monday 10 May 2027, 08:00 in Oslo: ten days before Clinical Trials Day."""
    return FixedClock(datetime(2027, 5, 10, 6, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real payloads; skips where the documents are not beside the checkout."""
    folder = SHARED / "samples"
    if not folder.is_dir():
        pytest.skip("the sample payloads are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{path}", synchronous="OFF")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def sqlite_database(_migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite database of the test's own."""
    path = tmp_path / "monitorposten.db"
    shutil.copyfile(_migrated_sqlite, path)
    database = Database(f"sqlite:///{path}", synchronous="OFF")
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgres_shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresShelf]:
    """On a PostgreSQL server of the run's own, or the one in POSTGRES_URL."""
    given = os.environ.get("POSTGRES_URL")
    if given:
        root, server = sa.make_url(given), None
    else:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        server = own_server(tmp_path_factory.mktemp("postgres"))
        root = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        never_waits_for_the_disk(root)
    shelf = PostgresShelf(root)
    yield shelf
    shelf.close()
    if server is not None:
        server.cleanup()


@pytest.fixture
def postgres_database(postgres_shelf: PostgresShelf) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database that nobody else uses meanwhile."""
    database = Database(postgres_shelf.take())
    yield database
    database.close()
    postgres_shelf.give_back()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database; a test that asks for this runs once on each engine."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session on ``database``, committed when the test ends well."""
    with database.session_scope() as session:
        yield session
