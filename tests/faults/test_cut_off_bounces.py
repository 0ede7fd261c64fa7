"""Every real bounce, cut off at every 64th byte (email contract §12)."""

from pathlib import Path

import pytest

from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader
from tests.factories.returned_mail import RETURN_KEY

READER = TokenReader(return_key=RETURN_KEY, subscriber_of=lambda _token: None)


@pytest.mark.faults
def test_it_survives_being_cut_off_at_every_64th_byte(samples: Path) -> None:
    files = sorted((samples / "bounces").glob("*.eml"))
    assert files

    for path in files:
        raw = path.read_bytes()
        for end in range(0, len(raw), 64):
            read_inbound(raw[:end], READER)
