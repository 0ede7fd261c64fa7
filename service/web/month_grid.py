"""A month as the calendar shows it: whole weeks from Monday, each date with what stands on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.days.day import DayKind
from campaigns.days.occurrence import Occurrence
from campaigns.days.working_days import is_working_day, public_holidays
from campaigns.editorial.month import PlannedDraft
from campaigns.errors import InvalidInput
from campaigns.language import Language


@dataclass(frozen=True, kw_only=True)
class MonthDate:
    """One square."""

    on: date
    in_month: bool
    today: bool
    working: bool
    holidays: tuple[str, ...]
    days: tuple[Occurrence, ...]
    drafts: tuple[PlannedDraft, ...]

    @property
    def week(self) -> int:
        """The number of its week, which offices go by."""
        return self.on.isocalendar().week

    @property
    def untold(self) -> tuple[Occurrence, ...]:
        """Its days, but for those that a draft of the same name tells of already."""
        titles = {draft.title for draft in self.drafts}
        return tuple(day for day in self.days if titles.isdisjoint(day.name_in(language) for language in Language))

    @property
    def is_empty(self) -> bool:
        return not (self.holidays or self.days or self.drafts)


@dataclass(frozen=True)
class Month:
    """One month. ``whole`` are the days that last all of it, or weeks of it."""

    first: date
    dates: tuple[MonthDate, ...]
    whole: tuple[Occurrence, ...]

    @property
    def previous(self) -> str:
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        return f"{self.first + timedelta(days=31):%Y-%m}"


def month_of(text: str | None, today: date) -> date:
    """The first of the month an address asks for (``2027-05``); of this month when it asks for none."""
    if not text:
        return today.replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise InvalidInput("Måneden må skrives som år og måned, for eksempel 2027-05.") from error


def month_span(first: date) -> tuple[date, date]:
    """The Monday the calendar begins with, and the Sunday it ends with."""
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def month(
    first: date, today: date, occurrences: Sequence[Occurrence], drafts: Mapping[date, Sequence[PlannedDraft]]
) -> Month:
    """The month with its days and drafts in place."""
    start, end = month_span(first)
    long = tuple(found for found in occurrences if _is_long(found) and found.is_markable)
    dates = tuple(
        MonthDate(
            on=on,
            in_month=on.month == first.month,
            today=on == today,
            working=is_working_day(on),
            holidays=tuple(public_holidays(on)),
            days=tuple(found for found in occurrences if found.start == on and found.is_markable),
            drafts=tuple(drafts.get(on, ())),
        )
        for on in _dates(start, end)
    )
    return Month(first, dates, long)


def _is_long(found: Occurrence) -> bool:
    return found.kind in {DayKind.MONTH, DayKind.PERIOD, DayKind.WEEK}


def _dates(start: date, end: date) -> Iterator[date]:
    for step in range((end - start).days + 1):
        yield start + timedelta(days=step)
