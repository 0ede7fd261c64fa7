"""When a release is expected, as exactly as anybody knows: an instant, a day, a month, a season, or not at all.

People write «Vår/tidlig høst 2024», «Høst 2024?» and «?»; calendars write days and instants. A day is a day where
the publisher is, never midnight in UTC. Words are kept as they were written; the dates they span are reckoned here.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from campaigns.errors import InvalidInput

EVENING = time(20, 0)  # where the publisher is: what was due in the day and has not come by then is late


class Precision(StrEnum):
    """How exactly a release is known."""

    MOMENT = "moment"  # the hour and minute
    DAY = "day"
    MONTH = "month"
    SEASON = "season"  # a season, a quarter, a half or a whole year, in words
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One expectation. ``starts_on`` and ``ends_on`` span it, both included; None when the time is not known."""

    precision: Precision
    starts_on: date | None = None
    ends_on: date | None = None
    at: datetime | None = None  # for a moment: the instant, in UTC
    uncertain: bool = False
    words: str = ""  # for a season: as it was written, without the question mark

    def opens_at(self, zone: ZoneInfo) -> datetime | None:
        """From when it may come; None when nobody knows."""
        if self.at is not None:
            return self.at
        return _instant(self.starts_on, time(), zone) if self.starts_on else None

    def late_at(self, zone: ZoneInfo) -> datetime | None:
        """From when it is late: the evening of its day, or the end of its month or season."""
        if self.ends_on is None:
            return None
        if self.precision in {Precision.MOMENT, Precision.DAY}:
            evening = _instant(self.ends_on, EVENING, zone)
            return max(evening, self.at + timedelta(hours=2)) if self.at else evening
        return _instant(self.ends_on + timedelta(days=1), time(), zone)

    def as_text(self, zone: ZoneInfo) -> str:
        """As the catalogue and the desk's form write it; ``parse_expected`` reads it back to the same value."""
        if self.precision is Precision.UNKNOWN:
            return "?"
        if self.at is not None:
            text = f"{self.at.astimezone(zone):%Y-%m-%dT%H:%M}"
        elif self.precision is Precision.DAY:
            text = f"{self.starts_on:%Y-%m-%d}"
        elif self.precision is Precision.MONTH:
            text = f"{self.starts_on:%Y-%m}"
        else:
            text = self.words
        return f"{text}?" if self.uncertain else text


UNKNOWN_TIME = Expected(precision=Precision.UNKNOWN, uncertain=True)


def on_day(day: date, at: time | None, zone: ZoneInfo) -> Expected:
    """A day, or its moment when the publisher always releases at the same hour."""
    if at is None:
        return Expected(precision=Precision.DAY, starts_on=day, ends_on=day)
    return Expected(precision=Precision.MOMENT, starts_on=day, ends_on=day, at=_instant(day, at, zone))


def at_moment(at: datetime, zone: ZoneInfo) -> Expected:
    """An instant, and the day it falls on where the publisher is."""
    day = at.astimezone(zone).date()
    return Expected(precision=Precision.MOMENT, starts_on=day, ends_on=day, at=at.astimezone(UTC))


def in_month(year: int, month: int, *, uncertain: bool = False) -> Expected:
    """Some time in that month."""
    start, end = _month(year, month, month)
    return Expected(precision=Precision.MONTH, starts_on=start, ends_on=end, uncertain=uncertain)


def parse_expected(text: str, zone: ZoneInfo) -> Expected:
    """What somebody wrote. Raises ``InvalidInput`` with examples when it says no time we know."""
    given = " ".join(text.split())
    uncertain = given.endswith("?")
    given = given.rstrip("? ").strip()
    if not given or given.casefold() in _NOT_KNOWN:
        return UNKNOWN_TIME
    try:
        return _written_out(given, uncertain=uncertain, zone=zone)
    except ValueError as error:
        raise InvalidInput(
            f"«{text.strip()}» er ikke et tidspunkt som forstås. Skriv for eksempel 10.12.2026 kl. 08.00, 2026-12-10, "
            "februar 2025, høst 2024, vår/tidlig høst 2024, 4. kvartal 2026 eller 2027. "
            "Sett ? bak det som er usikkert, og skriv bare ? når tidspunktet ikke er kjent.",
            field="planned",
        ) from error


