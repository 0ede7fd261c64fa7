"""Times as publishers write them: RFC 822 in RSS, RFC 3339 in Atom, and Eurostat's, which is neither.

A time without a zone is one of the publisher's own (data-sources.md §0.7). A day without a time stays a day: it is
never midnight, for midnight is another day elsewhere.
"""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

Moment = datetime | date
_LONGEST = 80
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T ][0-9:.,]+ ?(?:Z|[+-][0-9:]{2,6})?", re.IGNORECASE)


def read_moment(text: str, zone: ZoneInfo) -> Moment | None:
    """The instant in UTC, or the day when no time is given; None for what is no date."""
    told = " ".join(text.split())
    if not told or len(told) > _LONGEST or not told.isascii():
        return None
    try:
        if (day := _DAY.fullmatch(told)) is not None:
            return date(int(day[1]), int(day[2]), int(day[3]))
        if (day := _DOTTED_DAY.fullmatch(told)) is not None:
            return date(int(day[3]), int(day[2]), int(day[1]))
        if _ISO.fullmatch(told) is not None:
            return in_utc(datetime.fromisoformat(told.upper().replace(" ", "T", 1).replace(" ", "")), zone)
        found = parsedate_to_datetime(told)
        # RFC 5322 writes an unknown zone as -0000 and means UTC; any other time without zone is the publisher's.
        return in_utc(found.replace(tzinfo=UTC) if told.endswith("-0000") else found, zone)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """The instant; a time without zone is one of ``zone``."""
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)
