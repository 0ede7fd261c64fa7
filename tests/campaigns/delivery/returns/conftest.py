"""A post office on each engine, or on one where the engine cannot matter."""

import pytest

from campaigns.clock import FixedClock
from service.database import Database
from tests.factories.returns import PostOffice


@pytest.fixture
def office(sqlite_database: Database, clock: FixedClock) -> PostOffice:
    return PostOffice(sqlite_database, clock)


@pytest.fixture
def office_on_each(database: Database, clock: FixedClock) -> PostOffice:
    return PostOffice(database, clock)
