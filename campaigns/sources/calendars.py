"""The reader of release calendars: iCalendar, and the feed of coming releases that SSB publishes in its place.

An entry that cannot be read costs that entry. What is left out is told, because a release that is missing from a
calendar is otherwise taken for one that was called off.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from campaigns.sources.calendar_items import CalendarItem
from campaigns.sources.feeds import FeedItem, read_feed
from campaigns.sources.ical_lines import Component, Line, read_components
from campaigns.sources.moments import Moment, in_utc, read_moment
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.vtimezone import VTimezone, zone_of

PARSER = "calendar/1"
MAX_EVENTS = 10_000
MAX_TITLE = 500
_YEARS = range(1900, 2200)  # no release is planned outside them, and time zones cannot be reckoned at the ends of time
_LINK = re.compile(r"https?://[^\s<>\"]{1,2000}")
_STAMP = re.compile(r"([0-9]{8})T([0-9]{6})(Z?)")
_DATED_TITLE = re.compile(r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}:\s*")
_PERIOD = re.compile(r"(.+?),\s+((?:Tall|Tal|Figures|Endelige tall|Foreløpige tall) (?:for|frå|fra) .+)", re.IGNORECASE)


class Identity(StrEnum):
    """What makes an event the same in the next export of the calendar."""

    UID = "uid"  # the calendar's own identifier
    TITLE = "title"  # title and day, where identifiers are made anew for each export


@dataclass(frozen=True)
class ReleaseCalendar:
    """What is promised. ``complete`` is false when entries were left out, so that what is missing proves nothing.

    A feed shows the next releases and no more: where ``only_next``, it says nothing of what comes after its last day.
    """

    title: str
    items: tuple[CalendarItem, ...]
    warnings: tuple[str, ...] = ()
    complete: bool = True
    only_next: bool = False


def read_calendar(body: bytes, *, zone: ZoneInfo, identity: Identity = Identity.UID) -> ReleaseCalendar:
    """The promised releases, the earliest first. Raises ``PayloadRefused`` when the document is neither kind."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        found = _from_feed(body, zone, identity)
    else:
        found = _from_ical(body, zone, identity)
    return replace(found, items=tuple(sorted(found.items, key=_in_order)))


def _in_order(item: CalendarItem) -> tuple[str, str]:
    return item.starts.isoformat(), item.key


def _from_feed(body: bytes, zone: ZoneInfo, identity: Identity) -> ReleaseCalendar:
    feed = read_feed(body, zone=zone)
    items: dict[str, CalendarItem] = {}
    undated = []
    for entry in feed.items:
        starts = entry.at or read_moment(entry.extension("date"), zone)
        if starts is None or starts.year not in _YEARS:
            undated.append(f"DATE_MISSING: «{entry.title[:80]}» er utelatt, for det har ingen dato.")
        else:
            item = _feed_item(entry, starts, identity)
            items.setdefault(item.key, item)
    warnings = (*feed.warnings, *undated)
    return ReleaseCalendar(feed.title, tuple(items.values()), warnings, complete=not warnings, only_next=True)


def _feed_item(entry: FeedItem, starts: Moment, identity: Identity) -> CalendarItem:
    title, period = _title_and_period(_DATED_TITLE.sub("", entry.title, count=1))
    by_id = identity is Identity.UID and entry.id
    return CalendarItem(
        key=_key(entry.id) if by_id else _key(title, period, _day(starts).isoformat()),
        title=title,
        starts=starts,
        link=entry.link,
        statistic=entry.extension("shortname")[:80] or None,
        period_text=period,
    )


def _title_and_period(title: str) -> tuple[str, str]:
    """«Byggekostnadsindeks, Tall for 2. kvartal» in its two halves."""
    found = _PERIOD.fullmatch(title)
    return (found[1][:MAX_TITLE], found[2][:200]) if found else (title[:MAX_TITLE], "")


