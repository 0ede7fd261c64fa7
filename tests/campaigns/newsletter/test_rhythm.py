"""When a series comes round: every kind of day of the month, weekdays, and the days nothing goes out on."""

import calendar
from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.days.working_days import is_working_day
from campaigns.errors import InvalidInput
from campaigns.newsletter.rhythm import LAST, Every, Rhythm, open_day

DATES = st.dates(date(2020, 1, 1), date(2060, 12, 31))
RHYTHMS = st.builds(
    Rhythm,
    every=st.sampled_from(Every),
    day=st.integers(1, 31),
    nth=st.sampled_from((1, 2, 3, 4, LAST)),
    weekday=st.integers(1, 7),
)


def in_month(rhythm: Rhythm, year: int, month: int) -> date:
    """Counted on the calendar's page, day by day."""
    last = calendar.monthrange(year, month)[1]
    if rhythm.every is Every.MONTH_DAY:
        return date(year, month, min(rhythm.day, last))
    days = [date(year, month, day) for day in range(1, last + 1)]
    found = [day for day in days if day.isoweekday() == rhythm.weekday]
    return found[-1] if rhythm.nth == LAST else found[rhythm.nth - 1]


@given(RHYTHMS.filter(lambda rhythm: rhythm.monthly), DATES)
def test_it_comes_once_in_each_month_on_the_day_the_calendar_shows(rhythm: Rhythm, begins_on: date) -> None:
    months = [(begins_on.year + (begins_on.month - 1 + n) // 12, (begins_on.month - 1 + n) % 12 + 1) for n in range(14)]
    expected = [day for year, month in months if (day := in_month(rhythm, year, month)) >= begins_on]

    assert list(islice(rhythm.dates(begins_on), 13)) == expected[:13]


@given(RHYTHMS.filter(lambda rhythm: not rhythm.monthly), DATES)
def test_it_comes_every_week_or_every_other_on_its_weekday(rhythm: Rhythm, begins_on: date) -> None:
    found = list(islice(rhythm.dates(begins_on), 20))

    step = timedelta(weeks=1 if rhythm.every is Every.WEEK else 2)
    assert all(day.isoweekday() == rhythm.weekday for day in found)
    assert all(later - earlier == step for earlier, later in pairwise(found))
    assert timedelta() <= found[0] - begins_on < step


@given(RHYTHMS, DATES, st.integers(0, 900))
def test_looking_from_a_later_day_finds_the_same_dates(rhythm: Rhythm, begins_on: date, days: int) -> None:
    on = begins_on + timedelta(days=days)
    whole = (day for day in rhythm.dates(begins_on) if day >= on)

    assert list(islice(rhythm.dates_from(on, begins_on), 5)) == list(islice(whole, 5))


@given(RHYTHMS, DATES)
def test_a_step_back_is_the_date_before(rhythm: Rhythm, begins_on: date) -> None:
    found = list(islice(rhythm.dates(begins_on), 8))

    assert [rhythm.step_back(day) for day in found[1:]] == found[:-1]


@given(RHYTHMS)
def test_what_is_stored_is_the_same_rhythm(rhythm: Rhythm) -> None:
    again = Rhythm.from_stored(rhythm.stored())

    assert again.stored() == rhythm.stored()
    assert list(islice(again.dates(date(2027, 1, 1)), 4)) == list(islice(rhythm.dates(date(2027, 1, 1)), 4))


@pytest.mark.parametrize(("day", "weekday"), [(0, 1), (32, 1), (1, 0), (1, 8)])
def test_a_day_that_is_none_is_refused(day: int, weekday: int) -> None:
    with pytest.raises(InvalidInput):
        Rhythm(every=Every.MONTH_DAY, day=day, weekday=weekday)


def test_a_day_off_moves_to_the_next_working_day() -> None:
    first = Rhythm(every=Every.MONTH_DAY, day=1)

    assert open_day(date(2027, 5, 1), first, lambda _: False) == date(2027, 5, 3)  # a holiday, and a Saturday
    assert open_day(date(2027, 1, 1), first, lambda _: False) == date(2027, 1, 4)
    assert open_day(date(2027, 6, 1), first, lambda _: False) == date(2027, 6, 1)


def test_a_day_the_catalogue_bars_is_passed_over() -> None:
    fourth = Rhythm(every=Every.MONTH_WEEKDAY, nth=4, weekday=4)

    assert open_day(date(2027, 7, 22), fourth, lambda on: on == date(2027, 7, 22)) == date(2027, 7, 23)


def test_a_sunday_that_is_chosen_is_meant_unless_it_is_a_holiday() -> None:
    sundays = Rhythm(every=Every.WEEK, weekday=7)

    assert open_day(date(2027, 5, 23), sundays, lambda _: False) == date(2027, 5, 23)
    assert open_day(date(2027, 3, 28), sundays, lambda _: False) == date(2027, 3, 30)  # Easter Sunday, then Monday


def test_when_nothing_is_open_the_day_is_the_rhythms_own() -> None:
    assert open_day(date(2027, 5, 1), Rhythm(every=Every.MONTH_DAY), lambda _: True) == date(2027, 5, 1)


@given(RHYTHMS.filter(lambda rhythm: rhythm.every is Every.MONTH_DAY), DATES)
def test_the_day_it_goes_is_a_working_day_near_by(rhythm: Rhythm, on: date) -> None:
    found = open_day(on, rhythm, lambda _: False)

    assert is_working_day(found)
    assert timedelta() <= found - on <= timedelta(days=6)
