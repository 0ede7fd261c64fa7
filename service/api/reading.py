"""What every address of the API shares: reading a message, parameters and cursors, and writing times.

What is unknown is refused, so that a misspelt field never passes for one that was left out.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, TypeVar

from flask import request
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from campaigns.errors import InvalidInput, StaleVersion

LONGEST_PAGE = 200
PAGE = 50
IDEMPOTENCY_KEY = "Idempotency-Key"
_DIGITS = 12
_KEY = re.compile(r"^[A-Za-z0-9_.:-]{1,64}$")


def _in_our_time(moment: datetime) -> datetime:
    """The first and the last of days are on the calendar of one time zone, and not of the next."""
    if not 1900 <= moment.year <= 2999:
        raise ValueError("nothing is planned for then")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]  # a longer one SQLite cannot even look for
Version = Annotated[RowNumber, Field(description="The version that was read; another one is refused with 409")]


class Message(BaseModel):
    """A body: JSON of exactly these fields, and of no other type than they say."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Step(Message):
    """A step by somebody who has read the thing at ``version``."""

    version: Version


Wanted = TypeVar("Wanted", bound=Message)


def message(kind: type[Wanted]) -> Wanted:
    """The request's body. Raises ``UnsupportedMediaType``, and ``InvalidInput`` that names the first wrong field."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return kind.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        why = _WHY.get(first["type"], "verdien kan ikke brukes")
        raise InvalidInput(f"Feltet {field}: {why}.", field=field) from error


def idempotency_key() -> str:
    """What makes a request that is sent again the same one; empty when the program has not said."""
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if key and not _KEY.match(key):
        raise InvalidInput("Nøkkelen kan ha 1–64 bokstaver, sifre og . _ : -", field=IDEMPOTENCY_KEY)
    return key


@contextmanager
def stale_to_programs(sentence: str) -> Iterator[None]:
    """Say of what was changed meanwhile what a program can do: the desk's sentence speaks of its own page."""
    try:
        yield
    except StaleVersion as stale:
        raise StaleVersion(sentence, seen=stale.seen, current=stale.current) from stale


def only_asks(*names: str) -> None:
    """Raise ``InvalidInput`` when the address holds another parameter than these."""
    if unknown := sorted(set(request.args) - set(names)):
        raise InvalidInput(f"Ukjent parameter: {unknown[0]}.", field=unknown[0])


def asked(name: str, among: Iterable[str]) -> str | None:
    """A parameter that takes one of these words; None when it is not given."""
    text, words = request.args.get(name), list(among)
    if text is not None and text not in words:
        raise InvalidInput(f"Parameteren {name} skal være en av: {', '.join(words)}.", field=name)
    return text


def number(name: str) -> int | None:
    """A parameter that is a whole number; None when it is not given."""
    text = request.args.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > _DIGITS:
        raise InvalidInput(f"Parameteren {name} skal være et tall.", field=name)
    return int(text)


def page_length() -> int:
    """How many rows are asked for."""
    asked_for = number("limit")
    return PAGE if asked_for is None else min(max(asked_for, 1), LONGEST_PAGE)


def cursor(after: int | None) -> str | None:
    """Where the next page begins, as it is given out; None on the last."""
    return str(after) if after is not None else None


def written(at: datetime | None) -> str | None:
    """The moment by RFC 3339, with its offset."""
    return at.isoformat() if at is not None else None


_WHY = {
    "missing": "det mangler",
    "extra_forbidden": "det er ukjent",
    "json_invalid": "dette er ikke JSON",
    "timezone_aware": "tidspunktet mangler avstand til UTC, som i 2027-05-20T09:00:00+02:00",
    "too_long": "det er for langt",
    "string_too_long": "teksten er for lang",
    "string_too_short": "teksten mangler",
}
