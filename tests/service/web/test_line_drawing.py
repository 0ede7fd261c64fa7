"""The small line of an indicator's figures."""

from datetime import date
from decimal import Decimal

from service.web.line_drawing import line_drawing


def test_it_runs_from_the_lowest_to_the_highest() -> None:
    drawing = line_drawing([Decimal(1), Decimal(2), Decimal(3)], width=112, height=32)

    assert drawing.runs == ("6.0,26.0 56.0,16.0 106.0,6.0",)
    assert drawing.last == (106.0, 6.0)


def test_it_leaves_a_gap_where_there_is_no_figure() -> None:
    drawing = line_drawing([Decimal(1), None, Decimal(3)], width=112, height=32)

    assert len(drawing.runs) == 2


def test_it_draws_a_flat_line_in_the_middle() -> None:
    assert line_drawing([Decimal(5), Decimal(5)], width=112, height=32).runs == ("6.0,16.0 106.0,16.0",)


def test_it_draws_one_figure_as_a_dot() -> None:
    assert line_drawing([Decimal(5)], width=112, height=32).last == (6.0, 16.0)


def test_it_draws_nothing_of_nothing() -> None:
    assert line_drawing([None], width=112, height=32).last is None


def test_it_places_years_as_far_apart_as_they_are() -> None:
    years = [date(2015, 1, 1), date(2016, 1, 1), date(2019, 1, 1)]

    drawing = line_drawing([Decimal(1), Decimal(1), Decimal(1)], width=112, height=32, dates=years)

    assert drawing.runs == ("6.0,16.0 31.0,16.0 106.0,16.0",)
