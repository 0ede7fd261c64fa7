"""Dropped CSV files: separators, encodings, decimal commas, and columns that must be the declared ones."""

from decimal import Decimal
from pathlib import Path

import pytest

from campaigns.errors import InvalidInput
from campaigns.sources.columns import Heading, columns_of, heading
from campaigns.sources.csv_file import read_csv
from campaigns.sources.gbd import gbd_columns
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Cell, Role

DROP = {"type foretak": "dimension", "statistikkvariabel": "dimension", "år": "time", "verdi": "value"}
SMALL = {"del": "dimension", "Tid": "time", "verdi": "value"}


def _synthetic(samples: Path, name: str) -> bytes:
    return (samples / "sources/synthetic" / name).read_bytes()


def _reason(text: str, declared: dict[str, str] | None = None, **told: str) -> str:
    with pytest.raises(PayloadRefused) as refused:
        read_csv(text.encode(), columns_of(declared or SMALL), **told)  # type: ignore[arg-type]
    assert refused.value.detail.endswith((".", "…"))
    return refused.value.reason


def test_it_reads_a_drop_in_latin_1_with_decimal_commas(samples: Path) -> None:
    table = read_csv(_synthetic(samples, "drop-semicolon-latin1.csv"), columns_of(DROP))
    costs = {"type foretak": "I alt", "statistikkvariabel": "Driftskostnader til forskning (mill. kr)"}
    share = {
        "type foretak": "Private, ideelle sykehus",
        "statistikkvariabel": "Andel av totale driftskostnader (prosent)",
    }
    years = {"type foretak": "Helseforetak", "statistikkvariabel": "Utførte forskningsårsverk"}

    assert len(table.cells) == 6
    assert table.cell(**costs, år="2019") == Cell(Decimal("4351.9"))
    assert table.cell(**costs, år="2021") == Cell(Decimal("4700.1"))
    assert table.cell(**share, år="2015") == Cell(None, ":")
    assert table.cell(**share, år="2016") == Cell(Decimal("2.35"))
    assert table.cell(**years, år="2021") == Cell(Decimal(3138))
    assert table.cell(**years, år="2023") == Cell(None, "..")
    assert table.time is not None
    assert table.time.id == "år"


def test_it_reads_codes_from_pxwebapi_whatever_the_figures_are_called(samples: Path) -> None:
    declared = {"Type": "dimension", "ContentsCode": "dimension", "Tid": "time", "*": "value"}
    table = read_csv(_synthetic(samples, "pxwebapi2-codes-latin1.csv"), columns_of(declared))

    assert len(table.cells) == 3
    assert table.cell(Type="00", ContentsCode="Driftskost", Tid="2019").value == Decimal("4351.9")
    assert table.cell(Type="00", ContentsCode="Driftskost", Tid="2021").value == Decimal("4700.1")
    assert table.cell(Type="02", ContentsCode="Andel", Tid="2015") == Cell(None, ":")


def test_it_keeps_upper_and_lower_apart_in_a_gbd_export(samples: Path) -> None:
    table = read_csv(_synthetic(samples, "gbd-results.csv"), gbd_columns("GBD 2021"))
    rate = {
        "round": "GBD 2021", "population_group_id": "1", "measure_id": "2", "location_id": "90", "sex_id": "3",
        "age_id": "22", "cause_id": "491", "metric_id": "3", "year": "2019",
    }  # fmt: skip

    assert len(table.cells) == 12
    assert table.cell(**rate, measure="val").value == Decimal("4012.1")
    assert table.cell(**rate, measure="upper").value == Decimal("4401.9")
    assert table.cell(**rate, measure="lower").value == Decimal("3655.0")
    assert {dimension.id: dimension.codes for dimension in table.dimensions} == {
        "round": ("GBD 2021",), "population_group_id": ("1",), "measure_id": ("2", "1"), "location_id": ("90",),
        "sex_id": ("3", "1", "2"), "age_id": ("22", "27"), "cause_id": ("491",), "metric_id": ("3", "1"),
        "year": ("2019", "2021"), "measure": ("val", "upper", "lower"),
    }  # fmt: skip
    ages = next(dimension for dimension in table.dimensions if dimension.id == "age_id")
    assert [category.label for category in ages.categories] == ["All ages", "Age-standardized"]
    assert table.time is not None
    assert table.time.id == "year"


def test_an_older_gbd_export_is_of_the_whole_population(samples: Path) -> None:
    newer = _synthetic(samples, "gbd-results.csv").decode()
    lines = newer.replace("population_group_id,population_group_name,", "").replace("1,All Population,", "")

    table = read_csv(lines.encode(), gbd_columns("GBD 2019"))

    assert len(table.cells) == 12
    assert next(found for found in table.dimensions if found.id == "population_group_id").codes == ("1",)


def test_it_reads_excels_own_utf_8_with_tabs_and_quoted_newlines() -> None:
    body = '\ufeffdel\tTid\tverdi\tmerke\r\n"a\n b"\t2024\t1.5\tp\r\n'.encode()

    table = read_csv(body, columns_of({**SMALL, "merke": "flag"}))

    assert dict(table.cells) == {("a b", "2024"): Cell(Decimal("1.5"), "p")}


