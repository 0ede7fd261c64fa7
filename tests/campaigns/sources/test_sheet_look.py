"""A look at a sheet nobody has declared: its rows, where the headings are, and a guess at each column."""

from datetime import datetime
from pathlib import Path

import pytest

from campaigns.sources.columns import columns_of
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.sheet_look import look_at
from campaigns.sources.source import SourceKind
from campaigns.sources.xlsx import read_xlsx
from tests.factories.workbooks import workbook


def _sample(samples: Path, name: str) -> bytes:
    return (samples / "sources" / name).read_bytes()


def test_it_finds_the_headings_below_a_title(samples: Path) -> None:
    look = look_at(SourceKind.XLSX, _sample(samples, "synthetic/ho21-nokkeltall.xlsx"), {})

    assert (look.sheet, look.header) == ("Tabell 1", 4)
    assert [(sheet.name, sheet.hidden) for sheet in look.sheets] == [
        ("Tabell 1", False),
        ("skjult", True),
        ("Formler", False),
    ]
    assert look.uses == {
        "Indikator": "dimension",
        "Enhet": "unit:Indikator",
        **dict.fromkeys(("2016", "2017", "2019", "2021", "2023"), "period"),
    }


def test_it_finds_them_among_notes(samples: Path) -> None:
    look = look_at(SourceKind.XLSX, _sample(samples, "sheets/notes-around-table.xlsx"), {"sheet": "other"})

    assert (look.sheet, look.header, look.headings[0]) == ("other", 5, "Name")


def test_it_sees_the_separator_and_what_each_column_is(samples: Path) -> None:
    look = look_at(SourceKind.CSV, _sample(samples, "synthetic/drop-semicolon-latin1.csv"), {})

    assert (look.separator, look.header) == (";", 1)
    assert look.uses == {
        "type foretak": "dimension", "statistikkvariabel": "dimension", "år": "time", "verdi": "value",
    }  # fmt: skip


def test_a_name_beside_an_id_is_its_label(samples: Path) -> None:
    look = look_at(SourceKind.CSV, _sample(samples, "synthetic/gbd-results.csv"), {})

    assert (look.uses["age_id"], look.uses["age_name"]) == ("dimension", "label:age_id")
    assert (look.uses["year"], look.uses["upper"]) == ("time", "value")


def test_codes_with_leading_zeros_are_no_figures() -> None:
    look = look_at(SourceKind.CSV, b"Region,Tid,verdi\n03,2021,1\n11,2021,2\n", {})

    assert look.uses == {"Region": "dimension", "Tid": "time", "verdi": "value"}


def test_what_was_declared_comes_before_a_guess() -> None:
    body = workbook({"A": [("navn", "2021"), ("a", 1)], "B": [("x", "kode", "tall"), ("y", "z", 1)]})

    look = look_at(SourceKind.XLSX, body, {"sheet": "B", "header": 2, "columns": {"y": "ignore"}})

    assert (look.sheet, look.headings, look.uses["y"]) == ("B", ("y", "z", "1"), "ignore")


def test_an_empty_sheet_has_no_headings() -> None:
    look = look_at(SourceKind.XLSX, workbook({"Tom": []}), {})

    assert (look.header, look.headings, dict(look.uses)) == (None, (), {})


def test_it_shows_a_formula_nobody_has_calculated_as_empty() -> None:
    look = look_at(SourceKind.XLSX, workbook({"A": [("navn", "2021"), ("a", "=1+1")]}), {})

    assert [entry.text for entry in look.rows[1].entries] == ["a", ""]


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"del;Tid"])
def test_it_refuses_what_is_no_workbook(body: bytes) -> None:
    with pytest.raises(PayloadRefused):
        look_at(SourceKind.XLSX, body, {})


def test_a_heading_is_the_text_the_reader_reads() -> None:
    body = workbook({"A": [("navn", datetime(2026, 1, 1), True, 2027.0), ("a", 1, 2, 3)]})  # noqa: DTZ001 - Excel knows no zones

    look = look_at(SourceKind.XLSX, body, {"columns": {"navn": "dimension", "TRUE": "ignore", "*": "period"}})

    assert look.headings == ("navn", "2026-01-01", "TRUE", "2027")
    assert len(read_xlsx(body, columns_of(look.uses), header=look.header).cells) == 2


def test_figures_that_are_missing_say_nothing_of_their_column() -> None:
    look = look_at(SourceKind.CSV, b"del;Tid;verdi;ny\na;2021;..;:\nb;2021;1 000;..\n", {})

    assert look.uses == {"del": "dimension", "Tid": "time", "verdi": "value", "ny": "value"}
