"""Release calendars: what is promised, on the day and at the hour the publisher means."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns.sources.calendars import Identity, ReleaseCalendar, read_calendar
from campaigns.sources.refusal import PayloadRefused

OSLO = ZoneInfo("Europe/Oslo")
EASTERN = ZoneInfo("America/New_York")
OWN_ZONE = """BEGIN:VTIMEZONE
TZID:Eastern
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+1100
TZOFFSETTO:+1000
{rule}
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+1000
TZOFFSETTO:+1100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU
END:DAYLIGHT
END:VTIMEZONE
"""


def calendar(*events: str, before: str = "", identity: Identity = Identity.UID) -> ReleaseCalendar:
    parts = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return read_calendar(f"BEGIN:VCALENDAR\n{before}{parts}END:VCALENDAR\n".encode(), zone=OSLO, identity=identity)


@pytest.fixture
def bls(samples: Path) -> ReleaseCalendar:
    return read_calendar((samples / "sources/calendars/bls-2025-2026.ics").read_bytes(), zone=OSLO)


@pytest.fixture
def eurostat(samples: Path) -> ReleaseCalendar:
    body = (samples / "sources/synthetic/eurostat-style-calendar.ics").read_bytes()
    return read_calendar(body, zone=ZoneInfo("Europe/Luxembourg"), identity=Identity.TITLE)


@pytest.fixture
def statkal(samples: Path) -> ReleaseCalendar:
    return read_calendar((samples / "sources/synthetic/ssb-statkal.rss").read_bytes(), zone=OSLO)


def test_bls_promises_246_releases(bls: ReleaseCalendar) -> None:
    assert len(bls.items) == len({item.key for item in bls.items}) == 246
    assert bls.items[0].starts == datetime(2025, 1, 3, 15, 0, tzinfo=UTC)
    assert bls.items[-1].starts == datetime(2026, 12, 17, 13, 30, tzinfo=UTC)
    assert (bls.title, bls.warnings, bls.complete) == ("BLS.gov Economic News Release Schedule", (), True)


def test_bls_hours_are_those_of_its_own_zone(bls: ReleaseCalendar) -> None:
    hours = Counter(
        item.starts.astimezone(EASTERN).strftime("%H:%M") for item in bls.items if isinstance(item.starts, datetime)
    )

    assert hours == {"08:30": 139, "10:00": 107}


def test_bls_consumer_prices_keep_their_reschedulings_and_summer_time(bls: ReleaseCalendar) -> None:
    starts = [item.starts for item in bls.items if item.title == "Consumer Price Index"]
    days = [item.day(EASTERN) for item in bls.items if item.title == "Consumer Price Index"]

    assert len(starts) == 23
    assert days.index(date(2025, 12, 18)) == days.index(date(2025, 10, 24)) + 1
    assert datetime(2026, 3, 11, 12, 30, tzinfo=UTC) in starts
    assert datetime(2026, 2, 13, 13, 30, tzinfo=UTC) in starts


def test_eurostats_days_stay_days_and_its_titles_are_whole(eurostat: ReleaseCalendar) -> None:
    assert [(item.title, item.starts) for item in eurostat.items] == [
        ("Old event", date(2025, 1, 5)),
        ("Industrial producer prices, domestic market", date(2026, 10, 5)),
        ("R&D expenditure in the EU: health sector and higher education sector", date(2026, 11, 12)),
    ]
    assert not any(isinstance(item.starts, datetime) for item in eurostat.items)


def test_eurostats_items_are_the_same_in_the_next_export(samples: Path, eurostat: ReleaseCalendar) -> None:
    body = (samples / "sources/synthetic/eurostat-style-calendar.ics").read_bytes()
    body = body.replace(b"20261020T0906", b"20261021T1111")

    again = read_calendar(body, zone=OSLO, identity=Identity.TITLE)

    assert [item.key for item in again.items] == [item.key for item in eurostat.items]


def test_ssbs_calendar_is_a_feed(statkal: ReleaseCalendar) -> None:
    first, second = statkal.items

    assert (first.title, first.period_text) == ("Ressursbruk til forskning i helseforetak", "Tall for 2025")
    assert (first.starts, first.statistic) == (datetime(2026, 12, 10, 7, 0, tzinfo=UTC), "synfou")
    assert (second.title, second.period_text) == ("Døde", "Tall for uke 23 2027")
    assert (second.starts, second.link) == (datetime(2027, 6, 15, 6, 0, tzinfo=UTC), "https://www.ssb.no/dode")


def test_a_calendar_in_a_feed_takes_the_date_that_ssb_gives_beside() -> None:
    found = read_calendar(
        b"""<rss xmlns:ssbrss="http://www.ssb.no/ns/ssbrss"><channel><item><title>27.07.2026: Byggekostnadsindeks,
        Tall for 2. kvartal</title><ssbrss:date>2026-07-27</ssbrss:date></item></channel></rss>""",
        zone=OSLO,
    )

    item = found.items[0]
    assert (item.title, item.period_text, item.starts) == (
        "Byggekostnadsindeks", "Tall for 2. kvartal", date(2026, 7, 27),
    )  # fmt: skip


def test_a_zone_the_calendar_defines_beats_one_of_the_same_name_elsewhere() -> None:
    zone = OWN_ZONE.format(rule="RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU").replace("TZID:Eastern", "TZID:US/Eastern")

    found = calendar("UID:1\nSUMMARY:A\nDTSTART;TZID=US/Eastern:20260701T113000", before=zone)

    assert found.items[0].starts == datetime(2026, 7, 1, 1, 30, tzinfo=UTC)


def test_a_zone_of_one_calendar_is_not_that_of_the_next() -> None:
    zone = OWN_ZONE.format(rule="RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU")
    event = "UID:1\nSUMMARY:A\nDTSTART;TZID=Eastern:20260701T113000"

    first = calendar(event, before=zone)
    second = calendar(event)

    assert first.items[0].starts == datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
    assert second.items[0].starts == date(2026, 7, 1)  # nobody knows that zone: only the day is promised
    assert "ZONE_UNKNOWN" in second.warnings[0]


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        ("RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU", "20260405T033000", datetime(2026, 4, 4, 17, 30, tzinfo=UTC)),
        ("RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU", "20260404T233000", datetime(2026, 4, 4, 12, 30, tzinfo=UTC)),
        ("RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=-1SU", "20260420T093000", datetime(2026, 4, 19, 22, 30, tzinfo=UTC)),
        ("RRULE:FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=8,9,10,11,12,13,14;BYDAY=SU", "20260420T093000",
         datetime(2026, 4, 19, 23, 30, tzinfo=UTC)),
        ("RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20100404T000000Z", "20260701T093000",
         datetime(2026, 6, 30, 22, 30, tzinfo=UTC)),
        ("RDATE:20260405T030000", "20260420T093000", datetime(2026, 4, 19, 23, 30, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_clocks_change_as_the_calendar_says(rule: str, day: str, expected: datetime) -> None:
    found = calendar(f"UID:1\nSUMMARY:A\nDTSTART;TZID=Eastern:{day}", before=OWN_ZONE.format(rule=rule))

    assert found.items[0].starts == expected


def test_an_hour_that_the_clocks_skip_is_read_by_the_old_time() -> None:
    zone = OWN_ZONE.format(rule="RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU")

    found = calendar("UID:1\nSUMMARY:A\nDTSTART;TZID=Eastern:20261004T023000", before=zone)

    assert found.items[0].starts == datetime(2026, 10, 3, 16, 30, tzinfo=UTC)


def test_a_rule_that_is_no_change_of_clocks_costs_nothing() -> None:
    zone = OWN_ZONE.format(rule="RRULE:FREQ=SECONDLY")

    found = calendar("UID:1\nSUMMARY:A\nDTSTART;TZID=Eastern:20261004T023000", before=zone)

    assert found.items[0].starts == date(2026, 10, 4)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("DTSTART:20261210T070000Z", datetime(2026, 12, 10, 7, 0, tzinfo=UTC)),
        ("DTSTART:20261210T080000", datetime(2026, 12, 10, 7, 0, tzinfo=UTC)),
        ("DTSTART;TZID=Europe/London:20261210T080000", datetime(2026, 12, 10, 8, 0, tzinfo=UTC)),
        ('DTSTART;TZID="/softwarestudio.org/Europe/Berlin":20261210T080000', datetime(2026, 12, 10, 7, 0, tzinfo=UTC)),
        ("DTSTART;VALUE=DATE:20261210", date(2026, 12, 10)),
        ("DTSTART:20261210", date(2026, 12, 10)),
    ],
)
def test_it_reads_when_it_begins(start: str, expected: datetime | date) -> None:
    assert calendar(f"UID:1\nSUMMARY:A\n{start}").items[0].starts == expected


def test_a_cancelled_event_says_so_and_the_latest_writing_counts() -> None:
    found = calendar(
        "UID:1\nSUMMARY:Dødsårsaker\nDTSTART;VALUE=DATE:20261210\nSEQUENCE:2\nSTATUS:CANCELLED",
        "UID:1\nSUMMARY:Dødsårsaker\nDTSTART;VALUE=DATE:20261203\nSEQUENCE:1",
    )

    assert [(item.cancelled, item.sequence, item.starts) for item in found.items] == [(True, 2, date(2026, 12, 10))]


def test_lines_are_unfolded_and_unescaped_whatever_they_end_in() -> None:
    body = "BEGIN:VCALENDAR\r\n\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    body += "SUMMARY:Helse\\, omsorg\\; og\\nFo\r\n U \\\\ ti\r\n\tl 2030\r\n"

    found = read_calendar(
        (body + "DTSTART;VALUE=DATE:20261210\r\nURL:javascript:x\r\nEND:VEVENT\r\nEND:VCALENDAR").encode(), zone=OSLO
    )

    assert found.items[0].title == "Helse, omsorg; og FoU \\ til 2030"
    assert found.items[0].link is None


def test_an_event_that_cannot_be_read_costs_that_event_and_is_told() -> None:
    found = calendar(
        "UID:1\nSUMMARY:Uten dato", "UID:2\nDTSTART;VALUE=DATE:20261210",
        "UID:3\nSUMMARY:Gal\nDTSTART:20261340T000000Z",
        "dette er ingen egenskap\nUID:4\nSUMMARY:Hel\nDTSTART;VALUE=DATE:20261210",
    )  # fmt: skip

    assert [item.title for item in found.items] == ["Hel"]
    assert len(found.warnings) == 4
    assert not found.complete


@pytest.mark.parametrize("zone", ["US-E" + "<td rowspan=9999 colspan=9999>" * 40, "Europe", "../../etc", "/"])
def test_a_zone_nobody_knows_leaves_the_day(zone: str) -> None:
    found = calendar(f"UID:1\nSUMMARY:A\nDTSTART;TZID={zone}:20261210T070000")

    assert [item.starts for item in found.items] == [date(2026, 12, 10)]
    assert "ZONE_UNKNOWN" in found.warnings[0]


def test_an_event_that_recurs_is_taken_for_its_first_time_and_that_is_told() -> None:
    found = calendar("UID:1\nSUMMARY:A\nDTSTART:20261210T070000Z\nRRULE:FREQ=SECONDLY")

    assert len(found.items) == 1
    assert "EVENT_RECURS" in found.warnings[0]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "NOT_A_CALENDAR"),
        (b"UID:1", "NOT_A_CALENDAR"),
        (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A", "CALENDAR_CUT_OFF"),
        (b"BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR", "CALENDAR_NESTING"),
        (b"BEGIN:A\n" * 20, "CALENDAR_TOO_DEEP"),
        (b"BEGIN:VCALENDAR\nSUMMARY:" + b"x" * 30_000 + b"\nEND:VCALENDAR", "LINE_TOO_LONG"),
        (b"BEGIN:VCALENDAR\nSUMMARY:x\n" + b" x\n" * 30_000 + b"END:VCALENDAR", "LINE_TOO_LONG"),
        (b"<html>Vedlikehold</html>", "NOT_A_FEED"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "XML_DOCTYPE"),
    ],
)
def test_it_refuses_what_is_no_calendar(body: bytes, reason: str) -> None:
    with pytest.raises(PayloadRefused) as refusal:
        read_calendar(body, zone=OSLO)

    assert refusal.value.reason == reason
