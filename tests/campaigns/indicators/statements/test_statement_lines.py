"""Which figures may be compared with one another, and from where on."""

import pytest

from campaigns.indicators.statements.line import line_of
from tests.factories.figure_lines import cited, drawn, followed, observed, years


@pytest.mark.parametrize(
    ("series", "compared", "whole"),
    [
        ("2019:1 2020:2 2021:3", ["2019", "2020", "2021"], True),
        ("2019:1 2020:2b 2021:3", ["2020", "2021"], False),  # a break: what was before is another series
        ("2018:1 2019:1 2020:..b 2021:3 2022:4", ["2021", "2022"], False),  # it fell in a period without a figure
        ("2018:1 2019:2 2020:.. 2021:3 2022:4", ["2021", "2022"], False),  # a hole: nobody knows what was in it
        ("2015:1 2016:.. 2017:2 2018:.. 2019:3", ["2015", "2017", "2019"], True),  # every second year, by design
        ("2014:1 2015:2 2016:.. 2017:3 2018:.. 2019:4", ["2014", "2015", "2017", "2019"], True),
        ("2018:1 2019:2 2020:.. 2021:3", ["2021"], False),  # a hole just before, or the first of a new rhythm
        ("2018:.. 2019:.. 2020:1 2021:2", ["2020", "2021"], True),  # the series begins later than the table
        ("2020:1 2020M12:9 2021:2", ["2020", "2021"], True),  # another frequency is another series
        ("2020:1 2021:2 2022:9f", ["2020", "2021"], True),  # a projection is no figure
        ("2020:1 2021:2d", ["2021"], False),  # counted in another way
    ],
)
def test_it_goes_back_to_what_cannot_be_compared(series: str, compared: list[str], *, whole: bool) -> None:
    period = compared[-1]
    line = drawn(series, period=period)

    assert (cited(line), line.whole) == (compared, whole)


def test_it_ends_with_the_period_that_is_spoken_of() -> None:
    assert cited(drawn(years(2019, 1, 2, 3, 4), period="2021")) == ["2019", "2020", "2021"]


@pytest.mark.parametrize(
    ("series", "period"),
    [("2020:1 2021:..", "2021"), ("runde-1:1", "runde-1"), ("2020:1", "1999"), ("2020:1 2021:2f", "2021")],
)
def test_there_is_none_without_a_figure_in_a_known_period(series: str, period: str) -> None:
    indicator = followed()
    found = line_of(observed(indicator, series), period=period, decimals=0, vintage_id=1, series="x")

    assert found is None


def test_averages_that_share_years_have_no_steps() -> None:
    assert drawn("2018_2020:1 2019_2021:2 2020_2022:3").steps == ()
    assert len(drawn("2015_2017:1 2018_2020:2 2021_2023:3").steps) == 2


def test_a_step_has_the_direction_that_is_printed() -> None:
    one, other = drawn(years(2019, "100.4", "99.6", "100.6"), followed(decimals=0)).steps

    assert (one.direction, one.leaning) == (0, -1)
    assert (other.direction, other.leaning) == (1, 1)


@pytest.mark.parametrize(
    ("series", "even"),
    [
        ("2019:1 2020:2 2021:3", True),
        ("2016:1 2017:2 2019:3", False),
        ("2025M11:1 2025M12:2 2026M01:3", True),
        ("2025K4:1 2026K1:2 2026K2:3", True),
        ("2024U52:1 2025U01:2 2025U02:3", True),
    ],
)
def test_steps_are_measured_by_the_calendar(series: str, *, even: bool) -> None:
    assert drawn(series).even is even
