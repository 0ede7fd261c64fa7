"""Times as publishers write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from campaigns.sources.moments import Moment, read_moment


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-04-24 23:00:00.0", "Europe/Luxembourg", datetime(2026, 4, 24, 21, 0, tzinfo=UTC)),
        ("2025-07-24 08:00:00.0", "Europe/Oslo", datetime(2025, 7, 24, 6, 0, tzinfo=UTC)),
        ("2026-01-09T08:00:00", "Europe/Oslo", datetime(2026, 1, 9, 7, 0, tzinfo=UTC)),
        ("2026-02-25T07:00:00Z", "Europe/Oslo", datetime(2026, 2, 25, 7, 0, tzinfo=UTC)),
        ("2026-02-25t07:00:00z", "Europe/Oslo", datetime(2026, 2, 25, 7, 0, tzinfo=UTC)),
        ("2022-12-20T11:44:58.7706326+00:00", "Europe/Oslo", datetime(2022, 12, 20, 11, 44, 58, 770632, tzinfo=UTC)),
        ("2024-11-08T23:00:00+0100", "Europe/Oslo", datetime(2024, 11, 8, 22, 0, tzinfo=UTC)),
        ("2026-02-25 07:00:00 +0100", "Europe/Oslo", datetime(2026, 2, 25, 6, 0, tzinfo=UTC)),
        ("Thu, 10 Dec 2026 08:00:00 +0100", "Europe/Oslo", datetime(2026, 12, 10, 7, 0, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 07:00:00 GMT", "Europe/Oslo", datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        ("24 Nov 26 07:00 EST", "Europe/Oslo", datetime(2026, 11, 24, 12, 0, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 08:00:00", "Europe/Oslo", datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 08:00:00 CET", "Europe/Luxembourg", datetime(2026, 11, 24, 7, 0, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 08:00:00 -0000", "Europe/Oslo", datetime(2026, 11, 24, 8, 0, tzinfo=UTC)),
        ("2026-12-10", "Europe/Oslo", date(2026, 12, 10)),
        ("20261210", "Europe/Oslo", date(2026, 12, 10)),
        ("10.12.2026", "Europe/Oslo", date(2026, 12, 10)),
        # The hour that summer time takes away, and the one that autumn gives twice: the first counts.
        ("2026-03-29 02:30:00", "Europe/Oslo", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-10-25 02:30:00", "Europe/Oslo", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_it_reads_every_shape_that_is_met(text: str, zone: str, expected: Moment) -> None:
    assert read_moment(text, ZoneInfo(zone)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "not-a-date", "2026-13-01", "2026-02-30", "31.02.2026", "i går", "2021\u00b9-01-01", "٢٠٢٦-01-01",
        "Mon, 99 Foo 2026 08:00:00 +0100", "0000-00-00", "9999-12-31T23:59:59-14:00", "1" * 200, "8",
    ],
)  # fmt: skip
def test_it_says_nothing_of_what_is_no_date(text: str) -> None:
    assert read_moment(text, ZoneInfo("Europe/Oslo")) is None
