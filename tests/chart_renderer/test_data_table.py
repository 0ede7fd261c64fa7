"""The data as a table and as CSV."""

from decimal import Decimal

from chart_renderer.spec import FigureSpec, FigureType, KeyFigureCard, NumberStyle, Series
from chart_renderer.table import as_csv, data_table


def _spec(language: str = "nb", name: str = "Kommersielle") -> FigureSpec:
    return FigureSpec(
        type=FigureType.LINE,
        language=language,
        title="Søkte kliniske studier",
        periods=("2023", "2024", "2025"),
        series=(
            Series(name=name, values=(Decimal("1097.25"), None, Decimal("-4.5")), provisional=(False, False, True)),
        ),
        style=NumberStyle(decimals=1, unit="mill. kr"),
        source="Kilde: DMP",
    )


def test_it_prints_values_as_the_picture_does() -> None:
    table = data_table(_spec())

    assert table.header == ("År", "Kommersielle (mill. kr)")
    assert table.rows == (("2023", "1\u00a0097,3"), ("2024", "–"), ("2025", "−4,5 (foreløpig)"))


def test_it_speaks_the_specs_language() -> None:
    table = data_table(_spec("en", "Commercial"))

    assert table.header == ("Year", "Commercial (NOK million)")
    assert table.rows[0] == ("2023", "1,097.3")
    assert table.rows[2] == ("2025", "−4.5 (provisional)")


def test_it_writes_csv_for_norwegian_spreadsheets() -> None:
    assert as_csv(_spec()) == (
        "År;Kommersielle (mill. kr);Merknad\r\n2023;1097,25;\r\n2024;;\r\n2025;-4,5;foreløpig: Kommersielle\r\n"
    )


def test_it_defuses_text_that_a_spreadsheet_would_run() -> None:
    assert "'=HYPERLINK" in as_csv(_spec(name="=HYPERLINK(1)"))
    assert "'＝HYPERLINK" in as_csv(_spec(name="＝HYPERLINK(1)"))


def test_it_tables_key_figures() -> None:
    spec = FigureSpec(
        type=FigureType.KEY_FIGURES,
        language="nn",
        title="Ressursbruk",
        cards=(KeyFigureCard(label="Årsverk", value="3 350", change="Ein auke på 3,7 % frå 2019"),),
        source="Kjelde: SSB",
    )

    assert data_table(spec).header == ("Nøkkeltal", "Verdi", "Endring")
    assert as_csv(spec).splitlines()[1] == "Årsverk;3 350;Ein auke på 3,7 % frå 2019"
