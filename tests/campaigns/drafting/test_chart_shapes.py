"""What becomes of an indicator's series when its catalogue entry asks for a type that shows less, or other things."""

from decimal import Decimal

import pytest

from campaigns.drafting.chart_shapes import Marks, marked, shaped
from chart_renderer.alt_text import alt_text
from chart_renderer.spec import Annotation, FigureSpec, FigureType, Series

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


_MARKS = Marks(
    base="2020",
    annotations=[Annotation(period="2021", text="Koronapandemien"), Annotation(period="1999", text="Før tiden")],
    breaks=frozenset(("2019", "2021")),
)


def test_it_marks_the_periods_that_are_shown_and_no_break_at_the_first() -> None:
    shape = marked(shaped(FigureType.LINE, _YEARS, (_series("A", 1, 2, 3),)), _MARKS)

    assert [note.text for note in shape["annotations"]] == ["Koronapandemien"]
    assert shape["breaks"] == ("2021",)


def test_it_marks_nothing_where_periods_are_no_axis() -> None:
    shape = marked(shaped(FigureType.SLOPE, _YEARS, (_series("A", 1, 2, 3),)), _MARKS)

    assert not shape.keys() & {"annotations", "breaks", "base"}


@pytest.mark.parametrize(("values", "base"), [((1, 2, 3), "2020"), ((1, 0, 3), "2019")])
def test_it_counts_growth_from_the_base_that_is_named_if_it_has_a_value(values: tuple[int, ...], base: str) -> None:
    assert marked(shaped(FigureType.INDEXED, _YEARS, (_series("A", *values),)), _MARKS)["base"] == base
