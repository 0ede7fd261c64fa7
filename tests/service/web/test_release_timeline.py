"""Where releases lie along the months."""

from datetime import UTC, date, datetime

import pytest

from campaigns.clock import OSLO
from campaigns.errors import InvalidInput
from campaigns.indicators.expected_time import parse_expected
from campaigns.indicators.release import PlannedRelease, ReleaseOrigin
from service.web.release_timeline import first_month, timeline

TODAY = date(2027, 5, 10)
FIRST = date(2027, 2, 1)


def expected(planned: str) -> PlannedRelease:
    at = parse_expected(planned, OSLO)
    now = datetime(2027, 5, 10, tzinfo=UTC)
    release = PlannedRelease(
        key=planned, origin=ReleaseOrigin.DESK, title={"nb": planned}, publisher="SSB", precision=at.precision,
        created_at=now, updated_at=now,
    )  # fmt: skip
    release.expect(at)
    return release


def test_it_begins_a_little_behind_us_and_lasts_fifteen_months() -> None:
    drawn = timeline([], first_month(None, TODAY), TODAY)

    assert (drawn.first, drawn.last, len(drawn.ticks)) == (FIRST, date(2028, 4, 30), 15)
    assert drawn.today == pytest.approx(100 * 98 / 455, abs=0.001)
    assert [tick.month.month for tick in drawn.ticks if tick.names_year] == [2, 1]


def test_a_season_is_a_bar_a_day_a_dot_and_what_has_no_time_is_left_out() -> None:
    season, day = timeline([expected("høst 2027"), expected("2027-06-15"), expected("?")], FIRST, TODAY).bars

    assert [season.x, season.width] == pytest.approx([100 * 212 / 455, 20], abs=0.001)
    assert [day.x, day.width] == pytest.approx([100 * 134 / 455, 0], abs=0.001)


def test_what_lies_outside_is_held_at_the_edge() -> None:
    before, after, partly = timeline([expected("høst 2024"), expected("2029"), expected("2027")], FIRST, TODAY).bars

    assert (before.before, before.x, after.after, after.x) == (True, 0, True, 100)
    assert not partly.before
    assert [partly.x, partly.width] == pytest.approx([0, 100 * 334 / 455], abs=0.001)


def test_today_is_not_drawn_where_it_is_not() -> None:
    assert timeline([], date(2029, 1, 1), TODAY).today is None


@pytest.mark.parametrize("text", ["i-fjor", "2027", "2027-13"])
def test_it_refuses_a_month_that_is_none(text: str) -> None:
    with pytest.raises(InvalidInput, match="2027-05"):
        first_month(text, TODAY)
