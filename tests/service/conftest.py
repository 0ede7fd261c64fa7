"""The application on a database of the test's own, its people in place."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from service.app import create_app
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories import desk as newsroom
from tests.factories.filled_once import FilledOnce
from tests.factories.staff_desk import StaffDesk


@pytest.fixture
def service(sqlite_database: Database, tmp_path: Path, clock: FixedClock) -> Iterator[Service]:
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_database.url,
        secret_key="a secret for these tests, long enough",
        _env_file=None,
    )
    service = Service(settings, clock)
    yield service
    service.close()


@pytest.fixture
def desk(service: Service, clock: FixedClock, _staffed: FilledOnce) -> StaffDesk:
    """Astrid (author), Gunnar (author and approver), Solveig (admin), Revisor (auditor), and nothing to do yet."""
    _staffed.fill(service.database, clock)
    return StaffDesk(service, clock, create_app(service))


@pytest.fixture
def busy_desk(service: Service, clock: FixedClock, _busy: FilledOnce) -> StaffDesk:
    """The same people in the middle of an ordinary week."""
    _busy.fill(service.database, clock)
    return StaffDesk(service, clock, create_app(service))


@pytest.fixture(scope="session")
def _staffed(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> FilledOnce:
    return FilledOnce(_migrated_sqlite, tmp_path_factory.mktemp("staffed"), lambda session, _: newsroom.staff(session))


@pytest.fixture(scope="session")
def _busy(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> FilledOnce:
    return FilledOnce(_migrated_sqlite, tmp_path_factory.mktemp("filled"), newsroom.busy_desk)
