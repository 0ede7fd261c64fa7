"""What can go wrong in the domain, as one tree.

    CampaignError
     ├─ NotFound                 nothing with that id
     ├─ Refused                  the request makes no sense as it stands; the message says what to do instead
     │   ├─ InvalidInput         a field is wrong (``field`` says which)
     │   ├─ TransitionNotAllowed that step cannot follow the present state
     │   ├─ StaleVersion         somebody changed it since it was read
     │   └─ NotPermitted         this person may not do that
     └─ Unavailable              something outside did not answer; trying later may help

Modules with errors of their own derive them from these, beside the code that raises them. Each message is a
sentence for the person who sees it; facts a program needs are attributes. ``service.error_pages`` turns each
branch into a status and a page.
"""

from collections.abc import Iterator
from contextlib import contextmanager


class CampaignError(Exception):
    """Something the person or program that asked should be told."""


class NotFound(CampaignError):
    """There is nothing with that id."""

    def __init__(self, what: str, key: object) -> None:
        super().__init__(f"{what} {key} finnes ikke.")
        self.what = what
        self.key = key


class Refused(CampaignError):
    """The request cannot be carried out as it stands; nothing was changed."""


class InvalidInput(Refused):
    """A value is not acceptable. ``field`` names the input it came from, for the form to point at."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class TransitionNotAllowed(Refused):
    """That step cannot follow the present state."""

    def __init__(self, message: str, *, state: str, wanted: str) -> None:
        super().__init__(message)
        self.state = state
        self.wanted = wanted


class StaleVersion(Refused):
    """Somebody changed the thing after it was read; reading it again shows what."""

    def __init__(self, message: str, *, seen: object, current: object) -> None:
        super().__init__(message)
        self.seen = seen
        self.current = current


class NotPermitted(Refused):
    """This person may not do that."""


class Unavailable(CampaignError):
    """Something outside did not answer, or said to come back later."""

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Faults:
    """What went wrong with some of many that are done one by one: none is kept waiting by it, and it is raised after.

    For faults nobody thought of; what a source or a person may do wrong is recorded where it happens.
    """

    def __init__(self) -> None:
        self._found: list[Exception] = []

    @contextmanager
    def told_after(self) -> Iterator[None]:
        """Do one of them."""
        try:
            yield
        except Exception as fault:  # noqa: BLE001 - raised with the others by ``tell``
            self._found.append(fault)

    def tell(self, what: str) -> None:
        """Raise what was found, if anything was."""
        if self._found:
            raise ExceptionGroup(what, self._found)
