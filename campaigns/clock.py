"""What time it is. The clock is an argument everywhere, so that tests and the demo can hold it still.

Storage is in aware UTC; the office's date is asked for by name, because 23:30 UTC is tomorrow in Oslo.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


class Clock(Protocol):
    """Tells the time; every use case that needs it takes one."""

    @property
    def zone(self) -> ZoneInfo:
        """The office's time zone."""

    def now(self) -> datetime:
        """This instant, aware, in UTC."""

    def today(self) -> date:
        """The date on the office's wall."""


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock."""

    zone: ZoneInfo = OSLO

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()


@dataclass
class ShiftedClock:
    """Runs at normal speed from another starting point: the demo lives in the days before 20 May."""

    offset: timedelta
    zone: ZoneInfo = OSLO

    @classmethod
    def starting_at(cls, start: datetime, zone: ZoneInfo = OSLO) -> "ShiftedClock":
        return cls(start - datetime.now(UTC), zone)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def today(self) -> date:
        return self.now().astimezone(self.zone).date()


@dataclass
class FixedClock:
    """Stands still until it is moved."""

    at: datetime
    zone: ZoneInfo = field(default=OSLO)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"a clock needs an aware datetime, not {self.at!r}")

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def today(self) -> date:
        return self.at.astimezone(self.zone).date()

    def move_to(self, at: datetime) -> None:
        self.at = at

    def advance(self, **units: float) -> None:
        """``clock.advance(minutes=5)``"""
        self.at += timedelta(**units)
