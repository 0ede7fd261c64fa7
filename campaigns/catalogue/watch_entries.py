"""What a catalogue may say of a source that points to figures: whose, and by which words."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from campaigns.catalogue.texts import Entry, Slug, Text
from campaigns.errors import InvalidInput
from campaigns.sources.html_page import compiled


class ConcernEntry(Entry):
    """Which entries of a calendar are about what: by the publisher's short name, by words in the title, or both."""

    statistic: Annotated[Text, StringConstraints(max_length=80)] | None = None
    title: Annotated[Text, StringConstraints(max_length=200)] | None = None
    indicators: list[Slug] | None = None
    source: Slug | None = None

    @model_validator(mode="after")
    def _fits_something(self) -> Self:
        if self.statistic is None and self.title is None:
            raise ValueError("si med «statistic» eller «title» hvilke innslag i kalenderen det gjelder.")
        if bool(self.indicators) == bool(self.source):
            raise ValueError("si i «indicators» hvilke indikatorer, eller i «source» hvilken kilde, det gjelder.")
        return self


class WatchOptions(Entry):
    """The part of a source's options that is about what it points to."""

    points_to: Annotated[list[Slug], Field(min_length=1, max_length=50)] | None = None
    every_item: bool | None = None
    concerns: Annotated[list[ConcernEntry], Field(min_length=1, max_length=500)] | None = None
    identity: Annotated[str, StringConstraints(pattern=r"^(uid|title)$")] | None = None
    watch: Text | None = None
    dataflow: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=1000)] | None = None

    @field_validator("watch")
    @classmethod
    def _selector(cls, value: str | None) -> str | None:
        return checked_selector(value)


def checked_selector(value: str | None) -> str | None:
    """The CSS selector; a ``ValueError`` in words for what is none."""
    if value is not None:
        try:
            compiled(value)
        except InvalidInput as error:
            raise ValueError(str(error)) from error
    return value
