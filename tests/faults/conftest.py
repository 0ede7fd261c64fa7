"""What the experiments share: processes that have everything loaded, and the mail server that remembers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.forge import Forge
from tests.faults.smtp_oracle import SmtpOracle


@pytest.fixture(scope="session")
def _loaded() -> Iterator[tuple[ExitStack, list[Forge]]]:
    with ExitStack() as stack:
        yield stack, []


@pytest.fixture
def forge_of(_loaded: tuple[ExitStack, list[Forge]]) -> Iterator[Callable[[int], Forge]]:
    """The first, second … forge; each is loaded once in a run of the tests, and only if somebody asks for it."""
    stack, made = _loaded

    def forge_of(number: int) -> Forge:
        while len(made) <= number:
            made.append(stack.enter_context(Forge()))
        return made[number]

    yield forge_of
    for forge in made:
        forge.clear()


@pytest.fixture
def forge(forge_of: Callable[[int], Forge]) -> Forge:
    """One sender at a time."""
    return forge_of(0)


@pytest.fixture
def forges(forge_of: Callable[[int], Forge]) -> list[Forge]:
    """Two senders at the same time."""
    return [forge_of(0), forge_of(1)]


@pytest.fixture
def oracle(tmp_path: Path) -> Iterator[SmtpOracle]:
    """A mail server in a good mood."""
    with SmtpOracle(tmp_path) as oracle:
        yield oracle
