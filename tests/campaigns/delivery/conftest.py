"""A LinkedIn to publish to over real HTTP, and the adapter that does it; the clock runs while the adapter waits."""

from collections.abc import Iterator

import pytest

from campaigns.channels.channel import PostChannel
from campaigns.channels.linkedin import LinkedIn
from campaigns.clock import FixedClock
from tests.fakes.fake_linkedin import FakeLinkedIn


@pytest.fixture
def linkedin(clock: FixedClock) -> Iterator[FakeLinkedIn]:
    with FakeLinkedIn(clock) as fake:
        yield fake


@pytest.fixture
def channels(linkedin: FakeLinkedIn, clock: FixedClock) -> dict[str, PostChannel]:
    adapter = LinkedIn(
        api_url=linkedin.api_url,
        version="202607",
        clock=clock,
        network=linkedin.network,
        wait=lambda seconds: clock.advance(seconds=seconds),
    )
    return {"linkedin": adapter}
