"""Working days in Norway: neither a Saturday, a Sunday nor a public holiday.

The ``holidays`` package knows the public holidays. Its language is always given, because without one the names
follow the machine's locale. Christmas Eve, romjul, Easter Saturday and bridge days are no public holidays and are
not in it: the first ones are rows of the catalogue (``campaigns.days.quiet``), the last ones are computed here.
"""

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from campaigns.days.span import Month

if TYPE_CHECKING:
    from holidays import HolidayBase

_FILLED_YEARS = range(2000, 2101)


@cache
def _norway() -> "HolidayBase":
    import holidays  # noqa: PLC0415 - large, and most who import this module never ask about a day

    # Filled beforehand: the package fills a year at its first use, and another thread asking about the same
    # year meanwhile would be told that it has no holidays.
    return holidays.country_holidays("NO", years=_FILLED_YEARS, language="no")


def public_holidays(on: date) -> list[str]:
    """The bokmål names of the public holidays on this date; two when they coincide, as on 17 May 2027."""
    return list(_norway().get_list(on))


def is_working_day(on: date) -> bool:
    return _norway().is_working_day(on)


def working_day_after(on: date, count: int) -> date:
    """The working day ``count`` steps from this date, which need not be one itself; negative counts go back."""
    return _norway().get_nth_working_day(on, count)


def next_working_day(on: date) -> date:
    """The first working day after this date."""
    return working_day_after(on, 1)


def working_day_from(on: date) -> date:
    """This date if it is a working day, else the first one after it."""
    return on if is_working_day(on) else next_working_day(on)


def nth_working_day_of_month(year: int, month: Month, nth: int) -> date | None:
    """The nth working day of a month, counted from its end when negative; None when it has not so many."""
    outside = _first_of(year, month) - timedelta(days=1) if nth > 0 else _first_after(year, month)
    found = working_day_after(outside, nth)
    return found if (found.year, found.month) == (year, month) else None


def is_bridge_day(on: date) -> bool:
    """Whether this is a single working day squeezed in between days off ("inneklemt")."""
    day = timedelta(days=1)
    return is_working_day(on) and not is_working_day(on - day) and not is_working_day(on + day)


def _first_of(year: int, month: Month) -> date:
    return date(year, month, 1)


def _first_after(year: int, month: Month) -> date:
    return date(year + month // 12, month % 12 + 1, 1)
