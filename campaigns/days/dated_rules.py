"""Rules that name dates or weekdays of a month: the plain ones, of which most days are made.

Every form is a frozen value with ``occurrence(year)`` and a text that parses back to it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dateutil.rrule import YEARLY, rrule
from dateutil.rrule import weekday as rrule_weekday

from campaigns.days.span import Month, Span, Weekday

ORDINALS = ("1st", "2nd", "3rd", "4th", "5th")


@dataclass(frozen=True)
class MonthDay:
    """A date without a year. 29 February is refused by the parser, so every year has it."""

    month: Month
    day: int

    def in_year(self, year: int) -> date:
        return date(year, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month:02d}-{self.day:02d}"


@dataclass(frozen=True)
class FixedDate:
    """``MM-DD``: the same date every year."""

    on: MonthDay

    def occurrence(self, year: int) -> Span | None:
        return Span.day(self.on.in_year(year))

    def __str__(self) -> str:
        return str(self.on)


@dataclass(frozen=True)
class FixedRange:
    """``MM-DD..MM-DD``: the same dates every year; one that ends before it starts runs into the next year."""

    first: MonthDay
    last: MonthDay

    def occurrence(self, year: int) -> Span | None:
        start, end = self.first.in_year(year), self.last.in_year(year)
        return Span(start, end if start <= end else self.last.in_year(year + 1))

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


@dataclass(frozen=True)
class NthWeekday:
    """``MAR 2nd THU``; no occurrence in a year whose month has no fifth one."""

    month: Month
    nth: int
    weekday: Weekday

    def occurrence(self, year: int) -> Span | None:
        return _weekday_of_month(year, self.month, self.nth, self.weekday)

    def __str__(self) -> str:
        return f"{self.month.name} {ORDINALS[self.nth - 1]} {self.weekday.name}"


@dataclass(frozen=True)
class LastWeekday:
    """``last FRI of SEP``."""

    weekday: Weekday
    month: Month

    def occurrence(self, year: int) -> Span | None:
        return _weekday_of_month(year, self.month, -1, self.weekday)

    def __str__(self) -> str:
        return f"last {self.weekday.name} of {self.month.name}"


@dataclass(frozen=True)
class LastDayOfMonth:
    """``last day of FEB``: 29 February in leap years, else 28."""

    month: Month

    def occurrence(self, year: int) -> Span | None:
        return Span.day(_last_day(year, self.month))

    def __str__(self) -> str:
        return f"last day of {self.month.name}"


@dataclass(frozen=True)
class WholeMonth:
    """``month OCT``."""

    month: Month

    def occurrence(self, year: int) -> Span | None:
        return Span(date(year, self.month, 1), _last_day(year, self.month))

    def __str__(self) -> str:
        return f"month {self.month.name}"


@dataclass(frozen=True)
class EveryYears:
    """``every 5 years from 2010 on 10-20``: counted from that year, nothing in between or before."""

    interval: int
    first_year: int
    on: MonthDay

    def occurrence(self, year: int) -> Span | None:
        first = self.on.in_year(self.first_year)
        return _only(rrule(YEARLY, interval=self.interval, dtstart=_at(first), until=_new_years_eve(year)), year)

    def __str__(self) -> str:
        return f"every {self.interval} years from {self.first_year} on {self.on}"


@dataclass(frozen=True)
class AnchoredWeek:
    """``week starting FEB 2nd MON, 5 days`` or ``week ending JUN 3rd SUN, 7 days``."""

    anchor: NthWeekday | LastWeekday
    days: int
    ends_on_anchor: bool = False

    def occurrence(self, year: int) -> Span | None:
        found = self.anchor.occurrence(year)
        if found is None:
            return None
        back = timedelta(days=self.days - 1) if self.ends_on_anchor else timedelta()
        return Span.lasting(found.start - back, self.days)

    def __str__(self) -> str:
        return f"week {'ending' if self.ends_on_anchor else 'starting'} {self.anchor}, {self.days} days"


@dataclass(frozen=True)
class LastFullWeek:
    """``last full MON..SUN week of OCT``: the last week that lies wholly inside the month."""

    month: Month

    def occurrence(self, year: int) -> Span | None:
        # The last week inside the month is the one that ends on its last Sunday; the last *Monday* may be too late.
        sunday = _weekday_of_month(year, self.month, -1, Weekday.SUN)
        return None if sunday is None else Span.lasting(sunday.start - timedelta(days=6), 7)

    def __str__(self) -> str:
        return f"last full MON..SUN week of {self.month.name}"


def _weekday_of_month(year: int, month: Month, nth: int, weekday: Weekday) -> Span | None:
    # The start is always given: without one, dateutil counts from this moment.
    matching = rrule(
        YEARLY,
        dtstart=_new_years_day(year),
        until=_new_years_eve(year),
        bymonth=int(month),
        byweekday=rrule_weekday(int(weekday), nth),
    )
    return _only(matching, year)


def _last_day(year: int, month: Month) -> date:
    last = next(iter(rrule(YEARLY, dtstart=_new_years_day(year), bymonth=int(month), bymonthday=-1, count=1)))
    return last.date()


def _only(matching: rrule, year: int) -> Span | None:
    found = [at.date() for at in matching if at.year == year]
    return Span.day(found[0]) if found else None


def _new_years_day(year: int) -> datetime:
    return _at(date(year, 1, 1))


def _new_years_eve(year: int) -> datetime:
    return _at(date(year, 12, 31))


def _at(on: date) -> datetime:
    # dateutil reckons in instants; the zone cancels out, because only the date is taken back.
    return datetime(on.year, on.month, on.day, tzinfo=UTC)
