"""Dropped Excel files: notes around the table, numbers typed as text, percentages, and what is no workbook."""

import io
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from campaigns.sources.columns import Columns, columns_of
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Cell, Table
from campaigns.sources.xlsx import read_xlsx

KEY_FIGURES = {"Indikator": "dimension", "Enhet": "unit:Indikator", "*": "period"}
PEOPLE = {
    "Name": "dimension", "Profession": "dimension", "Age": "value", "Has kids": "ignore", "Date of birth": "ignore",
    "Date of death": "time",
}  # fmt: skip
SMALL = columns_of({"del": "dimension", "Tid": "time", "verdi": "value"})


def _book(samples: Path) -> bytes:
    return (samples / "sources/synthetic/ho21-nokkeltall.xlsx").read_bytes()


def _people(samples: Path, sheet: str) -> Table:
    body = (samples / "sources/sheets/notes-around-table.xlsx").read_bytes()
    return read_xlsx(body, columns_of(PEOPLE), sheet=sheet)


def _made(*rows: list[object], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for place, number_format in (formats or {}).items():
        sheet[place].number_format = number_format
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _reason(body: bytes, columns: Columns = SMALL, sheet: str | None = None) -> str:
    with pytest.raises(PayloadRefused) as refused:
        read_xlsx(body, columns, sheet=sheet)
    assert refused.value.detail.endswith((".", "…"))
    return refused.value.reason


def test_it_reads_key_figures_as_a_person_would(samples: Path) -> None:
    table = read_xlsx(_book(samples), columns_of(KEY_FIGURES), sheet="Tabell 1", header=4)
    costs, years, share, mean = (found.code for found in table.dimensions[0].categories)

    assert table.time is not None
    assert table.time.codes == ("2016", "2017", "2019", "2021", "2023")
    assert table.cell(Indikator=costs, Tid="2019") == Cell(Decimal("4351.9"))
    assert table.cell(Indikator=costs, Tid="2021") == Cell(Decimal("4700.1"))
    assert table.cell(Indikator=costs, Tid="2023") == Cell(None, "..")
    assert table.cell(Indikator=years, Tid="2021") == Cell(Decimal(3350))
    assert table.cell(Indikator=share, Tid="2021") == Cell(Decimal("2.82"))
    assert table.cell(Indikator=share, Tid="2023") == Cell()
    assert table.cell(Indikator=mean, Tid="2023") == Cell(None, "-")
    assert [found.unit for found in table.dimensions[0].categories] == ["mill. kr", "årsverk", "prosent", "kr"]


def test_it_finds_the_header_itself(samples: Path) -> None:
    told = read_xlsx(_book(samples), columns_of(KEY_FIGURES), sheet="Tabell 1", header=4)

    assert read_xlsx(_book(samples), columns_of(KEY_FIGURES), sheet="Tabell 1").cells == told.cells


@pytest.mark.parametrize(
    ("sheet", "first", "last"), [("arts", "David Bowie", "George Michael"), ("other", "Vera Rubin", "Pat Summit")]
)
def test_it_reads_the_table_between_the_notes(samples: Path, sheet: str, first: str, last: str) -> None:
    table = _people(samples, sheet)

    assert len(table.cells) == 10
    names = table.dimensions[0].codes
    assert (names[0], names[-1]) == (first, last)


def test_it_reads_a_calculated_formula_and_a_date(samples: Path) -> None:
    table = _people(samples, "arts")

    assert table.cell(Name="David Bowie", Profession="musician", **{"Date of death": "2016-01-10"}).value == 69


def test_it_refuses_a_formula_nobody_has_calculated(samples: Path) -> None:
    columns = columns_of({"Endring 2019-2021 (%)": "dimension", "*": "value"})

    assert _reason(_book(samples), columns, "Formler") == "FORMULA_WITHOUT_VALUE"


def test_it_asks_which_sheet_and_leaves_hidden_ones_out(samples: Path) -> None:
    with pytest.raises(PayloadRefused, match=r"SHEET_AMBIGUOUS.*«Tabell 1», «Formler»") as refused:
        read_xlsx(_book(samples), columns_of(KEY_FIGURES))

    assert "skjult" not in refused.value.detail
    assert _reason(_book(samples), columns_of(KEY_FIGURES), "Tabell 9") == "SHEET_MISSING"


def test_it_reads_a_hidden_sheet_only_when_it_is_named() -> None:
    book = load_workbook(io.BytesIO(_made(["del", "Tid", "verdi"], ["a", 2021, 1.5])))
    book.create_sheet("annet")
    book["Sheet"].sheet_state = "hidden"
    body = _saved(book)

    assert _reason(body) == "HEADER_MISSING"
    assert dict(read_xlsx(body, SMALL, sheet="Sheet").cells) == {("a", "2021"): Cell(Decimal("1.5"))}


def test_a_percentage_is_what_the_sheet_shows() -> None:
    body = _made(["del", "Tid", "verdi"], ["a", 2021, 0.07], ["b", 2021, 7], formats={"C2": "0.00 %"})

    assert [cell.value for cell in read_xlsx(body, SMALL).cells.values()] == [Decimal(7), Decimal(7)]


@pytest.mark.parametrize(
    ("number_format", "value"),
    [
        ("0.0%_);(0.0%)", "7"),
        ("[Red]0 %;-0 %", "7"),
        ('0.00" %"', "0.07"),
        (r"0.00\ \%", "0.07"),
        ('0.00 "100%"', "0.07"),
    ],
)
def test_a_percentage_is_known_by_its_format_however_that_ends(number_format: str, value: str) -> None:
    body = _made(["del", "Tid", "verdi"], ["a", 2021, 0.07], formats={"C2": number_format})

    assert [cell.value for cell in read_xlsx(body, SMALL).cells.values()] == [Decimal(value)]


def test_a_percentage_typed_as_text_is_what_it_says() -> None:
    body = _made(["del", "Tid", "verdi"], ["a", 2021, "2,82\u00a0%"], ["b", 2021, "3 % *"])

    assert list(read_xlsx(body, SMALL).cells.values()) == [Cell(Decimal("2.82")), Cell(Decimal(3), "*")]


def test_a_number_is_its_shortest_text_and_never_binary() -> None:
    made = _made(["del", "Tid", "verdi"], ["a", 2021, 4351.9])
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml")
    as_excel_saves_it = sheet.replace(b"4351.9", b"4351.8999999999996")
    assert as_excel_saves_it != sheet

    (cell,) = read_xlsx(_with_part(made, "xl/worksheets/sheet1.xml", as_excel_saves_it), SMALL).cells.values()

    assert str(cell.value) == "4351.9"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (["a", 2021, "#DIV/0!"], "NUMBER_UNREADABLE"),
        (["a", 2021, True], "NUMBER_UNREADABLE"),
        (["a", 2021, "4.351"], "NUMBER_UNREADABLE"),
        ([None, 2021, 1], "CODE_MISSING"),
        (["a", 2021, 1, "x"], "COLUMN_UNKNOWN"),
        (["a", 2021, "=1+1"], "FORMULA_WITHOUT_VALUE"),
        (["a", 2021, None], "EMPTY_VALUE"),
    ],
)
def test_it_refuses_a_row_it_would_misread(row: list[object], reason: str) -> None:
    assert _reason(_made(["del", "Tid", "verdi"], row)) == reason


