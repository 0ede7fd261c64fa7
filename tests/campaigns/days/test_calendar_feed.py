"""The calendar people subscribe to, read back by another reader's rules."""

from datetime import UTC, date, datetime

from icalendar import Calendar

from campaigns.days.ics import CalendarEvent, calendar_text
from campaigns.days.span import Span

STAMP = datetime(2027, 5, 10, 6, tzinfo=UTC)


def test_it_makes_whole_day_events_that_end_the_day_after() -> None:
    week = CalendarEvent("day-arendalsuka-2027@example.org", Span(date(2027, 8, 16), date(2027, 8, 20)), "Arendalsuka")

    (read,) = Calendar.from_ical(calendar_text([week], title="Merkedager", stamped_at=STAMP)).walk("VEVENT")

    assert (read.decoded("DTSTART"), read.decoded("DTEND")) == (date(2027, 8, 16), date(2027, 8, 21))
    assert read["UID"] == "day-arendalsuka-2027@example.org"
    assert read.decoded("DTSTAMP") == STAMP


def test_it_lists_events_by_date() -> None:
    later = CalendarEvent("b@example.org", Span.day(date(2027, 9, 17)), "Verdens pasientsikkerhetsdag")
    earlier = CalendarEvent("a@example.org", Span.day(date(2027, 5, 20)), "Dagen for kliniske studier")

    events = Calendar.from_ical(calendar_text([later, earlier], title="Merkedager", stamped_at=STAMP)).walk("VEVENT")

    assert [event["UID"] for event in events] == ["a@example.org", "b@example.org"]


def test_text_cannot_break_out_of_its_field() -> None:
    event = CalendarEvent(
        "a@example.org",
        Span.day(date(2027, 5, 20)),
        "Én; to, tre \\ fire",
        "første linje\r\nEND:VEVENT\nBEGIN:VEVENT",
        url="https://www.helseomsorg21monitor.no/figur/54?figurType=LINE",
    )

    text = calendar_text([event], title="Merkedager", stamped_at=STAMP)

    (read,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(read["SUMMARY"]) == "Én; to, tre \\ fire"
    assert str(read["DESCRIPTION"]).splitlines() == ["første linje", "END:VEVENT", "BEGIN:VEVENT"]
    assert str(read["URL"]) == event.url


def test_its_lines_are_folded_and_end_in_crlf() -> None:
    event = CalendarEvent("a@example.org", Span.day(date(2027, 5, 20)), "æøå " * 60)

    text = calendar_text([event], title="Merkedager", stamped_at=STAMP)

    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


def test_a_calendar_may_be_empty() -> None:
    calendar = Calendar.from_ical(calendar_text([], title="Merkedager", stamped_at=STAMP))

    assert calendar.walk("VEVENT") == []
    assert calendar["X-WR-CALNAME"] == "Merkedager"