_NOT_KNOWN = frozenset({"ukjent", "ukjend", "unknown", "ikke kjent", "ikkje kjent"})
_MOMENT = re.compile(
    r"(?:([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}))"
    r"(?:(?:T|,? kl\.? ?| )([0-9]{1,2})[.:]([0-9]{2}))?"
)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})|([^\W\d]+)\.? ([0-9]{4})")
_MONTH_NAMES = (
    ("januar", "january"), ("februar", "february"), ("mars", "march"), ("april",), ("mai", "may"), ("juni", "june"),
    ("juli", "july"), ("august",), ("september",), ("oktober", "october"), ("november",), ("desember", "december"),
)  # fmt: skip
_NAMED_DAY = re.compile(r"([0-9]{1,2})\.? ([^\W\d]+) ([0-9]{4})(?:,? kl\.? ?([0-9]{1,2})[.:]([0-9]{2}))?")
_QUARTER = re.compile(r"([1-4])\. ?(?:kvartal|quarter) ([0-9]{4})|q([1-4]) ([0-9]{4})")
_HALF = re.compile(r"([12])\. ?(?:halvår|half) ([0-9]{4})|(første|andre|fyrste) halvår ([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")
_SEASONS = {
    "vinter": (1, 2), "winter": (1, 2), "vår": (3, 5), "våren": (3, 5), "spring": (3, 5),
    "sommer": (6, 8), "sommeren": (6, 8), "sumar": (6, 8), "sumaren": (6, 8), "summer": (6, 8),
    "høst": (9, 11), "høsten": (9, 11), "haust": (9, 11), "hausten": (9, 11), "autumn": (9, 11), "fall": (9, 11),
    "vinteren": (1, 2),
}  # fmt: skip
_EARLY = frozenset({"tidlig", "tidleg", "early"})
_LATE = frozenset({"sen", "sent", "seint", "sein", "late"})


def _written_out(given: str, *, uncertain: bool, zone: ZoneInfo) -> Expected:
    if found := _MOMENT.fullmatch(given):
        year, month, day = (int(part) for part in (found.groups()[:3] if found[1] else found.groups()[5:2:-1]))
        return _day_or_moment(date(year, month, day), found[7], found[8], uncertain=uncertain, zone=zone)
    lower = given.casefold()
    if (found := _NAMED_DAY.fullmatch(lower)) and (number := _month_number(found[2])):
        day_on = date(int(found[3]), number, int(found[1]))
        return _day_or_moment(day_on, found[4], found[5], uncertain=uncertain, zone=zone)
    if found := _MONTH.fullmatch(lower):
        number = int(found[2]) if found[2] else _month_number(found[3])
        if number:
            return in_month(int(found[1] or found[4]), number, uncertain=uncertain)
    start, end = _season(lower)
    return Expected(precision=Precision.SEASON, starts_on=start, ends_on=end, uncertain=uncertain, words=given[:80])


def _day_or_moment(day: date, hour: str | None, minute: str | None, *, uncertain: bool, zone: ZoneInfo) -> Expected:
    at = _instant(day, time(int(hour), int(minute or 0)), zone) if hour else None
    precision = Precision.DAY if at is None else Precision.MOMENT
    return Expected(precision=precision, starts_on=day, ends_on=day, at=at, uncertain=uncertain)


def _season(text: str) -> tuple[date, date]:
    """The days a season in words spans: from the first named to the last («vår/tidlig høst 2024»)."""
    if found := _QUARTER.fullmatch(text):
        quarter, year = int(found[1] or found[3]), int(found[2] or found[4])
        return _month(year, 3 * quarter - 2, 3 * quarter)
    if found := _HALF.fullmatch(text):
        half, year = (int(found[1]), int(found[2])) if found[1] else (1 + (found[3] == "andre"), int(found[4]))
        return _month(year, 6 * half - 5, 6 * half)
    if _YEAR.fullmatch(text):
        return _month(int(text), 1, 12)
    words, _, year_text = text.rpartition(" ")
    if not _YEAR.fullmatch(year_text):
        raise ValueError(text)
    spans = [_season_months(part.strip()) for part in re.split(r"\s*(?:/|–|-| til | to | eller | or )\s*", words)]
    return _month(int(year_text), spans[0][0], spans[-1][1])


def _season_months(words: str) -> tuple[int, int]:
    """«tidlig høst» is September, «høst» September to November, «sen høst» November."""
    how, _, name = words.rpartition(" ")
    number = _month_number(name)
    first, last = (number, number) if number else _SEASONS.get(name, (0, 0))
    if not first:
        raise ValueError(words)
    if how in _EARLY:
        return first, first
    if how in _LATE:
        return last, last
    if how:
        raise ValueError(words)
    return first, last


def _month_number(name: str) -> int | None:
    """A month by its name or the first three letters of it, in Norwegian or English."""
    plain = name.casefold().rstrip(".")
    for number, names in enumerate(_MONTH_NAMES, 1):
        if plain in names or (len(plain) == 3 and any(full.startswith(plain) for full in names)):
            return number
    return None


def _month(year: int, first: int, last: int) -> tuple[date, date]:
    if last < first:
        raise ValueError(f"{first}–{last} goes backwards")
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _instant(day: date | None, at: time, zone: ZoneInfo) -> datetime:
    """The clock on the wall there, as an instant; in the doubled hour of autumn the first of the two."""
    assert day is not None
    return datetime.combine(day, at, zone).astimezone(UTC)
