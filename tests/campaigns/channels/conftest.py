"""A LinkedIn to publish to, and the adapter that does it; the clock runs while the adapter waits."""

from collections.abc import Iterator

import pytest

from campaigns.channels.linkedin import LinkedIn
from campaigns.clock import FixedClock
from tests.fakes.approved_post import LINKEDIN_PAGE, POST, Publish
from tests.fakes.fake_linkedin import FakeLinkedIn
from tests.fakes.recorder import Notes


@pytest.fixture
def linkedin(clock: FixedClock) -> Iterator[FakeLinkedIn]:
    with FakeLinkedIn(clock) as fake:
        yield fake


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def adapter(linkedin: FakeLinkedIn, clock: FixedClock) -> LinkedIn:
    return LinkedIn(
        api_url=linkedin.api_url,
        version="202607",
        clock=clock,
        network=linkedin.network,
        wait=lambda seconds: clock.advance(seconds=seconds),
    )


@pytest.fixture
def publish(adapter: LinkedIn, notes: Notes) -> Publish:
    return lambda: adapter.publish(POST, LINKEDIN_PAGE, notes.known, notes)
