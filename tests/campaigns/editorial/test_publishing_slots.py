"""Slots: the office's clock, twice a year."""

from datetime import UTC, date, datetime, time

import pytest

from campaigns.clock import OSLO
from campaigns.editorial.slots import require_future, slot_in_words, slot_on
from campaigns.errors import InvalidInput


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2027, 5, 20), time(9), datetime(2027, 5, 20, 7, tzinfo=UTC)),
        (date(2027, 1, 4), time(9), datetime(2027, 1, 4, 8, tzinfo=UTC)),
        # 28 March 2027: 02:00 … 02:59 do not exist; the next valid minute is 03:00, which is 01:00 UTC
        (date(2027, 3, 28), time(2, 30), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (date(2027, 3, 28), time(2, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (date(2027, 3, 28), time(3, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        # 31 October 2027: 02:30 comes twice; the first is summer time
        (date(2027, 10, 31), time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (date(2027, 10, 31), time(9), datetime(2027, 10, 31, 8, tzinfo=UTC)),
    ],
)
def test_it_finds_the_instant(day: date, at: time, expected: datetime) -> None:
    assert slot_on(day, at, OSLO) == expected


def test_it_speaks_of_a_slot_in_office_time() -> None:
    assert slot_in_words(datetime(2027, 5, 20, 7, tzinfo=UTC), OSLO) == "20. mai 2027 kl. 09.00"


def test_it_refuses_a_time_without_zone() -> None:
    with pytest.raises(InvalidInput, match="tidssone"):
        require_future(datetime(2027, 5, 20, 9), datetime(2027, 5, 1, tzinfo=UTC), OSLO)  # noqa: DTZ001 - the point


def test_a_day_before_the_first_one_in_utc_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Velg en annen"):
        slot_on(date.min, time(), OSLO)
