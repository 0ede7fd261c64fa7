"""The figure for a page's own script: the same colours and numbers as in pictures, and nothing left to the script."""

import json
from decimal import Decimal
from typing import Any

import pytest

from chart_renderer import theme
from chart_renderer.interactive import interactive
from chart_renderer.spec import FigureSpec, FigureType, NumberStyle, Series


def _spec(*values: str | None, **given: Any) -> FigureSpec:
    described: dict[str, Any] = {
        "type": FigureType.LINE,
        "language": "nb",
        "title": "Driftskostnader",
        "periods": tuple(str(2018 + place) for place in range(len(values))),
        "series": (Series(name="Alle", values=tuple(None if value is None else Decimal(value) for value in values)),),
        "style": NumberStyle(decimals=1, unit="mrd. kr"),
        "source": "Kilde: SSB",
    }
    return FigureSpec(**{**described, **given})


def _points(drawn: dict[str, Any], series: int = 0) -> dict[str, Any]:
    """The trace that answers to the pointer."""
    found: dict[str, Any] = drawn["traces"][drawn["series"][series]["traces"][-1]]
    return found


def test_every_point_says_its_value_in_norwegian() -> None:
    drawn = interactive(_spec("1234.56", "4.7"))

    assert _points(drawn)["text"] == [
        "<b>1\u00a0234,6\u00a0mrd.\u00a0kr</b><br>2018",
        "<b>4,7\u00a0mrd.\u00a0kr</b><br>2019",
    ]
    assert drawn["series"][0]["said"] == ["2018: 1\u00a0234,6\u00a0mrd.\u00a0kr", "2019: 4,7\u00a0mrd.\u00a0kr"]


def test_levels_are_printed_in_norwegian_and_none_is_left_to_the_script() -> None:
    layout = interactive(_spec("12000", "31000"))["layout"]

    assert layout["yaxis"]["ticktext"] == ["0", "10\u00a0000", "20\u00a0000", "30\u00a0000", "40\u00a0000"]
    assert [layout[axis]["tickmode"] for axis in ("xaxis", "yaxis")] == ["array", "array"]


def test_a_gap_stays_a_gap_and_a_year_that_is_missing_keeps_its_room() -> None:
    drawn = interactive(_spec("1", None, "3", "4", periods=("2016", "2017", "2018", "2021")))

    assert drawn["periods"]["at"] == [0.0, 1.0, 2.0, 5.0]
    assert drawn["traces"][0]["y"] == [1.0, None, 3.0, 4.0]
    assert drawn["traces"][0]["connectgaps"] is False
    assert drawn["series"][0]["said"][1] is None


def test_provisional_figures_are_dashed_hollow_and_said_to_be() -> None:
    series = (Series(name="Alle", values=(Decimal(1), Decimal(2), Decimal(3)), provisional=(False, False, True)),)
    drawn = interactive(_spec("1", "2", "3", series=series))

    firm, tail = drawn["traces"][:2]
    assert (firm["y"], tail["y"]) == ([1.0, 2.0, None], [None, 2.0, 3.0])
    assert tail["line"]["dash"] != "solid"
    assert _points(drawn)["marker"]["color"] == [theme.SERIES[0], theme.SERIES[0], theme.PAPER]
    assert "(foreløpig)" in _points(drawn)["text"][2]
    assert "(foreløpig)" not in _points(drawn)["text"][1]


def test_a_break_cuts_the_line_and_is_marked() -> None:
    drawn = interactive(_spec("1", "2", "3", breaks=("2020",)))

    assert drawn["traces"][0]["x"] == [0.0, 1.0, None, 2.0]
    assert [shape["x0"] for shape in drawn["layout"]["shapes"]] == [1.5]


def test_columns_stand_on_zero_and_lines_far_above_it_do_not() -> None:
    high = ("95", "96", "97")

    columns = interactive(_spec(*high, type=FigureType.COLUMN))["layout"]["yaxis"]
    lines = interactive(_spec(*high))["layout"]["yaxis"]

    assert columns["range"][0] == 0
    assert lines["range"][0] > 90


def test_stacked_columns_reach_as_high_as_their_sum() -> None:
    series = tuple(Series(name=name, values=(Decimal(40), Decimal(60))) for name in ("A", "B"))
    drawn = interactive(_spec("1", "2", type=FigureType.STACKED_COLUMN, series=series))

    assert drawn["layout"]["yaxis"]["range"][1] >= 120
    assert drawn["layout"]["barmode"] == "relative"


def test_shares_are_of_each_columns_own_sum() -> None:
    series = (Series(name="A", values=(Decimal(1),)), Series(name="B", values=(Decimal(3),)))
    drawn = interactive(_spec("1", type=FigureType.SHARE_COLUMN, series=series))

    assert [_points(drawn, place)["y"] for place in (0, 1)] == [[25.0], [75.0]]


def test_series_are_told_apart_by_name_and_colour() -> None:
    series = tuple(Series(name=name, values=(Decimal(1), Decimal(2))) for name in ("Kvinner", "Menn"))
    drawn = interactive(_spec("1", "2", series=series))

    assert [(one["name"], one["colour"]) for one in drawn["series"]] == [
        ("Kvinner", theme.SERIES[0]),
        ("Menn", theme.SERIES[1]),
    ]
    assert _points(drawn, 1)["text"][0].startswith("Menn<br>")
    assert drawn["series"][1]["said"][0].startswith("Menn, 2018: ")


def test_what_a_source_calls_a_period_is_text_and_nothing_else() -> None:
    drawn = interactive(_spec("1", "2", periods=('<a href="https://ond.example">2019</a>', "2020")))

    assert "<a" not in json.dumps(_points(drawn)["text"])
    assert "<a" not in json.dumps(drawn["periods"]["labels"])


@pytest.mark.parametrize("kind", [FigureType.LINE, FigureType.COLUMN])
def test_a_single_point_has_room_around_it(kind: FigureType) -> None:
    low, high = interactive(_spec("5", type=kind))["layout"]["xaxis"]["range"]

    assert low < 0 < high


def test_a_long_line_has_a_dot_only_where_it_would_not_be_seen() -> None:
    values = [str(place) for place in range(60)]
    values[1] = values[3] = None  # type: ignore[call-overload]
    drawn = interactive(_spec(*values))

    assert [place for place, seen in enumerate(_points(drawn)["marker"]["opacity"]) if seen] == [0, 2, 59]


def test_it_can_be_sent_as_json() -> None:
    assert json.loads(json.dumps(interactive(_spec("1.5", None, "2"))))["series"][0]["name"] == "Alle"
