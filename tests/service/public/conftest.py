"""The application on a database of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.clock import FixedClock
from service.app import create_app
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.public_site import Site


@pytest.fixture
def site(sqlite_database: Database, tmp_path: Path, clock: FixedClock) -> Iterator[Site]:
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_database.url,
        secret_key="a secret for these tests, long enough",
        public_url="https://nyhetsbrev.example.no",
        _env_file=None,
    )
    service = Service(settings, clock)
    app = create_app(service)
    client = app.test_client(use_cookies=False)
    client.environ_base["HTTP_HOST"] = "nyhetsbrev.example.no"
    yield Site(service, clock, client)
    service.close()
