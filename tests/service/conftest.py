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
def desk(service: Service, clock: FixedClock) -> StaffDesk:
    """Astrid (author), Gunnar (author and approver), Solveig (admin), Revisor (auditor), and nothing to do yet."""
    with service.database.session_scope() as session:
        newsroom.staff(session)
    return StaffDesk(service, clock, create_app(service))


@pytest.fixture
def busy_desk(service: Service, clock: FixedClock) -> StaffDesk:
    """The same people in the middle of an ordinary week."""
    with service.database.session_scope() as session:
        newsroom.busy_desk(session, clock)
    return StaffDesk(service, clock, create_app(service))