def test_it_reads_periods_across_with_marks_in_the_headings() -> None:
    body = "Indikator;Enhet;2021¹;2023*\nKostnad;mill. kr;4 700,1;-\nÅrsverk;årsverk;\u2212 5;3 350\n".replace(
        "− 5", "−5"
    )

    table = read_csv(body.encode(), columns_of({"Indikator": "dimension", "Enhet": "unit:Indikator", "*": "period"}))

    assert dict(table.cells) == {
        ("Kostnad", "2021"): Cell(Decimal("4700.1")),
        ("Kostnad", "2023"): Cell(None, "-"),
        ("Årsverk", "2021"): Cell(Decimal(-5)),
        ("Årsverk", "2023"): Cell(Decimal(3350), "*"),
    }
    assert [(found.code, found.unit) for found in table.dimensions[0].categories] == [
        ("Kostnad", "mill. kr"),
        ("Årsverk", "årsverk"),
    ]
    assert table.dimensions[1].role is Role.TIME


def test_it_finds_the_header_below_a_title_and_notes_below_an_empty_line() -> None:
    body = "Forskning 2021\n\ndel;Tid;verdi\na;2021;1,5*\n\nKilde: SSB\n"

    assert dict(read_csv(body.encode(), columns_of(SMALL)).cells) == {("a", "2021"): Cell(Decimal("1.5"), "*")}


def test_a_short_last_row_is_a_cut_file_and_no_note() -> None:
    assert _reason("del;Tid;verdi\na;2021;1\nb;20") == "ROW_WIDTH"
    assert _reason("del;Tid;verdi\na;2021;1\nb") == "ROW_WIDTH"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "EMPTY"),
        ("del;Tid;verdi\n", "EMPTY_VALUE"),
        ("del;Tid\na;2021\n", "HEADER_MISSING"),
        ("del;Tid;verdi;ny\na;2021;1;2\n", "COLUMN_UNKNOWN"),
        ("del;Tid;verdi;verdi\na;2021;1;2\n", "COLUMN_TWICE"),
        ("del;Tid;verdi\na;2021;1;2\n", "ROW_WIDTH"),
        ("del;Tid;verdi;\na;2021;1;2\n", "COLUMN_UNKNOWN"),
        ("del;Tid;verdi\na;2021;1\na;2021;2\n", "ROW_TWICE"),
        ("del;Tid;verdi\n;2021;1\n", "CODE_MISSING"),
        ("del;Tid;verdi\na;2021;4.351\n", "NUMBER_UNREADABLE"),
        ("del;Tid;verdi\na;2021;en\n", "NUMBER_UNREADABLE"),
        ("del;Tid;verdi\na;2021;4 35,1\n", "NUMBER_UNREADABLE"),
        ("del;Tid;verdi\na;2021;²\n", "NUMBER_UNREADABLE"),
        ("del;Tid;verdi\na;2021;" + "9" * 60 + "\n", "NUMBER_OUT_OF_RANGE"),
        ('del;Tid;verdi\n"a;2021;1\n', "NOT_CSV"),
        ("del;Tid;verdi\na\x00;2021;1\n", "CONTROL_CHARACTER"),
    ],
)
def test_it_refuses_what_has_shifted(text: str, reason: str) -> None:
    assert _reason(text) == reason


def test_it_refuses_a_column_of_periods_that_is_none() -> None:
    assert _reason("del;2021;Merknad\na;1;2\n", {"del": "dimension", "*": "period"}) == "COLUMN_UNKNOWN"


def test_it_refuses_two_units_for_one_figure() -> None:
    declared = {"del": "dimension", "Tid": "time", "verdi": "value", "enhet": "unit:del"}

    assert _reason("del;Tid;verdi;enhet\na;2020;1;kr\na;2021;1;mill. kr\n", declared) == "WORDS_DIFFER"


@pytest.mark.parametrize(
    "declared",
    [
        {"del": "dimension"},
        {"del": "kolonne", "verdi": "value"},
        {"del": "label", "verdi": "value"},
        {"del": "label:verdi", "verdi": "value"},
        {"del": "dimension:x", "verdi": "value"},
        {"verdi": "value", "*": "period"},
        {"Tid": "time", "*": "period"},
        {"Tid": "time", "år": "time", "verdi": "value"},
    ],
)
def test_a_declaration_that_makes_no_table_is_refused(declared: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match="columns"):
        columns_of(declared)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021¹", Heading("2021")),
        ("2023*", Heading("2023", provisional=True)),
        ("2023¹*", Heading("2023", provisional=True)),
        ("2021 1)", Heading("2021")),
        ("Utgifter (mill. kr)", Heading("Utgifter (mill. kr)")),
        (" to\u00a0 ord ", Heading("to ord")),
        ("*", Heading("*")),
        ("2021¹ 2) 13)*", Heading("2021", provisional=True)),
        ("2021 113)", Heading("2021 113)")),
    ],
)
def test_it_takes_footnote_marks_off_a_heading(text: str, expected: Heading) -> None:
    assert heading(text) == expected


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
def test_it_reads_what_excel_saves_as_unicode_text(order: str) -> None:
    body = "\ufeffdel\tTid\tverdi\r\nØst\t2024\t1 234,5\r\n".encode(order)

    table = read_csv(body, columns_of(SMALL), decimal=",")

    assert dict(table.cells) == {("Øst", "2024"): Cell(Decimal("1234.5"))}


def test_a_figure_that_is_missing_is_known_by_its_mark_alone() -> None:
    body = b"del;Tid;verdi;merke\na;2024;1;p\na;2025;;:\n"

    table = read_csv(body, columns_of({**SMALL, "merke": "flag"}))

    assert dict(table.cells) == {("a", "2024"): Cell(Decimal(1), "p"), ("a", "2025"): Cell(None, ":")}


@pytest.mark.timeout(60)
def test_marks_without_end_that_end_in_a_word_are_soon_read() -> None:
    text = "¹" * 400_000 + "x"

    assert heading(text) == Heading(text)
    assert heading("x" + "*" * 400_000) == Heading("x", provisional=True)
