"""What each type of figure is, beyond what holds for all of them: shares, growth, parts, rows, and marks."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from chart_renderer import theme
from chart_renderer.alt_text import alt_text, description
from chart_renderer.canvas import CANVASES
from chart_renderer.derived import drawn
from chart_renderer.figure import lay_out
from chart_renderer.spec import FigureSpec, FigureType
from chart_renderer.table import as_csv, data_table

_SECTORS = ("Helseforetak", "Instituttsektor", "Næringsliv", "UoH-sektor")


def _spec(
    kind: FigureType, periods: tuple[str, ...], series: dict[str, list[float | None]], **more: object
) -> FigureSpec:
    fields = {
        "type": kind, "language": "nb", "title": "Prosjekter", "subtitle": "Antall", "source": "Kilde: HRCS",
        "periods": periods,
        "series": [
            {"name": name, "values": [None if value is None else Decimal(str(value)) for value in values]}
            for name, values in series.items()
        ],
    }  # fmt: skip
    return FigureSpec.model_validate(fields | more)


def _texts(spec: FigureSpec, canvas: str = "square") -> list[str]:
    return [text.text for text in lay_out(spec, CANVASES[canvas]).texts]


def test_it_draws_shares_of_each_columns_own_sum() -> None:
    spec = _spec(FigureType.SHARE_COLUMN, ("2020", "2021"), {"A": [1, 3], "B": [3, None]})

    assert [series.values for series in drawn(spec).series] == [(Decimal(25), None), (Decimal(75), None)]
    assert data_table(spec).rows[0] == ("2020", "25", "75")
    assert as_csv(spec).splitlines()[1] == "2020;1;3;"


def test_it_prints_the_value_of_a_stack_of_one_only_once() -> None:
    spec = _spec(FigureType.STACKED_COLUMN, ("2020", "2021"), {"Prosjekter": [30, 40]})

    assert _texts(spec).count("40") == 1


@pytest.mark.parametrize("kind", [FigureType.STACKED_COLUMN, FigureType.SHARE_COLUMN])
def test_it_puts_very_many_stacks_side_by_side_with_a_line_between_their_parts(kind: FigureType) -> None:
    periods = tuple(str(year) for year in range(1960, 2020))
    traces = lay_out(_spec(kind, periods, {"A": [1] * 60, "B": [2] * 60}), CANVASES["square"]).traces

    columns = [trace for trace in traces if trace["type"] == "bar"]
    edges = [trace["line"]["color"] for trace in traces if trace.get("mode") == "lines"]
    assert [(trace["width"], trace["marker"]["line"]["width"]) for trace in columns] == [(1.0, [0] * 60)] * 2
    assert edges.count("#FFFFFF") == 2


def test_it_draws_growth_from_a_base_that_it_names() -> None:
    spec = _spec(FigureType.INDEXED, ("2010", "2015", "2020"), {"A": [40, 50, 70], "B": [3, 3, 6]}, base="2010")

    texts = _texts(spec)
    assert "Antall. Indeks, 2010 = 100" in texts
    assert {"175", "200"} <= set(texts)
    assert "a 175, b 200" in alt_text(spec)


def test_it_gathers_small_parts_of_a_whole_as_the_rest() -> None:
    names = tuple("ABCDEFGH")
    spec = _spec(FigureType.DONUT, names, {"Prosjekter": [40, 20, 10, 10, 8, 6, 4, 2]})

    assert drawn(spec).periods == ("A", "B", "C", "D", "E", "Øvrige")
    assert "12\u00a0%" in _texts(spec)
    assert len(as_csv(spec).splitlines()) == 1 + len(names)


def test_it_leaves_rows_of_a_matrix_as_they_were_published() -> None:
    rows: dict[str, list[float | None]] = {name: [31, 8, 7, 57 - at] for at, name in enumerate(_SECTORS)}
    spec = _spec(FigureType.MATRIX, _SECTORS, rows, style={"unit": "%"})

    assert data_table(spec).rows[0][1:] == ("31", "31", "31", "31")
    assert _texts(spec).count("31") == len(_SECTORS)
    assert "57" in _texts(spec)


def test_it_names_both_values_of_a_comparison_of_two_years() -> None:
    for kind in (FigureType.DUMBBELL, FigureType.SLOPE):
        spec = _spec(kind, ("2010", "2020"), {"Legemidler": [7, 14.8], "Utstyr": [3.4, 4.6]}, style={"decimals": 1})

        assert {"7,0", "14,8", "3,4", "4,6", "2010", "2020"} <= set(_texts(spec))
        assert "14,8" in alt_text(spec)


def test_it_strikes_out_what_a_correction_takes_back() -> None:
    card = {"label": "Årsverk", "before": "3 410", "value": "3 350", "change": "Ett foretak var talt to ganger"}
    spec = FigureSpec.model_validate(
        {"type": "correction", "language": "nb", "title": "Årsverk i 2021", "source": "Kilde: SSB", "cards": [card]}
    )

    sheet = lay_out(spec, CANVASES["square"])
    struck = next(text for text in sheet.texts if text.text == "3\u00a0410")
    assert any(box.overlaps(struck.box) and colour == theme.ACCENT for box, colour, _ in sheet.fills)
    assert "Rettelse" in [text.text for text in sheet.texts]
    assert alt_text(spec).startswith("Rettelse: Årsverk i 2021: Årsverk 3 350 (tidligere oppgitt 3 410;")


@pytest.mark.parametrize("kind", [FigureType.LINE, FigureType.COLUMN, FigureType.AREA, FigureType.STACKED_COLUMN])
def test_it_marks_a_break_and_what_happened(kind: FigureType) -> None:
    spec = _spec(
        kind, ("2018", "2019", "2020", "2021"), {"A": [1, 2, 3, 4], "B": [2, 2, 2, 2]},
        breaks=["2020"], annotations=[{"period": "2021", "text": "Ny måte å telle på"}],
    )  # fmt: skip

    assert {"Brudd", "Ny måte å telle på"} <= set(_texts(spec))
    assert "Brudd i tidsserien mellom 2019 og 2020." in " ".join(_texts(spec))
    assert "2021: Ny måte å telle på." in description(spec)


def test_it_draws_no_line_across_a_break() -> None:
    spec = _spec(FigureType.LINE, ("2018", "2019", "2020", "2021"), {"A": [1, 2, 3, 4]}, breaks=["2020"])

    assert lay_out(spec, CANVASES["wide"]).traces[0]["y"] == [1, 2, None, 3, 4]


@pytest.mark.parametrize(
    ("kind", "periods", "values", "more", "why"),
    [
        (FigureType.DONUT, ("A", "B"), [1, -1], {}, "negative"),
        (FigureType.TREEMAP, ("A", "B"), [1, -1], {}, "negative"),
        (FigureType.TREEMAP, ("A", "B"), [0, 0], {}, "share out"),
        (FigureType.SHARE_COLUMN, ("2020", "2021"), [0, 0], {}, "share out"),
        (FigureType.AREA, ("2020", "2021"), [1, -1], {}, "negative"),
        (FigureType.SLOPE, ("2020",), [1], {}, "two periods"),
        (FigureType.INDEXED, ("2020", "2021"), [1, 2], {}, "base"),
        (FigureType.INDEXED, ("2020", "2021"), [0, 2], {"base": "2020"}, "above zero"),
        (FigureType.LINE, ("2020", "2021"), [1, 2], {"base": "2020"}, "only an indexed"),
        (FigureType.LINE, ("2020", "2021"), [1, 2], {"breaks": ["2020"]}, "first"),
        (FigureType.LINE, ("2020", "2021"), [1, 2], {"breaks": ["2019"]}, "none of the periods"),
        (FigureType.BAR, ("A", "B"), [1, 2], {"breaks": ["B"]}, "no axis"),
    ],
)
def test_it_refuses_what_a_type_cannot_show(
    kind: FigureType, periods: tuple[str, ...], values: list[float | None], more: dict[str, object], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        _spec(kind, periods, {"A": values}, **more)
