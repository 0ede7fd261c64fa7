"""What programs send about series, and what it asks of the use cases."""

from dataclasses import replace
from datetime import date, time
from typing import Annotated

from pydantic import AfterValidator, Field

from campaigns.language import Language
from campaigns.newsletter.rhythm import LAST, LAST_DAY, Every, Rhythm
from campaigns.newsletter.series import TakesIn
from campaigns.newsletter.series_steps import SeriesPlan
from service.api.reading import Message, RowNumber, Version


def _whole_minute(at: time) -> time:
    """A time on the office's clock, as it is kept."""
    if at.tzinfo is not None or at.second or at.microsecond:
        raise ValueError("a time of the office's clock is hours and minutes")
    return at


WallTime = Annotated[time, AfterValidator(_whole_minute)]


class RhythmMessage(Message):
    """How often, and on which day. What the kind of rhythm is not counted by is let be."""

    every: Every
    day: int = Field(default=1, ge=1, le=LAST_DAY, description="Of the month; 31 is the last one")
    nth: int = Field(default=1, ge=LAST, le=4, description="Which of the month's weekdays; -1 is the last")
    weekday: int = Field(default=1, ge=1, le=7, description="1 is Monday")

    def rhythm(self) -> Rhythm:
        """Raises ``InvalidInput`` for no week of the month."""
        return Rhythm(every=self.every, day=self.day, nth=self.nth, weekday=self.weekday)


class SeriesPatch(Message):
    """Changes to a series that was read at ``version``. What is left out stays as it is."""

    version: Version
    name: str | None = Field(default=None, max_length=80)
    rhythm: RhythmMessage | None = None
    at: WallTime | None = Field(default=None, description="On the office's clock: 08:00")
    lead_days: int | None = Field(default=None, description="How many days before it goes it is filled")
    begins_on: date | None = None
    language: Language | None = None
    subject: str | None = Field(default=None, max_length=200, description="With places, such as {måned} and {år}")
    preheader: str | None = Field(default=None, max_length=160)
    opening: str | None = Field(default=None, max_length=5_000, description="The first thing in each")
    takes_in: TakesIn | None = None
    most_items: int | None = None
    subjects: list[str] | None = Field(default=None, max_length=40, description="Readers of these; none = all")
    reader_languages: list[Language] | None = Field(default=None, description="None = all")
    segment: RowNumber | None = Field(default=None, description="Only readers in this segment; null = all readers")

    def plan(self, known: SeriesPlan) -> SeriesPlan:
        """All that is chosen once this is."""
        said = self.model_dump(exclude_none=True, exclude={"version", "rhythm", "segment"})
        for name in ("subjects", "reader_languages"):
            if name in said:
                said[name] = tuple(said[name])
        plan = replace(known, **said)
        if self.rhythm is not None:
            plan = replace(plan, rhythm=self.rhythm.rhythm())
        return replace(plan, segment_id=self.segment) if "segment" in self.model_fields_set else plan


class NewSeries(Message):
    """A series to begin; it is active at once."""

    name: str = Field(max_length=80)
    rhythm: RhythmMessage
    subject: str = Field(max_length=200, description="With places, such as {måned} and {år}")
    begins_on: date | None = Field(default=None, description="No issue before; today when left out")
    at: WallTime = Field(default=time(8), description="On the office's clock: 08:00")
    lead_days: int = Field(default=3, description="How many days before it goes it is filled")
    language: Language = Language.BOKMAAL
    preheader: str = Field(default="", max_length=160)
    opening: str = Field(default="", max_length=5_000, description="The first thing in each")
    takes_in: TakesIn = TakesIn.SENT
    most_items: int = 12
    subjects: list[str] = Field(default_factory=list, max_length=40, description="Readers of these; none = all")
    reader_languages: list[Language] = Field(default_factory=list, description="None = all")
    segment: RowNumber | None = Field(default=None, description="Only readers in this segment")

    def plan(self, today: date) -> SeriesPlan:
        """All that is chosen."""
        return SeriesPlan(
            name=self.name,
            rhythm=self.rhythm.rhythm(),
            at=self.at,
            lead_days=self.lead_days,
            begins_on=self.begins_on or today,
            language=self.language,
            subject=self.subject,
            preheader=self.preheader,
            opening=self.opening,
            takes_in=self.takes_in,
            most_items=self.most_items,
            subjects=tuple(self.subjects),
            reader_languages=tuple(self.reader_languages),
            segment_id=self.segment,
        )
