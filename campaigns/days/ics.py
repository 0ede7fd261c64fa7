"""A calendar people can subscribe to: whole days, and instants, as iCalendar text (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event

from campaigns.days.span import Span

_PRODUCT = "-//Monitorposten//Kalender//NO"
_REFRESH = timedelta(hours=12)


class EventStatus(StrEnum):
    """How sure it is."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"  # calendars strike it out


@dataclass(frozen=True)
class CalendarEvent:
    """One entry. ``uid`` stays the same when the dates move, so that calendars replace it instead of adding one.

    ``at`` makes it an instant on its day; ``sequence`` counts how often it has been rewritten.
    """

    uid: str
    span: Span
    name: str
    description: str = ""
    url: str | None = None
    at: datetime | None = None
    status: EventStatus = EventStatus.CONFIRMED
    sequence: int = 0


def calendar_text(events: Iterable[CalendarEvent], *, title: str, stamped_at: datetime) -> str:
    """The calendar, by date. ``stamped_at`` is when it was made, aware; lines are folded and end in CRLF."""
    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("NAME", title)
    calendar.add("X-WR-CALNAME", title)
    calendar.add("REFRESH-INTERVAL", _REFRESH, parameters={"VALUE": "DURATION"})
    for event in sorted(events, key=lambda event: (event.span, event.uid)):
        calendar.add_component(_component(event, stamped_at))
    text: bytes = calendar.to_ical()
    return text.decode()


def _component(event: CalendarEvent, stamped_at: datetime) -> Event:
    component = Event()
    component.add("UID", event.uid)
    component.add("DTSTAMP", stamped_at)
    if event.at is not None:
        component.add("DTSTART", event.at.astimezone(UTC))
    else:
        component.add("DTSTART", event.span.start)
        component.add("DTEND", event.span.end + timedelta(days=1))  # the first day after it
    component.add("SUMMARY", event.name)
    component.add("TRANSP", "TRANSPARENT")  # a commemorative day keeps nobody busy
    if event.status is not EventStatus.CONFIRMED:
        component.add("STATUS", event.status.value)
    if event.sequence:
        component.add("SEQUENCE", event.sequence)
    if event.description:
        component.add("DESCRIPTION", event.description)
    if event.url:
        component.add("URL", event.url)
    return component