def test_an_unavailable_value_is_missing() -> None:
    table = read_xlsx(_made(["del", "Tid", "verdi"], ["a", 2021, "#N/A"], ["b", 2021, 1]), SMALL)

    assert table.cell(**{"del": "a", "Tid": "2021"}) == Cell(None, "#N/A")


def test_it_refuses_the_old_format_politely() -> None:
    assert _reason(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512) == "OLD_EXCEL"


def _with_part(body: bytes, name: str, content: bytes) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return changed.getvalue()


def test_it_refuses_a_bomb_before_unpacking_it() -> None:
    body = _with_part(_made(["del", "Tid", "verdi"]), "xl/bomb.xml", b"0" * 30_000_000)

    assert len(body) < 100_000
    assert _reason(body) == "TOO_LARGE"


def test_it_refuses_a_sheet_that_declares_entities() -> None:
    made = _made(["del", "Tid", "verdi"], ["a", 2021, 1])
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml")
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + sheet.removeprefix(b"<?xml version='1.0' encoding='UTF-8'?>")

    assert _reason(_with_part(made, "xl/worksheets/sheet1.xml", entity)) == "NOT_XLSX"


def test_it_refuses_columns_without_end() -> None:
    assert _reason(_made(["del", "Tid", "verdi", *["x"] * 1_200], ["a", 2021, 1])) == "TOO_MANY_COLUMNS"


def test_a_row_far_below_does_not_make_a_million_of_them() -> None:
    made = _made(["del", "Tid", "verdi"], ["a", 2021, 1])
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml")
    far = sheet.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>')

    assert _reason(_with_part(made, "xl/worksheets/sheet1.xml", far)) == "TOO_MANY_ROWS"


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"del;Tid", b"<html>"])
def test_it_refuses_what_is_no_workbook(body: bytes) -> None:
    assert _reason(body) in {"EMPTY", "NOT_XLSX"}


def test_an_empty_code_is_the_one_above_it_where_somebody_says_so() -> None:
    body = _made(["del", "Tid", "verdi"], ["a", 2020, 1], [None, 2021, 2], ["b", 2020, 3], [None, 2021, 4])
    filled = columns_of({"del": "dimension", "Tid": "time", "verdi": "value"}, fill_down=True)

    assert _reason(body) == "CODE_MISSING"
    assert [(codes, str(cell.value)) for codes, cell in read_xlsx(body, filled).cells.items()] == [
        (("a", "2020"), "1"), (("a", "2021"), "2"), (("b", "2020"), "3"), (("b", "2021"), "4"),
    ]  # fmt: skip


def test_filling_down_takes_no_note_below_the_table_for_a_row() -> None:
    body = _made(["del", "Tid", "verdi"], ["a", 2020, 1], [], ["Kilde: RHF", None, None], [None, 2021, 2])
    filled = columns_of({"del": "dimension", "Tid": "time", "verdi": "value"}, fill_down=True)

    assert list(read_xlsx(body, filled).cells) == [("a", "2020")]


def test_a_workbook_counted_from_1904_gives_the_same_dates() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    assert sheet is not None
    for row in (["del", "Tid", "verdi"], ["a", datetime(2021, 6, 1), 1.5]):  # noqa: DTZ001 - a sheet has no zones
        sheet.append(row)

    assert list(read_xlsx(_saved(book), SMALL).cells) == [("a", "2021-06-01")]
