"""Mail that comes back: reading each of the real samples, in processor time."""

import time
from collections.abc import Iterator
from statistics import median

from campaigns.inbound.reading import read_inbound
from campaigns.inbound.tokens import TokenReader
from tests.conftest import SHARED
from tests.factories.returned_mail import RETURN_KEY

_LIMIT = 0.05  # seconds, for the slowest (email contract §12)
_TIMES = 3


def run() -> Iterator[str]:
    """The median and the slowest of them."""
    files = sorted((SHARED / "samples" / "bounces").glob("*.eml"))
    if not files:
        yield "the samples are not beside this checkout"
        return
    reader = TokenReader(return_key=RETURN_KEY, subscriber_of=lambda _token: None)
    read_inbound(files[0].read_bytes(), reader)  # the table is read from its file once
    took = {path.name: min(_seconds(path.read_bytes(), reader) for _ in range(_TIMES)) for path in files}
    slowest = max(took, key=took.__getitem__)
    yield (
        f"{len(files)} messages: median {median(took.values()) * 1_000:.1f} ms, slowest {took[slowest] * 1_000:.1f} ms "
        f"({slowest}), limit {_LIMIT * 1_000:.0f} ms: {'kept' if took[slowest] < _LIMIT else 'MISSED'}"
    )


def _seconds(raw: bytes, reader: TokenReader) -> float:
    started = time.thread_time()
    read_inbound(raw, reader)
    return time.thread_time() - started