def _from_ical(body: bytes, zone: ZoneInfo, identity: Identity) -> ReleaseCalendar:
    calendar, warnings = read_components(body)
    defined = [zone_of(child) for child in calendar.children if child.name == "VTIMEZONE"]
    clock = _Clock({found.name: found for found in defined if found is not None}, zone, warnings)
    events = [child for child in calendar.children if child.name == "VEVENT"]
    if len(events) > MAX_EVENTS:
        raise PayloadRefused("TOO_MANY_EVENTS", f"kalenderen har mer enn {MAX_EVENTS} hendelser.")
    items: dict[str, CalendarItem] = {}
    for event in events:
        item = _event_item(event, clock, identity, warnings)
        if item is not None and (item.key not in items or items[item.key].sequence <= item.sequence):
            items[item.key] = item
    title = calendar.text("X-WR-CALNAME") or calendar.text("SUMMARY")
    return ReleaseCalendar(title[:MAX_TITLE], tuple(items.values()), tuple(warnings), complete=not warnings)


def _event_item(event: Component, clock: "_Clock", identity: Identity, warnings: list[str]) -> CalendarItem | None:
    """The release an event promises; None, and a warning, when it promises none that can be read."""
    title = event.text("SUMMARY")[:MAX_TITLE]
    line = event.line("DTSTART")
    starts = clock.starts(line, title) if line is not None else None
    if not title or starts is None or starts.year not in _YEARS:
        name = title[:80] or event.text("UID")[:80]
        warnings.append(f"EVENT_UNREADABLE: «{name}» er utelatt; tittel eller dato mangler.")
        return None
    if event.line("RRULE") is not None:
        warnings.append(f"EVENT_RECURS: av «{title[:80]}», som gjentas, er bare den første gangen lest.")
    uid = event.text("UID")
    by_uid = identity is Identity.UID and uid
    link = event.text("URL")
    sequence = event.text("SEQUENCE")
    name, period = _title_and_period(title)
    return CalendarItem(
        key=_key(uid, event.text("RECURRENCE-ID")) if by_uid else _key(title, _day(starts).isoformat()),
        title=name,
        starts=starts,
        cancelled=event.text("STATUS").upper() == "CANCELLED",
        sequence=int(sequence) if sequence.isascii() and sequence.isdecimal() and len(sequence) < 10 else 0,
        link=link if _LINK.fullmatch(link) else None,
        statistic=event.text("X-THEME")[:80] or None,
        period_text=period,
    )


@dataclass(frozen=True)
class _Clock:
    """Reads the times of one calendar: by the zones it defines, by known names, else in the publisher's own zone."""

    zones: dict[str, VTimezone]
    zone: ZoneInfo
    warnings: list[str]

    def starts(self, line: Line, title: str) -> Moment | None:
        """When the event begins; only the day when it says so, or when its zone is one nobody can know."""
        told, kind = line.value.strip(), line.parameters.get("VALUE", "").upper()
        if kind == "DATE" or len(told) == 8:
            day = read_moment(told, self.zone) if len(told) == 8 else None
            return None if isinstance(day, datetime) else day
        found = _STAMP.fullmatch(told)
        if found is None or kind not in {"", "DATE-TIME"}:
            return None
        try:
            local = datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")  # noqa: DTZ007 - the zone comes next
        except ValueError:
            return None
        return local.replace(tzinfo=UTC) if found[3] else self._placed(local, line.parameters.get("TZID", ""), title)

    def _placed(self, local: datetime, name: str, title: str) -> Moment:
        try:
            if name in self.zones:
                return self.zones[name].in_utc(local)
            return in_utc(local, _named_zone(name) if name else self.zone)
        except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):  # OSError: no name for a file
            self.warnings.append(
                f"ZONE_UNKNOWN: tidssonen «{name[:60]}» er ukjent; for «{title[:80]}» er bare dagen lest."
            )
            return local.date()


def _named_zone(name: str) -> ZoneInfo:
    """A zone by its name; some programs write their own address before it."""
    parts = name.strip("/").split("/")
    return ZoneInfo("/".join(parts[-2:]) if name.startswith("/") else name)


def _day(starts: Moment) -> date:
    return starts.date() if isinstance(starts, datetime) else starts


def _key(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()
