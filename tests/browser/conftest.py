"""A real Chromium, and desks on real ports for it to look at.

``live_desk`` is in the middle of an ordinary week, ``empty_desk`` has people and nothing else; both are only read
by the tests of a module. ``own_desk`` is the test's own, to change at will.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from campaigns.editorial.draft import ApprovalMode
from tests.browser.chromium import PATIENCE_MS, launch_arguments
from tests.factories.live_desk import LiveDesk, busy, desk_with, only_people


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """The five seconds ``expect`` waits by itself are not much where everything is being tested at once."""
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which talks to nobody."""
    return browser_type_launch_args | launch_arguments()


@pytest.fixture(scope="module")
def live_desk(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    with desk_with(_migrated_sqlite, tmp_path_factory.mktemp("busy"), busy) as desk:
        yield desk


@pytest.fixture(scope="module")
def empty_desk(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    folder = tmp_path_factory.mktemp("empty")
    with desk_with(_migrated_sqlite, folder, only_people, approval=ApprovalMode.ONE_PERSON) as desk:
        yield desk


@pytest.fixture
def own_desk(_migrated_sqlite: Path, tmp_path: Path) -> Iterator[LiveDesk]:
    with desk_with(_migrated_sqlite, tmp_path, busy) as desk:
        yield desk


@pytest.fixture
def signed_in(browser: Browser) -> Iterator[Callable[..., Page]]:
    """``signed_in(desk, "Gunnar")`` opens a browser of that person's; None for a stranger."""
    with ExitStack() as contexts:

        def open_page(desk: LiveDesk, name: str | None, **options: Any) -> Page:
            context = browser.new_context(base_url=desk.url, **options)
            context.set_default_timeout(PATIENCE_MS)
            contexts.callback(context.close)
            if name is not None:
                desk.sign_in(context, name)
            return context.new_page()

        yield open_page
