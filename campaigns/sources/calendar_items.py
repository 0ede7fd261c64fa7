"""A release that a publisher's calendar promises: an expectation, whoever wrote the calendar and in whichever format.

The readers (iCalendar, SSB's feed of coming releases) hand over these values; what is planned from them is decided
where releases are planned. A calendar is a promise, the figures are the proof (data-sources.md §11).
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarItem:
    """One promised release.

    ``key`` is the same for the same release in every export of the calendar. Where a publisher makes new identifiers
    for each export, it is made of title and day; a release that is moved then disappears under one key and appears
    under another with the same ``title`` and ``statistic``.
    """

    key: str
    title: str  # without the date or the period some publishers write into it
    starts: datetime | date  # an instant in UTC; a plain date when only the day is promised
    cancelled: bool = False
    sequence: int = 0  # how often the publisher has rewritten the entry, where that is counted
    link: str | None = None  # https or http, nothing else
    statistic: str | None = None  # the publisher's short name of what is released: SSB's «synfou», a theme, a table
    period_text: str = ""  # the publisher's words for what it covers: «Tall for 2. kvartal»

    def day(self, zone: ZoneInfo) -> date:
        """The day of the release where the publisher is; a promised day is that day in every zone."""
        if isinstance(self.starts, datetime):
            return self.starts.astimezone(zone).date()
        return self.starts
