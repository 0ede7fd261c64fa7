"""When a series of issues comes round: on a day of the month, on its nth weekday, each week or every other week.

Pure: dates in the office's zone. What falls on a day off goes on the next working day,
unless the rhythm itself names a Saturday or a Sunday.
"""

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Self

from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as rrule_weekday

from campaigns.days.working_days import is_working_day, public_holidays
from campaigns.errors import InvalidInput

LAST = -1
LAST_DAY = 31
_IN_EVERY_MONTH = 28
FARTHEST_MOVE = 14


class Every(StrEnum):
    """What it is counted by."""

    MONTH_DAY = "month_day"  # the day ``day`` of the month; the last one where the month is shorter
    MONTH_WEEKDAY = "month_weekday"  # its ``nth`` weekday, or the last
    WEEK = "week"
    FORTNIGHT = "fortnight"  # every other week, counted from the week it begins in


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How often, and on which day. ``weekday`` counts from 1 = Monday; ``nth`` is 1 to 4, or -1 for the last."""

    every: Every
    day: int = 1
    nth: int = 1
    weekday: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.day <= LAST_DAY:
            raise InvalidInput("Velg en dag fra 1 til 31.", field="day")
        if self.nth not in {1, 2, 3, 4, LAST}:
            raise InvalidInput("Velg hvilken uke i måneden.", field="nth")
        if not 1 <= self.weekday <= len(calendar.day_name):
            raise InvalidInput("Velg en ukedag.", field="weekday")

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "every": Every(stored["every"])})

    def stored(self) -> dict[str, Any]:
        """As JSON: what this kind of rhythm is counted by, and no more."""
        found: dict[str, Any] = {"every": self.every.value}
        if self.every is Every.MONTH_DAY:
            return found | {"day": self.day}
        if self.every is Every.MONTH_WEEKDAY:
            found["nth"] = self.nth
        return found | {"weekday": self.weekday}

    @property
    def monthly(self) -> bool:
        return self.every in {Every.MONTH_DAY, Every.MONTH_WEEKDAY}

    def dates(self, begins_on: date) -> Iterator[date]:
        """Every date it comes round, from the first at or after ``begins_on``; without an end."""
        for at in self._rule(datetime.combine(begins_on, time())):
            yield at.date()

    def dates_from(self, on: date, begins_on: date) -> Iterator[date]:
        """The same, but for those before ``on``."""
        if self.every is not Every.FORTNIGHT:
            return self.dates(max(on, begins_on))
        behind = max((on - begins_on).days, 0) // 14 * 14
        return (found for found in self.dates(begins_on + timedelta(days=behind)) if found >= on)

    def step_back(self, on: date) -> date:
        """The date before this one, as if it had always come round; ``on`` is one of its dates."""
        if self.every is Every.WEEK:
            return on - timedelta(weeks=1)
        if self.every is Every.FORTNIGHT:
            return on - timedelta(weeks=2)
        earlier = self.dates(on.replace(day=1) - timedelta(days=1) - timedelta(days=LAST_DAY))
        return max(found for found in islice(earlier, 3) if found < on)

    def _rule(self, start: datetime) -> rrule:
        if self.every is Every.MONTH_DAY:
            days = range(_IN_EVERY_MONTH, self.day + 1) if self.day > _IN_EVERY_MONTH else (self.day,)
            return rrule(MONTHLY, dtstart=start, bymonthday=tuple(days), bysetpos=-1)
        if self.every is Every.MONTH_WEEKDAY:
            return rrule(MONTHLY, dtstart=start, byweekday=rrule_weekday(self.weekday - 1, self.nth))
        step = 2 if self.every is Every.FORTNIGHT else 1
        return rrule(WEEKLY, dtstart=start, interval=step, byweekday=rrule_weekday(self.weekday - 1))


def open_day(on: date, rhythm: Rhythm, is_barred: Callable[[date], bool]) -> date:
    """The day it really goes: this one, or the next that is no day off and on which something may go out."""
    weekend_meant = rhythm.every is not Every.MONTH_DAY and rhythm.weekday > 5
    for step in range(FARTHEST_MOVE):
        candidate = on + timedelta(days=step)
        is_off = bool(public_holidays(candidate)) if weekend_meant and step == 0 else not is_working_day(candidate)
        if not is_off and not is_barred(candidate):
            return candidate
    return on  # nothing is open for weeks: a person decides
