"""A release as its form has it: typed, shown again, and read."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Self

from flask import request

from campaigns.editorial.slots import slot_on
from campaigns.errors import InvalidInput
from campaigns.indicators.expected_time import parse_expected
from campaigns.indicators.expected_words import expected_words
from campaigns.indicators.release import PlannedRelease
from campaigns.indicators.release_steps import ReleaseFacts, text_of
from service.i18n import language
from service.request import current


@dataclass(frozen=True, kw_only=True)
class ReleaseForm:
    """The fields of a release as they are typed."""

    title: str = ""
    publisher: str = ""
    planned: str = ""
    period: str = ""
    note: str = ""
    link: str = ""
    indicators: tuple[str, ...] = ()
    embargo_date: str = ""
    embargo_time: str = "08:00"
    token: str = ""

    @classmethod
    def typed(cls) -> Self:
        texts = {
            name: request.form.get(name, "") for name in cls.__dataclass_fields__ if name not in {"indicators", "token"}
        }
        return cls(**texts, indicators=tuple(request.form.getlist("indicators")), token=request.form.get("token", ""))

    @classmethod
    def of(cls, release: PlannedRelease) -> Self:
        embargo = release.embargo_until.astimezone(current().clock.zone) if release.embargo_until else None
        return cls(
            title=release.title.get("nb", ""),
            publisher=release.publisher,
            planned=_as_typed(release),
            period=release.period or "",
            note=release.note,
            link=release.link or "",
            indicators=tuple(release.indicator_ids),
            embargo_date=f"{embargo:%Y-%m-%d}" if embargo else "",
            embargo_time=f"{embargo:%H:%M}" if embargo else "08:00",
        )

    def embargo_until(self) -> datetime | None:
        """The instant the two fields name; None when the date is empty."""
        if not self.embargo_date.strip():
            return None
        try:
            day, at = date.fromisoformat(self.embargo_date), time.fromisoformat(self.embargo_time or "08:00")
        except ValueError as error:
            raise InvalidInput("Skriv sperrefristen som dato og klokkeslett.", field="embargo_date") from error
        return slot_on(day, at, current().clock.zone)

    def facts(self, *, embargo_until: datetime | None) -> ReleaseFacts:
        return ReleaseFacts(
            title=self.title, publisher=self.publisher, planned=self.planned or "?", period=self.period,
            note=self.note, link=self.link, indicator_ids=self.indicators, embargo_until=embargo_until,
        )  # fmt: skip


def _as_typed(release: PlannedRelease) -> str:
    """When it is expected, as people write it; as the catalogue does where our words are not read back the same."""
    words = expected_words(release.expected, release.zone, language()).replace("\N{NO-BREAK SPACE}", " ")
    try:
        same = parse_expected(words, release.zone) == release.expected
    except InvalidInput:
        same = False
    return words if same else text_of(release)
