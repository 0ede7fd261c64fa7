"""A zone as a calendar defines it for itself: «US-Eastern» is no name anybody else knows (data-sources.md §11).

Only yearly rules are understood, which is what clocks are changed by. The change of a year is computed, never
searched for, so that a rule from a stranger costs the same whatever it says.
"""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from campaigns.sources.ical_lines import Component, Line

MAX_OBSERVANCES = 200
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?")
_LOCAL = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z?")
_BY_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_KNOWN = frozenset({"FREQ", "BYMONTH", "BYDAY", "BYMONTHDAY", "UNTIL", "INTERVAL", "WKST"})


@dataclass(frozen=True)
class _Observance:
    """One half of the year, or one change of law: from when which offset holds."""

    start: datetime  # local, without zone
    offset: timedelta
    before: timedelta
    rule: Mapping[str, str]
    dates: tuple[datetime, ...]

    def last_onset(self, local: datetime) -> datetime | None:
        """The last time it began, not after this local time."""
        told = [moment for moment in (self.start, *self.dates) if moment <= local]
        if self.rule:
            until = self._until()
            for year in (local.year, local.year - 1):
                onset = self._onset(year)
                if onset is not None and self.start <= onset <= min(local, until):
                    told.append(onset)
                    break
            else:
                if until < local and (last := self._onset(until.year) or self._onset(until.year - 1)):
                    told += [last] if self.start <= last <= until else []
        return max(told, default=None)

    def _until(self) -> datetime:
        written = self.rule.get("UNTIL", "")
        moment = _local(written) or _local(f"{written}T235959")
        if moment is None:
            return datetime.max  # noqa: DTZ901 - local times have no zone here
        return moment + self.before if written.endswith("Z") else moment

    def _onset(self, year: int) -> datetime | None:
        """When it begins in a year."""
        if not self.start.year <= year <= 9000:
            return None
        month = int(self.rule.get("BYMONTH", self.start.month))
        days = _days_of(year, month, self.rule, self.start.day)
        return datetime.combine(date(year, month, days[0]), self.start.time()) if days else None


@dataclass(frozen=True)
class VTimezone:
    """The zone. Raises nothing: a zone that cannot be understood is never made."""

    name: str
    observances: tuple[_Observance, ...]

    def in_utc(self, local: datetime) -> datetime:
        """The instant of a local time. A time that the clocks skip is read with the offset before the change."""
        offset = self._offset(local)
        return local.replace(tzinfo=timezone(offset)).astimezone(UTC)

    def _offset(self, local: datetime) -> timedelta:
        began = [(onset, each) for each in self.observances if (onset := each.last_onset(local)) is not None]
        if began:
            onset, latest = max(began, key=lambda found: found[0])
            # Between the old and the new time of a clock put forward nothing exists; keep to the old.
            return latest.before if local < onset + (latest.offset - latest.before) else latest.offset
        return min(self.observances, key=lambda each: each.start).before


def zone_of(component: Component) -> VTimezone | None:
    """The zone a VTIMEZONE defines; None when it uses what is not understood here."""
    name = component.text("TZID")
    if not name or len(component.children) > MAX_OBSERVANCES:
        return None
    found = [_observance(child) for child in component.children if child.name in {"STANDARD", "DAYLIGHT"}]
    observances = [each for each in found if each is not None]
    return VTimezone(name, tuple(observances)) if observances and len(observances) == len(found) else None


def _observance(component: Component) -> _Observance | None:
    start, offset = _local(component.text("DTSTART")), _offset(component.text("TZOFFSETTO"))
    before = _offset(component.text("TZOFFSETFROM"))
    rule = _rule(component.line("RRULE"))
    dates = [_local(part) for line in component.lines("RDATE") for part in line.value.split(",")]
    if start is None or offset is None or before is None or rule is None or None in dates:
        return None
    return _Observance(start, offset, before, rule, tuple(each for each in dates if each is not None))


def _rule(line: Line | None) -> Mapping[str, str] | None:
    """The parts of a yearly rule; empty without one, None for a rule of another kind."""
    if line is None:
        return {}
    parts = dict(part.partition("=")[::2] for part in line.value.upper().split(";") if part)
    if parts.get("FREQ") != "YEARLY" or set(parts) - _KNOWN or parts.get("INTERVAL", "1") != "1":
        return None
    months, days = parts.get("BYMONTH", "1"), parts.get("BYMONTHDAY", "1").split(",")
    if not (months.isascii() and months.isdecimal() and 1 <= int(months[:3]) <= 12):
        return None
    if not all(re.fullmatch(r"-?[0-9]{1,2}", day) for day in days):
        return None
    if "BYDAY" in parts and not all(_BY_DAY.fullmatch(day) for day in parts["BYDAY"].split(",")):
        return None
    return parts


def _days_of(year: int, month: int, rule: Mapping[str, str], default: int) -> Sequence[int]:
    """The days of the month that the rule names."""
    length = monthrange(year, month)[1]
    days = list(range(1, length + 1))
    if "BYMONTHDAY" in rule:
        wanted = {int(day) for day in rule["BYMONTHDAY"].split(",")}
        days = [day for day in days if day in wanted or day - length - 1 in wanted]
    if "BYDAY" in rule:
        chosen: set[int] = set()
        for each in rule["BYDAY"].split(","):
            found = _BY_DAY.fullmatch(each)
            assert found is not None  # checked when the rule was read
            on = [day for day in range(1, length + 1) if date(year, month, day).weekday() == _DAYS.index(found[2])]
            place = int(found[1]) if found[1] else 0
            chosen.update(on if not place else on[place - 1 : place] if place > 0 else on[place:][:1])
        days = [day for day in days if day in chosen]
    elif "BYMONTHDAY" not in rule:
        days = [day for day in days if day == min(default, length)]
    return days


def _offset(text: str) -> timedelta | None:
    found = _OFFSET.fullmatch(text.strip())
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]), seconds=int(found[4] or 0))
    return -size if found[1] == "-" else size


def _local(text: str) -> datetime | None:
    found = _LOCAL.fullmatch(text.strip())
    try:
        return datetime(*(int(part) for part in found.groups())) if found else None  # type: ignore[arg-type]  # noqa: DTZ001 - a local time of the zone being defined
    except ValueError:
        return None
