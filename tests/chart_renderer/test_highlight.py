"""One series, column or part is put forward in colour; the rest is grey."""

from typing import Any

import pytest
from pydantic import ValidationError

from chart_renderer import theme
from chart_renderer.alt_text import alt_text, description
from chart_renderer.canvas import CANVASES
from chart_renderer.emphasis import column_colours, part_colours
from chart_renderer.figure import lay_out
from chart_renderer.spec import FigureSpec, FigureType

_OF_SEVERAL = [
    FigureType.LINE, FigureType.AREA, FigureType.GROUPED_COLUMN, FigureType.STACKED_COLUMN, FigureType.SHARE_COLUMN,
    FigureType.INDEXED, FigureType.MULTIPLES, FigureType.BAR,
]  # fmt: skip
_OF_TWO_PERIODS = [FigureType.SLOPE, FigureType.DUMBBELL]


def _spec(
    kind: FigureType, highlight: str, names: tuple[str, ...] = ("Helse", "Næring", "Stat"), **more: Any
) -> FigureSpec:
    periods = ("2020", "2021") if kind in _OF_TWO_PERIODS else ("2019", "2020", "2021")
    fields = {
        "type": kind, "language": "nb", "title": "Prosjekter", "source": "Kilde: HRCS", "periods": periods,
        "series": [
            {"name": name, "values": [10 + 3 * at + place for place in range(len(periods))]}
            for at, name in enumerate(names)
        ],
        "base": "2019" if kind is FigureType.INDEXED else "", "highlight": highlight,
    }  # fmt: skip
    return FigureSpec.model_validate(fields | more)


def _colours(spec: FigureSpec) -> set[str]:
    """Every colour of the house's series that is drawn or written."""
    sheet = lay_out(spec, CANVASES["square"])
    drawn = f"{sheet.traces} {[text.colour for text in sheet.texts]}"
    house = (*theme.SERIES, theme.REST, theme.REST_PALE, theme.EARLIER)
    return {colour for colour in house if colour in drawn}


@pytest.mark.parametrize("kind", _OF_SEVERAL)
def test_it_draws_the_highlighted_series_in_colour_and_the_rest_in_grey(kind: FigureType) -> None:
    colours = _colours(_spec(kind, "Næring"))

    assert {theme.SERIES[0], theme.REST} <= colours
    assert colours <= {theme.SERIES[0], theme.REST}


@pytest.mark.parametrize("kind", _OF_TWO_PERIODS)
def test_it_keeps_the_colours_of_one_row_between_two_periods(kind: FigureType) -> None:
    colours = _colours(_spec(kind, "Stat"))

    assert {theme.SERIES[0], theme.REST} <= colours
    assert not colours & set(theme.SERIES[1:])


def test_it_draws_one_column_in_colour() -> None:
    spec = _spec(FigureType.COLUMN, "2020", ("Helse",))

    assert column_colours(spec, 0) == [theme.REST_PALE, theme.SERIES[0], theme.REST_PALE]


def test_it_names_a_highlighted_part_that_is_too_small_to_be_named_otherwise() -> None:
    parts = tuple("ABCDEFGH")
    series = [{"name": "Andel", "values": [80, 70, 60, 50, 40, 30, 20, 10]}]
    spec = _spec(FigureType.DONUT, "H", periods=parts, series=series)

    texts = [text.text for text in lay_out(spec, CANVASES["square"]).texts]

    assert "H" in texts
    assert "G" not in texts


def test_neighbouring_grey_parts_differ() -> None:
    spec = _spec(FigureType.DONUT, "B", periods=("A", "B", "C"), series=[{"name": "Andel", "values": [3, 2, 1]}])

    assert part_colours(spec) == [theme.REST, theme.SERIES[0], theme.REST]


def test_it_says_in_the_description_what_is_highlighted_but_not_in_the_short_text() -> None:
    spec = _spec(FigureType.LINE, "Næring")

    assert "Uthevet: Næring." in description(spec)
    assert "Uthevet" not in alt_text(spec)


@pytest.mark.parametrize(
    ("kind", "highlight", "names"),
    [
        (FigureType.LINE, "Ingen", ("Helse", "Næring")),
        (FigureType.LINE, "Helse", ("Helse",)),
        (FigureType.COLUMN, "2030", ("Helse",)),
        (FigureType.GROUPED_COLUMN, "2020", ("Helse", "Næring")),
        (FigureType.MATRIX, "Helse", ("Helse", "Næring")),
    ],
)
def test_it_refuses_to_highlight_what_is_not_there_or_would_stand_alone(
    kind: FigureType, highlight: str, names: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError):
        _spec(kind, highlight, names)


def test_a_figure_without_a_highlight_is_written_as_before() -> None:
    assert "highlight" not in _spec(FigureType.LINE, "").model_dump_json()
