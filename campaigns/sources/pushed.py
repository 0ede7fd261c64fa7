"""What a pushed message says: figures as JSON-stat, or that a source has news to fetch."""

import json
import re
from datetime import date
from json.decoder import JSONDecoder, scanstring  # type: ignore[attr-defined]  # there, though not in the stubs
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from campaigns.errors import InvalidInput
from campaigns.sources.json_text import load_json
from campaigns.sources.refusal import PayloadRefused

# By the first word of the fault's type.
_SENTENCES = {
    "extra": "feltet er ukjent; se etter skrivefeil.",
    "date": "skriv datoen som 2027-06-01.",
    "datetime": "skriv tidspunktet med forskyvning, som 2027-06-01T08:00:00+02:00.",
    "timezone": "skriv tidspunktet med forskyvning, som 2027-06-01T08:00:00+02:00.",
    "string": "skriv en tekst av passende lengde.",
    "dict": "skal være et JSON-objekt.",
    "list": "skal være en liste med tabeller.",
    "too": "listen er for lang.",
}
_BLANK = re.compile(r"[ \t\r\n]*")


class ReleaseMessage(BaseModel):
    """The body of ``POST /api/v1/releases``: either ``dataset`` or ``tables``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = Field(
        None, description="What to call the delivery; decides which tables it concerns where they name their files"
    )
    released_on: date | None = Field(None, description="The day the figures were released")
    embargo_until: AwareDatetime | None = Field(
        None, description="Nothing of the figures is shown outside the desk before this instant"
    )
    dataset: dict[str, Any] | None = Field(None, description="The figures: a JSON-stat 2.0 dataset")
    tables: list[Annotated[str, StringConstraints(min_length=1, max_length=80)]] | None = Field(
        None, max_length=1000, description="No figures, only news: these tables are to be fetched; empty = all of them"
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.dataset is None) == (self.tables is None):
            raise ValueError("send enten «dataset» eller «tables».")
        if self.tables is not None and (self.released_on or self.embargo_until or self.name):
            raise ValueError("«tables» er bare et varsel og står alene.")
        return self


def read_message(body: bytes) -> tuple[ReleaseMessage, bytes | None]:
    """The message, and the dataset's own bytes as they were sent: its decimals are text, not numbers of ours.

    Raises ``PayloadRefused`` for what is no JSON, ``InvalidInput`` naming the field for what is no such message.
    """
    document = load_json(body)
    if not isinstance(document, dict):
        raise PayloadRefused("NOT_A_MESSAGE", "innholdet er ikke et JSON-objekt.")
    try:
        small = {key: value for key, value in document.items() if key != "dataset"}
        held = {"dataset": {}} if isinstance(document.get("dataset"), dict) else {"dataset": document.get("dataset")}
        message = ReleaseMessage.model_validate_json(json.dumps({**small, **held}, default=str))
    except ValidationError as error:
        wrong = error.errors()[0]
        field = ".".join(str(part) for part in wrong["loc"])
        sentence = _SENTENCES.get(wrong["type"].split("_")[0], "verdien er av feil slag.")
        if wrong["type"] == "value_error":
            sentence = str(wrong["msg"]).removeprefix("Value error, ")
        raise InvalidInput(f"{field}: {sentence}" if field else sentence.capitalize(), field=field or None) from error
    return message, _member(body.decode("utf-8-sig"), "dataset") if message.dataset is not None else None


def _member(text: str, wanted: str) -> bytes:
    """The text of one member of the outermost object, exactly as it stands. ``text`` is known to be sound JSON."""
    decoder = JSONDecoder()
    place = text.index("{") + 1
    while True:
        name, place = scanstring(text, text.index('"', place) + 1)
        start = _end_of_blanks(text, text.index(":", place) + 1)
        _, place = decoder.raw_decode(text, start)
        if name == wanted:
            return text[start:place].encode()


def _end_of_blanks(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place
