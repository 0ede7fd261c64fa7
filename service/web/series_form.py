"""A series as its form has it: typed, shown again, and read."""

from dataclasses import dataclass, replace
from datetime import date, time
from typing import Self

from werkzeug.datastructures import MultiDict

from campaigns.errors import InvalidInput
from campaigns.language import Language
from campaigns.newsletter.rhythm import Every, Rhythm
from campaigns.newsletter.series import IssueSeries, TakesIn
from campaigns.newsletter.series_steps import SeriesPlan

_TEXTS = (
    "name", "every", "day", "nth", "weekday", "at", "lead_days", "begins_on", "language", "subject", "preheader",
    "opening", "takes_in", "most_items", "segment",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SeriesForm:
    """The fields of a series as they are typed."""

    name: str = ""
    every: str = Every.MONTH_DAY.value
    day: str = "1"
    nth: str = "1"
    weekday: str = "1"
    at: str = "08:00"
    lead_days: str = "3"
    begins_on: str = ""
    language: str = Language.BOKMAAL.value
    subject: str = ""
    preheader: str = ""
    opening: str = ""
    takes_in: str = TakesIn.SENT.value
    most_items: str = "12"
    segment: str = ""
    subjects: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    version: int = 0
    token: str = ""

    @classmethod
    def new(cls, today: date, language: Language, token: str) -> Self:
        """An empty one."""
        return cls(begins_on=today.isoformat(), language=language.value, token=token)

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> Self:
        return cls(
            **{name: form.get(name, "").strip() for name in _TEXTS},
            subjects=tuple(form.getlist("subjects")),
            languages=tuple(form.getlist("languages")),
            version=form.get("version", 0, int),
            token=form.get("token", "")[:64],
        )

    @classmethod
    def of(cls, series: IssueSeries) -> Self:
        rhythm = series.comes
        return cls(
            name=series.name,
            every=rhythm.every.value,
            day=str(rhythm.day),
            nth=str(rhythm.nth),
            weekday=str(rhythm.weekday),
            at=series.at,
            lead_days=str(series.lead_days),
            begins_on=series.begins_on.isoformat(),
            language=series.language.value,
            subject=series.subject,
            preheader=series.preheader,
            opening=series.opening,
            takes_in=series.takes_in.value,
            most_items=str(series.most_items),
            segment=str(series.segment_id or ""),
            subjects=tuple(series.subjects),
            languages=tuple(series.reader_languages),
            version=series.version,
        )

    def plan(self) -> SeriesPlan:
        """What the fields say. Raises ``InvalidInput`` that names the field."""
        if self.every not in list(Every) or self.language not in list(Language) or self.takes_in not in list(TakesIn):
            raise InvalidInput("Skjemaet kunne ikke leses. Last siden på nytt.")
        languages = tuple(Language(tag) for tag in self.languages if tag in list(Language))
        return SeriesPlan(
            name=self.name,
            rhythm=self.rhythm(),
            at=self._time(),
            lead_days=self._number("lead_days"),
            begins_on=self._begins_on(),
            language=Language(self.language),
            subject=self.subject,
            preheader=" ".join(self.preheader.split()),
            opening=self.opening.replace("\r\n", "\n"),
            takes_in=TakesIn(self.takes_in),
            most_items=self._number("most_items"),
            subjects=self.subjects,
            reader_languages=() if len(languages) == len(Language) else languages,
            segment_id=int(self.segment) if self.segment.isdecimal() else None,
        )

    def rhythm(self) -> Rhythm:
        """How often, and on which day. What the kind of rhythm does not ask for is let be."""
        rhythm = Rhythm(every=Every(self.every))
        if rhythm.every is Every.MONTH_DAY:
            return replace(rhythm, day=self._number("day"))
        if rhythm.every is Every.MONTH_WEEKDAY:
            rhythm = replace(rhythm, nth=self._number("nth"))
        return replace(rhythm, weekday=self._number("weekday"))

    def _number(self, name: str) -> int:
        try:
            return int(getattr(self, name))
        except ValueError as error:
            raise InvalidInput("Skriv et helt tall.", field=name) from error

    def _time(self) -> time:
        try:
            return time.fromisoformat(self.at)
        except ValueError as error:
            raise InvalidInput("Velg et klokkeslett.", field="at") from error

    def _begins_on(self) -> date:
        try:
            return date.fromisoformat(self.begins_on)
        except ValueError as error:
            raise InvalidInput("Velg en dato.", field="begins_on") from error
