"""Which types suit which numbers, and that choosing one loses nothing."""

from typing import Any

import pytest

from campaigns.drafting.figure_types import as_type, highlight_choices, neutral, type_choices, why_not
from chart_renderer.spec import FigureSpec, FigureType
from tests.gallery.figures import Case, entries

YEARS = ("2018", "2019", "2020", "2021")

_MANY_YEARS = tuple(str(year) for year in range(1975, 2021))


def _spec(series: dict[str, list[Any]], periods: tuple[str, ...] = YEARS, **more: Any) -> FigureSpec:
    fields = {
        "type": FigureType.COLUMN, "language": "nb", "title": "Prosjekter", "source": "Kilde: HRCS",
        "subtitle": f"Antall, {periods[0]}–{periods[-1]}", "periods": periods,
        "series": [{"name": name, "values": values} for name, values in series.items()],
    }  # fmt: skip
    return FigureSpec.model_validate(fields | more)


ONE = _spec({"Studier": [1, 2, 3, 4]})
TWO = _spec({"Helse": [1, 2, 3, 4], "Næring": [4, 4, 6, 8]})
PARTS = _spec({"Andel": [60, 30, 10]}, ("Helse", "Næring", "Stat"))


def _suiting(spec: FigureSpec) -> set[FigureType]:
    return {kind for kind in FigureType if not why_not(spec, kind)}


def test_one_series_over_time_suits_lines_and_columns() -> None:
    assert _suiting(ONE) == {
        FigureType.LINE, FigureType.AREA, FigureType.COLUMN, FigureType.INDEXED, FigureType.SLOPE, FigureType.DUMBBELL,
    }  # fmt: skip


def test_several_series_over_time_suit_all_but_single_columns_and_cards() -> None:
    assert {kind for kind in FigureType if why_not(TWO, kind)} == {FigureType.COLUMN, *FigureType.of_cards()}


def test_categories_suit_no_line() -> None:
    suiting = _suiting(PARTS)

    assert {FigureType.COLUMN, FigureType.BAR, FigureType.DONUT} <= suiting
    assert not suiting & {FigureType.LINE, FigureType.AREA, FigureType.INDEXED, FigureType.SLOPE, FigureType.MULTIPLES}


@pytest.mark.parametrize(
    ("spec", "kind", "said"),
    [
        (ONE, FigureType.STACKED_COLUMN, "bare én serie"),
        (ONE, FigureType.DONUT, "ingen deler"),
        (ONE, FigureType.KEY_FIGURES, "laget av tallrekker"),
        (_spec({"A": [1, -2, 3, 4]}), FigureType.AREA, "negative"),
        (_spec({"A": [1, 2, 3, None], "B": [1, 2, 3, 4]}), FigureType.SLOPE, "mangler tall for 2018 eller 2021"),
        (_spec({"A": [0, 0, 0, 0]}), FigureType.INDEXED, "over null"),
        (_spec({"A": [1]}, ("2021",)), FigureType.LINE, "bare ett tidspunkt"),
        (PARTS, FigureType.LINE, "ikke etter hverandre i tid"),
        (TWO, FigureType.COLUMN, "flere serier"),
        (_spec({"A": [1] * 46, "B": [2] * 46}, _MANY_YEARS), FigureType.GROUPED_COLUMN, "for smale"),
    ],
)
def test_it_says_why_a_type_does_not_suit(spec: FigureSpec, kind: FigureType, said: str) -> None:
    assert said in why_not(spec, kind)


def test_key_figures_can_be_nothing_else() -> None:
    cards = FigureSpec.model_validate(
        {
            "type": "key_figures", "language": "nb", "title": "Tall", "source": "Kilde: SSB",
            "cards": [{"label": "Årsverk", "value": "3 350"}],
        }
    )  # fmt: skip

    assert _suiting(cards) == {FigureType.KEY_FIGURES}
    assert "tidligere verdi" in why_not(cards, FigureType.CORRECTION)


def test_the_type_shown_now_always_suits() -> None:
    choices = {choice.kind: choice.why_not for choice in type_choices(TWO, FigureType.COLUMN)}

    assert choices[FigureType.COLUMN] == ""
    assert choices[FigureType.KEY_FIGURES]


@pytest.mark.parametrize("kind", [kind for kind in FigureType if kind not in FigureType.of_cards()])
@pytest.mark.parametrize("case", [case for case in Case if case is not Case.FORWARD])
def test_every_type_that_suits_can_be_made(kind: FigureType, case: Case) -> None:
    spec = next(entry.spec for entry in entries(kind) if entry.case is case and entry.language == "nb")
    basis = neutral(spec)

    made = [as_type(basis, choice) for choice in FigureType if not why_not(basis, choice)]

    assert made
    assert all(one.type in FigureType for one in made)


def test_parts_show_the_newest_year_and_say_so_in_the_subtitle() -> None:
    donut = as_type(TWO, FigureType.DONUT)

    assert (donut.periods, donut.subtitle) == (("Helse", "Næring"), "Antall, 2021")
    assert as_type(TWO, FigureType.LINE).subtitle == "Antall, 2018–2021"


def test_marks_stand_only_where_there_is_an_axis() -> None:
    basis = _spec({"A": [1, 2, 3, 4], "B": [2, 3, 4, 5]}, annotations=[{"period": "2020", "text": "Korona"}])

    assert as_type(basis, FigureType.MATRIX).annotations == ()
    assert as_type(basis, FigureType.LINE).annotations == basis.annotations


def test_it_keeps_a_highlight_that_the_type_can_show_and_drops_another() -> None:
    basis = TWO.model_copy(update={"highlight": "Næring"})

    assert as_type(basis, FigureType.LINE).highlight == "Næring"
    assert as_type(basis, FigureType.DONUT).highlight == "Næring"
    assert as_type(basis, FigureType.MATRIX).highlight == ""


def test_it_offers_series_or_periods_to_put_forward() -> None:
    assert highlight_choices(as_type(TWO, FigureType.LINE)) == ("Helse", "Næring")
    assert highlight_choices(as_type(ONE, FigureType.COLUMN)) == YEARS
    assert highlight_choices(as_type(ONE, FigureType.LINE)) == ()
