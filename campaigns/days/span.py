"""A stretch of whole dates, both ends included. Dates are the office's (Europe/Oslo), never instants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum


class Month(IntEnum):
    """Months as the rule grammar writes them."""

    JAN = 1
    FEB = 2
    MAR = 3
    APR = 4
    MAY = 5
    JUN = 6
    JUL = 7
    AUG = 8
    SEP = 9
    OCT = 10
    NOV = 11
    DEC = 12


class Weekday(IntEnum):
    """Days of the week as the rule grammar writes them, numbered like ``date.weekday()``."""

    MON = 0
    TUE = 1
    WED = 2
    THU = 3
    FRI = 4
    SAT = 5
    SUN = 6


@dataclass(frozen=True, order=True)
class Span:
    """From ``start`` to ``end``, both included; a single day has them equal."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")

    @classmethod
    def day(cls, on: date) -> "Span":
        return cls(on, on)

    @classmethod
    def lasting(cls, start: date, days: int) -> "Span":
        return cls(start, start + timedelta(days=days - 1))

    def __contains__(self, on: date) -> bool:
        return self.start <= on <= self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1))

    def overlaps(self, other: "Span") -> bool:
        return self.start <= other.end and other.start <= self.end
