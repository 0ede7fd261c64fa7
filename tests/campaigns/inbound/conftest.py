"""What tests of incoming mail share: a reader of tokens with a key of its own, and the real bounces."""

from pathlib import Path

import pytest

from campaigns.inbound.tokens import TokenReader
from tests.factories.returned_mail import RETURN_KEY, SUBSCRIBER_TOKEN


@pytest.fixture(scope="session")
def tokens() -> TokenReader:
    return TokenReader(return_key=RETURN_KEY, subscriber_of={SUBSCRIBER_TOKEN: 7}.get)


@pytest.fixture(scope="session")
def bounces(samples: Path) -> list[Path]:
    files = sorted((samples / "bounces").glob("*.eml"))
    if not files:
        pytest.skip("the sample bounces are not beside this checkout")
    return files
