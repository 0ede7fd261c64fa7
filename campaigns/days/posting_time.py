"""The instant at which something goes out, reckoned for each date: the office's offset changes twice a year."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def posting_time(on: date, at: time, zone: ZoneInfo) -> datetime:
    """This time of day in the office's zone, in UTC.

    In the hour that spring skips it is the next minute that exists; in the hour autumn repeats, the first one.
    """
    wanted = datetime.combine(on, at, tzinfo=zone)
    while not _exists(wanted):
        wanted = wanted.replace(tzinfo=None) + timedelta(minutes=1)
        wanted = wanted.replace(second=0, microsecond=0, tzinfo=zone)
    return wanted.astimezone(UTC)


def _exists(local: datetime) -> bool:
    return local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
