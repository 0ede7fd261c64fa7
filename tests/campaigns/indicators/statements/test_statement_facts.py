"""What is seen in a line of figures, and what is not: each kind of statement over a table of cases."""

from decimal import Decimal

import pytest

from campaigns.indicators.indicator import ChangeKind
from campaigns.indicators.statements.change import change_between, year_ago
from campaigns.indicators.statements.extremes import extreme, largest_change
from campaigns.indicators.statements.thresholds import crossing
from campaigns.indicators.statements.trends import trend, turn
from tests.factories.figure_lines import drawn, followed, quarters, years

RELATIVE, POINTS, ABSOLUTE = ChangeKind.RELATIVE, ChangeKind.POINTS, ChangeKind.ABSOLUTE


@pytest.mark.parametrize(
    ("series", "highest", "since", "first"),
    [
        (years(2008, 9, 5, 6, 7, 8), True, "2008", "2008"),
        (years(2008, 8, 5, 6, 7, 8), True, "2008", "2008"),  # as high then: since then
        (years(2008, 1, 2, 3, 4, 5), True, None, "2008"),
        (years(2008, 1, 6, 5, 4, 3, 2), False, "2008", "2008"),
        (years(2008, 1, 9, 2, 3, 4, 5), True, "2009", "2008"),
    ],
)
def test_the_highest_or_lowest_is_told_since_when(series: str, *, highest: bool, since: str | None, first: str) -> None:
    found = extreme(drawn(series))

    assert found is not None
    assert (found.highest, found.since, found.first, found.whole) == (highest, since, first, True)


@pytest.mark.parametrize(
    "series",
    [
        years(2008, 9, 5, 6, 7),  # three years are a coincidence
        years(2008, 1, 2, 3, 4),  # four figures are no series to be the highest of
        years(2008, 9, 5, 6, 7, 7),  # level with the year before
        years(2008, 1, 2, 9, "5b", 6, 7, 8),  # the break leaves three
        years(2008, 1, 2, 3, "..", 5, 6, 7),  # who knows what was in 2011
        quarters(2024, 9, 1, 2, 3, 4, 5),  # a year and a half of quarters
        "a:1 b:2 c:3 d:4 e:5 2020:6",  # codes nobody can read
    ],
)
def test_no_extreme_is_told_of_too_little(series: str) -> None:
    assert extreme(drawn(series)) is None


def test_an_extreme_is_one_in_print() -> None:
    line = drawn(years(2015, "4.74", "4.1", "4.2", "4.3", "4.71"), followed(decimals=1))

    found = extreme(line)

    assert found is not None
    assert found.since == "2015"


def test_after_a_break_it_is_the_highest_since_the_break_only() -> None:
    found = extreme(drawn(years(2008, 99, "5b", 6, 7, 8, 9)))

    assert found is not None
    assert (found.since, found.first, found.whole) == (None, "2009", False)


def test_an_extreme_rests_on_the_figures_that_settle_it() -> None:
    found = extreme(drawn(years(2008, 9, 5, 7, 6, 8)))

    assert found is not None
    assert [(cell.period, cell.value) for cell in found.evidence] == [
        ("2008", Decimal(9)),
        ("2010", Decimal(7)),
        ("2012", Decimal(8)),
    ]
    assert {cell.vintage_id for cell in found.evidence} == {7}


def test_it_counts_how_usual_a_record_is() -> None:
    always = extreme(drawn(years(2008, 1, 2, 3, 4, 5)))
    seldom = extreme(drawn(years(2008, 4, 1, 2, 3, 5)))

    assert always is not None
    assert seldom is not None
    assert (always.records, seldom.records) == (3, 0)


@pytest.mark.parametrize(
    ("series", "rising", "steps", "even"),
    [
        (years(2018, 1, 2, 3, 4), True, 3, True),
        (years(2018, 9, 8, 7, 6, 5), False, 4, True),
        ("2016:1 2017:2 2019:3 2021:4", True, 3, False),
        (years(2015, 5, 1, 2, 3, 4), True, 3, True),
    ],
)
def test_three_in_a_row_make_a_trend(series: str, *, rising: bool, steps: int, even: bool) -> None:
    found = trend(drawn(series))

    assert found is not None
    assert (found.rising, found.steps, found.even) == (rising, steps, even)
    assert len(found.evidence) == steps + 1


@pytest.mark.parametrize(
    "series",
    [
        years(2018, 1, 2, 3),
        years(2018, 1, 2, 2, 3, 4),
        years(2018, 1, 2, 3, 4, 4),
        years(2018, 1, 2, 3, "4b", 5),
        years(2018, 1, 2, 3, "..", 5),
        "2018_2020:1 2019_2021:2 2020_2022:3 2021_2023:4",
    ],
)
def test_no_trend_is_told_of_less(series: str) -> None:
    assert trend(drawn(series)) is None


@pytest.mark.parametrize(
    ("series", "rising", "since"),
    [
        (years(2015, 1, 2, 3, 4, 5, 4), False, None),
        (years(2014, 3, 1, 2, 3, 4, 3), False, "2015"),
        (years(2014, 1, 3, 2, 2, 1, 2), True, "2015"),
    ],
)
def test_the_first_that_goes_the_other_way_is_told(series: str, *, rising: bool, since: str | None) -> None:
    found = turn(drawn(series))

    assert found is not None
    assert (found.rising, found.since) == (rising, since)


@pytest.mark.parametrize(
    "series",
    [
        years(2015, 5, 1, 2, 3, 2),  # two rises are no habit
        years(2015, 1, 2, 3, 4, 3),  # nor are three all there is
        years(2014, 9, 1, "2b", 3, 4, 5, 6, 5),  # a fall may lie beyond the break
        years(2015, 1, 2, 3, 4, 5, 5),
    ],
)
def test_no_first_is_told_of_too_little(series: str) -> None:
    assert turn(drawn(series)) is None


