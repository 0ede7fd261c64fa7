"""Rules reckoned from something that moves: ISO weeks, Easter, the equinox, working days, or somebody's word."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

from campaigns.days.dated_rules import ORDINALS, MonthDay
from campaigns.days.span import Month, Span, Weekday
from campaigns.days.working_days import nth_working_day_of_month, working_day_after

# The March equinox is on 20 March in UTC in all of these years (it is on the 21st in 2007 and the 19th in 2044).
EQUINOX_YEARS = range(2008, 2044)
_EQUINOX_DAY = 20

EARLIEST_FROM_EASTER, LATEST_FROM_EASTER = -80, 250  # always inside the year


@dataclass(frozen=True)
class IsoDay:
    """A weekday of a numbered week."""

    week: int
    weekday: Weekday

    def in_year(self, year: int) -> date | None:
        try:
            return date.fromisocalendar(year, self.week, self.weekday + 1)
        except ValueError:  # most years have no week 53
            return None

    def __str__(self) -> str:
        return f"ISO week {self.week} {self.weekday.name}"


@dataclass(frozen=True)
class IsoWeeks:
    """``ISO week 42 SUN``, ``ISO week 33 MON..FRI`` or ``ISO week 38 WED..ISO week 39 SUN``.

    The year is the ISO year: the Monday of week 1 may lie in December before it, the Sunday of week 53 in
    January after it.
    """

    first: IsoDay
    last: IsoDay

    def occurrence(self, year: int) -> Span | None:
        start, end = self.first.in_year(year), self.last.in_year(year)
        return None if start is None or end is None else Span(start, end)

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        if self.first.week == self.last.week:
            return f"{self.first}..{self.last.weekday.name}"
        return f"{self.first}..{self.last}"


@dataclass(frozen=True)
class FromEaster:
    """``Easter+39``: days from Western Easter Sunday."""

    days: int

    def occurrence(self, year: int) -> Span | None:
        return Span.day(easter(year) + timedelta(days=self.days))

    def __str__(self) -> str:
        return f"Easter{self.days:+d}"


@dataclass(frozen=True)
class BeforeMarchEquinox:
    """``FRI before MAR equinox``: the last such weekday strictly before the equinox (UTC).

    Says nothing outside ``EQUINOX_YEARS``.
    """

    weekday: Weekday

    def occurrence(self, year: int) -> Span | None:
        if year not in EQUINOX_YEARS:
            return None
        equinox = date(year, Month.MAR, _EQUINOX_DAY)
        return Span.day(equinox - timedelta(days=(equinox.weekday() - self.weekday - 1) % 7 + 1))

    def __str__(self) -> str:
        return f"{self.weekday.name} before MAR equinox"


@dataclass(frozen=True)
class WorkingDayOfMonth:
    """``3rd working day of SEP`` or ``last working day of NOV``, in Norway. ``nth`` is -1 for the last."""

    nth: int
    month: Month

    def occurrence(self, year: int) -> Span | None:
        found = nth_working_day_of_month(year, self.month, self.nth)
        return None if found is None else Span.day(found)

    def __str__(self) -> str:
        return f"{'last' if self.nth < 0 else ORDINALS[self.nth - 1]} working day of {self.month.name}"


@dataclass(frozen=True)
class WorkingDayBefore:
    """``1st working day before 12-24``, in Norway. Counted backwards; it may reach into the year before."""

    nth: int
    on: MonthDay

    def occurrence(self, year: int) -> Span | None:
        return Span.day(working_day_after(self.on.in_year(year), -self.nth))

    def __str__(self) -> str:
        return f"{ORDINALS[self.nth - 1]} working day before {self.on}"


@dataclass(frozen=True)
class Announced:
    """``announced``: somebody decides the date each year; only an override puts it in the calendar."""

    def occurrence(self, year: int) -> Span | None:  # noqa: ARG002 - every rule is asked about a year
        return None

    def __str__(self) -> str:
        return "announced"
