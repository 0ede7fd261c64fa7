"""What becomes of an indicator's series when its catalogue entry asks for a type that shows less, or other things."""

from decimal import Decimal

import pytest

from campaigns.drafting.chart_shapes import shaped
from chart_renderer.alt_text import alt_text
from chart_renderer.spec import FigureSpec, FigureType, Series

_YEARS = ("2019", "2020", "2021")


def _series(name: str, *values: int | None) -> Series:
    return Series(name=name, values=tuple(None if value is None else Decimal(value) for value in values))


def _figure(kind: FigureType, *series: Series) -> FigureSpec:
    return FigureSpec(**shaped(kind, _YEARS, series), language="nb", title="Studier", source="Kilde: DMP")


@pytest.mark.parametrize("kind", [kind for kind in FigureType if kind not in FigureType.of_cards()])
@pytest.mark.parametrize(
    "series",
    [
        [_series("A", 1, 2, 3)],
        [_series("A", 1, 2, 3), _series("B", None, None, 4)],
        [_series("A", -1, 2, -3), _series("B", 1, 2, 3)],
        [_series("A", 0, 0, 0), _series("B", 0, 0, 0)],
    ],
    ids=["one", "two", "negative", "nothing"],
)
def test_it_makes_a_figure_of_whatever_there_is(kind: FigureType, series: list[Series]) -> None:
    assert alt_text(_figure(kind, *series))


def test_it_compares_the_first_period_with_the_newest() -> None:
    assert _figure(FigureType.SLOPE, _series("A", 1, 2, 3)).periods == ("2019", "2021")


def test_it_shows_the_parts_of_the_newest_period() -> None:
    spec = _figure(FigureType.DONUT, _series("A", 1, 2, 3), _series("B", 1, 1, 1))

    assert (spec.periods, spec.series[0].name) == (("A", "B"), "2021")
    assert list(spec.series[0].values) == [3, 1]


def test_it_counts_growth_from_the_first_period_with_a_value() -> None:
    assert _figure(FigureType.INDEXED, _series("A", None, 2, 3)).base == "2020"