def test_a_fall_too_small_to_print_is_still_a_fall() -> None:
    line = drawn(years(2013, "4.3", "4.1", "4.2", "4.19", "4.3", "4.4", "4.2"), followed(decimals=1))

    assert turn(line) is None


@pytest.mark.parametrize(
    ("series", "kind", "rising", "since"),
    [
        (years(2010, 100, 130, 132, 134, 136, 150), RELATIVE, True, "2011"),
        (years(2010, 100, 101, 102, 103, 104, 120), RELATIVE, True, None),
        (years(2010, 200, 150, 148, 140, 138, 120), ABSOLUTE, False, "2011"),
        (years(2010, 10, 11, 12, 13, 14, 20), POINTS, True, None),
    ],
)
def test_the_largest_change_is_told_since_when(
    series: str, kind: ChangeKind, *, rising: bool, since: str | None
) -> None:
    found = largest_change(followed(kind), drawn(series), 1)

    assert found is not None
    assert (found.rising, found.relative, found.since) == (rising, kind is RELATIVE, since)


@pytest.mark.parametrize(
    "series",
    [
        "2014:100 2015:101 2016:102 2017:103 2018:104 2020:150",  # two years are not measured by one
        years(2010, 100, 101, 102, 103, 104),  # not the largest
        years(2010, 104, 103, 102, 101, 100, 120),  # a first rise, not the largest of many
        years(2010, 0, 101, 102, 103, 120),  # a percentage of nothing ends the comparison
    ],
)
def test_no_largest_change_is_told_where_changes_do_not_compare(series: str) -> None:
    assert largest_change(followed(), drawn(series), 1) is None


@pytest.mark.parametrize(
    ("series", "thresholds", "told"),
    [
        ("2017:2988 2019:3350", (3000,), (3000, True, False)),
        ("2017:2988 2019:3000", (3000,), (3000, True, True)),
        ("2017:3000 2019:3100", (3000,), None),  # it was reached before
        ("2017:3000 2019:2999", (3000,), (3000, False, False)),
        ("2017:3100 2019:3000", (3000,), None),  # not under it yet
        ("2017:1900 2019:5100", (2000, 5000, 6000), (5000, True, False)),
        ("2017:5100 2019:1900", (2000, 5000), (2000, False, False)),
        ("2017:2988 2019:2988", (2988,), None),
        ("2019:2988b 2020:..", (2000,), None),
        ("2017:2990 2019:2999.6", (3000,), None),  # printed as 3 000, and not there
        ("2017:2999.6 2019:3010", (3000,), (3000, True, False)),
        ("2017:3010 2019:2999.6", (3000,), None),  # nothing printed as 3 000 is under it
    ],
)
def test_a_threshold_is_crossed_between_two_printed_figures(
    series: str, thresholds: tuple[int, ...], told: tuple[int, bool, bool] | None
) -> None:
    found = crossing(drawn(series), [Decimal(one) for one in thresholds])

    assert (None if found is None else (int(found.threshold), found.rising, found.exact)) == told


@pytest.mark.parametrize(
    ("series", "since", "first_time"),
    [
        (years(2010, 1, 2, 3, 4, 6), None, True),
        (years(2010, 6, 2, 3, 4, 6), "2010", False),
        (years(2010, 1, 6, 4, 6), None, False),  # lately
        (years(2010, 6, "1b", 2, 3, 4, 6), None, False),  # unknown beyond the break
        (years(2010, 4, 6), None, False),
    ],
)
def test_a_crossing_is_the_first_where_enough_lies_behind(series: str, since: str | None, *, first_time: bool) -> None:
    found = crossing(drawn(series), [Decimal(5)])

    assert found is not None
    assert (found.since, found.first_time) == (since, first_time)


@pytest.mark.parametrize(
    ("series", "base", "change"),
    [
        (quarters(2025, 100, 90, 80, 70, 110), "2025K1", "10"),
        ("2025M06:50 2025M07:51 2026M05:60 2026M06:55", "2025M06", "10"),
        ("2025U23:50 2026U22:51 2026U23:60", "2025U23", "20"),
    ],
)
def test_a_quarter_is_set_beside_the_same_one_a_year_before(series: str, base: str, change: str) -> None:
    found = year_ago(followed(), drawn(series))

    assert found is not None
    assert (found.base_period, found.change) == (base, Decimal(change))


@pytest.mark.parametrize(
    "series",
    [
        years(2019, 1, 2, 3),
        quarters(2025, 0, 90, 80, 70, 110),
        quarters(2025, 100, 90, "80b", 70, 110),
        "2025K1:1 2026K1:2",  # the lead says that already
    ],
)
def test_nothing_is_set_beside_what_does_not_compare(series: str) -> None:
    assert year_ago(followed(), drawn(series)) is None


@pytest.mark.parametrize(
    ("before", "kind", "change"),
    [
        ("100", RELATIVE, "8"),
        ("0", RELATIVE, None),
        ("-100", RELATIVE, None),
        ("0", POINTS, "108"),
        ("-100", ABSOLUTE, "208"),
    ],
)
def test_there_is_no_percentage_of_nothing_or_less(before: str, kind: ChangeKind, change: str | None) -> None:
    (step,) = drawn(f"2020:{before} 2021:108").steps

    found = change_between(followed(kind), step.before, step.after)

    assert found == (None if change is None else Decimal(change))


def test_what_may_still_be_changed_is_said_to_be_so() -> None:
    assert [trend(drawn(years(2018, 1, 2, 3, last))).provisional for last in ("4", "4p")] == [False, True]  # type: ignore[union-attr]
