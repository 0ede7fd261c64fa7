"""What every entry of a catalogue is made of: names, texts in up to three languages, and no unknown keys."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Entry(BaseModel):
    """One entry; a key nobody knows is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TextEntry(Entry):
    """The same text in up to three languages."""

    nb: Text | None = None
    nn: Text | None = None
    en: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_bokmaal(cls, value: Any) -> Any:
        return {"nb": value} if isinstance(value, str) else value


class TitleEntry(TextEntry):
    """A title: bokmål is what editors see, so it must be there."""

    nb: Text
