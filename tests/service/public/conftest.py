"""The application on a database of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from campaigns.clock import FixedClock
from service.app import create_app
from service.bootstrap import Service
from service.database import Database
from service.settings import Settings
from tests.factories.public_site import Site


@pytest.fixture
def make_site(sqlite_database: Database, tmp_path: Path, clock: FixedClock) -> Iterator[Callable[..., Site]]:
    """Makes the site, with these settings."""
    made: list[Service] = []

    def make(**settings: Any) -> Site:
        given: dict[str, Any] = {
            "data_dir": tmp_path,
            "database_url": sqlite_database.url,
            "secret_key": "a secret for these tests, long enough",
            "public_url": "https://nyhetsbrev.example.no",
            "_env_file": None,
        }
        service = Service(Settings(**(given | settings)), clock)
        made.append(service)
        client = create_app(service).test_client(use_cookies=False)
        client.environ_base["HTTP_HOST"] = "nyhetsbrev.example.no"
        return Site(service, clock, client)

    yield make
    for service in made:
        service.close()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()
