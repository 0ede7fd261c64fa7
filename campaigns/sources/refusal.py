"""What a source can do wrong, in three branches: come back later, wrong question, wrong answer."""

from campaigns.errors import CampaignError, Refused, Unavailable
from campaigns.sources.trouble import Trouble


class SourceUnavailable(Unavailable):
    """No usable answer now; asking again later may help. The message is what the editor reads."""

    def __init__(
        self, message: str, *, retry_after_seconds: float | None = None, trouble: Trouble = Trouble.NO_ANSWER
    ) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds)
        self.trouble = trouble


class RequestRefused(Refused):
    """The source understood the question and will not answer it; only a change in the catalogue helps."""

    def __init__(self, message: str, *, status: int | None = None, trouble: Trouble = Trouble.QUESTION) -> None:
        super().__init__(message)
        self.status = status
        self.trouble = trouble


class AddressRefused(Refused):
    """The address is one this service does not fetch from (security contract S-36). Nothing was sent."""

    trouble = Trouble.ADDRESS


class PayloadRefused(Refused):
    """The answer is not what this kind of source sends. ``reason`` is a stable code, ``detail`` a sentence."""

    def __init__(self, reason: str, detail: str, *, trouble: Trouble | None = None) -> None:
        super().__init__(f"Svaret kan ikke brukes ({reason}): {detail}")
        self.reason = reason
        self.detail = detail
        self.trouble = trouble or _OF_REASON.get(reason, Trouble.UNREADABLE)


_OF_REASON = {"EMPTY_VALUE": Trouble.NO_FIGURES, "METADATA_ONLY": Trouble.NO_FIGURES}


def in_words(error: CampaignError) -> str:
    """The sentence for a person; codes are for programs."""
    text = error.detail if isinstance(error, PayloadRefused) else str(error)
    return text[:1].upper() + text[1:]


def trouble_of(error: CampaignError) -> Trouble:
    """What kind of trouble an error from a poll stands for."""
    found = getattr(error, "trouble", None)
    if isinstance(found, Trouble):
        return found
    return Trouble.DISK if isinstance(error, Unavailable) else Trouble.CATALOGUE
