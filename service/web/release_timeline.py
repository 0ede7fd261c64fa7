"""The release plan along a line of months: where each release lies, in per cent of the width.

Percentages let the drawing fill any screen without a script; what lies outside is held at the edge with an arrow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.errors import InvalidInput
from campaigns.indicators.release import PlannedRelease

MONTHS = 15
_BACK = 3  # how many of them lie behind us on the first page


@dataclass(frozen=True)
class Tick:
    """The beginning of a month. ``names_year`` on the first one and in January."""

    month: date
    x: float
    names_year: bool

    @property
    def quarter(self) -> bool:
        """Whether it begins a quarter: on a narrow screen only these are named."""
        return self.month.month % 3 == 1


@dataclass(frozen=True)
class Bar:
    """One release on the line. ``width`` is 0 for a day; ``before`` and ``after`` say it lies outside the line."""

    release: PlannedRelease
    x: float
    width: float
    before: bool = False
    after: bool = False


@dataclass(frozen=True)
class Timeline:
    """The line and what lies on it. ``today`` is None when it is not on this stretch."""

    first: date
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    today: float | None

    @property
    def last(self) -> date:
        return _months_on(self.first, MONTHS) - timedelta(days=1)

    @property
    def earlier(self) -> str:
        return f"{_months_on(self.first, -12):%Y-%m}"

    @property
    def later(self) -> str:
        return f"{_months_on(self.first, 12):%Y-%m}"


def first_month(text: str | None, today: date) -> date:
    """The month an address asks the line to begin with (``2027-02``); a little behind us when it asks for none."""
    if not text:
        return _months_on(today.replace(day=1), -_BACK)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise InvalidInput("Måneden må skrives som år og måned, for eksempel 2027-05.") from error


def timeline(releases: Iterable[PlannedRelease], first: date, today: date) -> Timeline:
    """The releases with a time, in the order given, on the line that begins with ``first``."""
    end = _months_on(first, MONTHS)
    months = [_months_on(first, number) for number in range(MONTHS)]
    ticks = tuple(
        Tick(month, _along(month, first, end), month.month == 1 or number == 0) for number, month in enumerate(months)
    )
    bars = tuple(_bars(releases, first, end))
    return Timeline(first, ticks, bars, _along(today, first, end) if first <= today < end else None)


def _bars(releases: Iterable[PlannedRelease], first: date, end: date) -> Sequence[Bar]:
    bars = []
    for release in releases:
        if release.starts_on is None or release.ends_on is None:
            continue
        if release.ends_on < first:
            bars.append(Bar(release, 0, 0, before=True))
        elif release.starts_on >= end:
            bars.append(Bar(release, 100, 0, after=True))
        else:
            start = _along(max(release.starts_on, first), first, end)
            stop = _along(min(release.ends_on + timedelta(days=1), end), first, end)
            one_day = release.starts_on == release.ends_on
            bars.append(Bar(release, start, 0 if one_day else round(stop - start, 3)))
    return bars


def _along(day: date, first: date, end: date) -> float:
    return round(100 * (day - first).days / (end - first).days, 3)


def _months_on(month: date, number: int) -> date:
    count = month.year * 12 + month.month - 1 + number
    try:
        return date(count // 12, count % 12 + 1, 1)
    except ValueError as error:
        raise InvalidInput("Så langt går ikke planen. Velg et år nærmere.") from error
