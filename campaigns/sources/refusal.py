"""What a source can do wrong, in three branches: come back later, wrong question, wrong answer."""

from campaigns.errors import Refused, Unavailable


class SourceUnavailable(Unavailable):
    """No usable answer now; asking again later may help. The message is what the editor reads."""


class RequestRefused(Refused):
    """The source understood the question and will not answer it; only a change in the catalogue helps."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class AddressRefused(Refused):
    """The address is one this service does not fetch from (security contract S-36). Nothing was sent."""


class PayloadRefused(Refused):
    """The answer is not what this kind of source sends. ``reason`` is a stable code, ``detail`` a sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"Svaret kan ikke brukes ({reason}): {detail}")
        self.reason = reason
        self.detail = detail
