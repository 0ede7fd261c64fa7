"""Every fact the documents state about the px files, and what a px file may not do."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from campaigns.indicators.state import state_of
from campaigns.sources.px import read_px
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Cell, Role, Table

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SMALL = """CHARSET="ANSI";
CODEPAGE="iso-8859-1";
LANGUAGE="no";
LANGUAGES="no","en";
CONTENTS="Utgifter; og # mer";
STUB="del";
HEADING="kvartal";
VALUES("del")="f\xf8rste","an"
"dre";
CODES("del")="01","02";
VALUES("kvartal")="1. kv. 2024","2. kv. 2024";
TIMEVAL("kvartal")=TLIST(Q1),"20241","20242";
LAST-UPDATED="20240701 08:00";
DATASYMBOL3="n.a.";
STUB[en]="part";
HEADING[en]="quarter";
VALUES[en]("part")="first","second";
DATA=
1 "-"
"..." -2.50
;
"""


def _read(samples: Path, name: str, language: str | None = None) -> Table:
    return read_px((samples / "sources/px" / name).read_bytes(), zone=STOCKHOLM, language=language)


def _at(table: Table, position: int) -> Cell:
    return table.cells.get(list(table.positions())[position], Cell())


def _sizes(table: Table) -> list[int]:
    return [len(dimension.categories) for dimension in table.dimensions]


def test_it_reads_biennial_waste_in_latin_1(samples: Path) -> None:
    table = _read(samples, "TAB003-waste-latin1.px")
    total = {"TREATMENT_CAT": "90", "WASTE_CAT": "TOT", "ContentsCode": "WasteNonHazard"}
    hazard = {"TREATMENT_CAT": "05", "WASTE_CAT": "01.4,02,03.1", "ContentsCode": "WasteHazard"}

    assert _sizes(table) == [9, 34, 2, 4]
    assert table.size == len(table.cells) == 2448
    assert sum(cell.flag == ".." for cell in table.cells.values()) == 18
    assert sum(cell.value is None for cell in table.cells.values()) == 18
    assert table.cell(**total, TIME="2014").value == 3273000
    assert table.cell(**total, TIME="2016") == _at(table, 2447) == Cell(Decimal(5578000))
    assert table.cell(**hazard, TIME="2016") == _at(table, 27) == Cell(Decimal(5820))
    assert table.time is not None
    assert table.time.codes == ("2010", "2012", "2014", "2016")
    assert table.updated == datetime(2023, 5, 25, 14, 13, tzinfo=UTC)
    assert table.extension["next-update"] == "20240525 16:13"
    assert table.label == "Disposal facilities"


def test_it_reads_each_contents_with_its_unit(samples: Path) -> None:
    contents = _read(samples, "TAB003-waste-latin1.px").dimensions[2]

    assert contents.role is Role.METRIC
    assert [found.unit for found in contents.categories] == [
        "tonnes · Dummy baseperiod for waste sm",
        "tonnes · Dummy baseperiod for NON haz",
    ]


def test_it_reads_emissions_with_a_quarter_missing(samples: Path) -> None:
    table = _read(samples, "TAB004-emissions-latin1.px")

    assert _sizes(table) == [14, 11, 1, 28]
    assert table.size == 4312
    assert sum(cell.value is None for cell in table.cells.values()) == 1103
    whole = {"SECTOR": "0.1", "GREENHOUSEGAS": "CO2-ekv.", "ContentsCode": "Emission"}
    assert table.cell(**whole, TIME="1990") == _at(table, 112) == Cell(Decimal(71304))
    assert table.cell(**whole, TIME="2017") == _at(table, 139) == Cell(Decimal(52660))
    assert _at(table, 3471).value == 445
    assert table.updated == datetime(2023, 5, 25, 13, 42, tzinfo=UTC)


def test_it_believes_the_bytes_before_the_declared_code_page(samples: Path) -> None:
    swedish = _read(samples, "tab4_fewcells-utf8.px", "sv")
    english = _read(samples, "tab4_fewcells-utf8.px")

    assert [cell.value for cell in swedish.cells.values()] == [Decimal(445)]
    assert [dimension.label for dimension in swedish.dimensions[2:]] == ["tabellinnehåll", "år"]
    assert swedish.dimensions[2].categories[0].label == "Ämne"
    assert state_of(swedish).canonical_hash == state_of(english).canonical_hash
    assert "PxcMeta" not in english.label


def test_it_keeps_no_contacts(samples: Path) -> None:
    table = _read(samples, "TAB003-waste-latin1.px")

    assert "Testsson" not in repr(table)


def test_it_reads_quotes_continued_strings_and_symbols() -> None:
    table = read_px(SMALL.encode("iso-8859-1"))

    assert table.label == "Utgifter; og # mer"
    assert [found.label for found in table.dimensions[0].categories] == ["første", "andre"]
    assert table.time is not None
    assert table.time.codes == ("2024Q1", "2024Q2")
    assert table.time.categories[0].label == "1. kv. 2024"
    assert dict(table.cells) == {
        ("01", "2024Q1"): Cell(Decimal(1)),
        ("01", "2024Q2"): Cell(None, "-"),
        ("02", "2024Q1"): Cell(None, "n.a."),
        ("02", "2024Q2"): Cell(Decimal("-2.50")),
    }
    assert table.updated == datetime(2024, 7, 1, 6, tzinfo=UTC)


def test_it_says_what_is_not_translated_in_the_files_own_language() -> None:
    table = read_px(SMALL.encode("iso-8859-1"), language="en")

    assert [dimension.id for dimension in table.dimensions] == ["del", "kvartal"]
    assert [dimension.label for dimension in table.dimensions] == ["part", "quarter"]
    assert [found.label for found in table.dimensions[0].categories] == ["first", "second"]
    assert table.time is not None
    assert table.time.categories[1].label == "2. kv. 2024"


def test_it_reads_an_old_file_without_a_character_set_as_dos() -> None:
    body = SMALL.split("\n", 2)[2].encode("cp850")

    assert read_px(body).dimensions[0].categories[0].label == "første"


def test_it_marks_a_note_that_must_be_printed() -> None:
    body = SMALL.replace("DATA=", 'NOTEX="Brudd#i 2024";\nVALUENOTE("del","andre")="Ny";\nDATA=').encode("iso-8859-1")

    notes = read_px(body).notes

    assert [(note.text, note.mandatory, note.dimension, note.code) for note in notes] == [
        ("Brudd\ni 2024", True, None, None),
        ("Ny", False, "del", "02"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("-2.50\n;", "-2.50\n", "DATA_CUT_SHORT"),
        ("-2.50\n;", "-2.50;\nTITLE", "DATA_CUT_SHORT"),
        ("-2.50\n;", ";", "VALUE_LEN_MISMATCH"),
        ("-2.50\n;", "3 4;", "VALUE_LEN_MISMATCH"),
        ("-2.50", "2,5", "DATA_CUT_SHORT"),
        ("-2.50", "NaN", "NUMBER_UNREADABLE"),
        ("-2.50", "9" * 50, "NUMBER_OUT_OF_RANGE"),
        ("DATA=", 'KEYS("del")=CODES;\nDATA=', "KEYS_MISMATCH"),
        ('"01","02"', '"01"', "VALUES_CODES_MISMATCH"),
        ('"01","02"', '"01","01"', "VALUES_CODES_MISMATCH"),
        ('HEADING="kvartal"', 'HEADING="del"', "ID_DUPLICATE"),
        ("CONTENTS=", "CONTENTS", "NOT_PX"),
        ("DATA=", 'NOTE="', "NOT_PX"),
        ("DATA=", "", "NOT_PX"),
    ],
)
def test_it_refuses_what_is_not_a_whole_px_file(old: str, new: str, reason: str) -> None:
    assert SMALL.count(old)

    with pytest.raises(PayloadRefused) as refused:
        read_px(SMALL.replace(old, new).encode("iso-8859-1"))

    assert refused.value.reason == reason
    assert refused.value.detail.endswith(".")


def test_it_refuses_a_language_the_file_does_not_speak() -> None:
    with pytest.raises(PayloadRefused, match=r"LANGUAGE_MISSING.*no, en"):
        read_px(SMALL.encode("iso-8859-1"), language="sv")


def test_it_refuses_more_cells_than_anybody_asks_for() -> None:
    codes = ",".join(f'"{number}"' for number in range(1000))
    wide = SMALL.replace('"01","02"', codes).replace('"f\xf8rste","an"\n"dre"', codes)
    wide = wide.replace('HEADING="kvartal"', 'HEADING="kvartal","x"').replace("DATA=", f'VALUES("x")={codes};\nDATA=')

    with pytest.raises(PayloadRefused, match="TOO_MANY_CELLS"):
        read_px(wide.encode("iso-8859-1"))


def test_a_dash_is_zero_only_where_the_file_says_what_stands_for_zero() -> None:
    silent = read_px(_two('"-" 5'))
    told = read_px(_two('"-" 5', 'DATASYMBOLNIL="-";'))

    assert silent.cell(del_="a") == Cell(None, "-")
    assert told.cell(del_="a") == Cell(Decimal(0), "-")


def test_six_dots_and_a_broken_sum_are_shown_as_the_file_tells() -> None:
    table = read_px(_two('"......" "......."', 'DATASYMBOL6="konf";DATASYMBOLSUM="*";'))

    assert [cell.flag for cell in table.cells.values()] == ["konf", "*"]


def _two(data: str, statements: str = "") -> bytes:
    text = f'CONTENTS="x";UNITS="n";STUB="del_";VALUES("del_")="a","b";{statements}DATA={data};'
    return text.encode()


KEYED = (
    'CONTENTS="x";UNITS="n";STUB="fylke","del";HEADING="år";VALUES("fylke")="Oslo","Viken";CODES("fylke")="03","30";'
    'VALUES("del")="a","b";VALUES("år")="2020","2021";TIMEVAL("år")=TLIST(A1),"2020","2021";'
    'KEYS("fylke")=CODES;KEYS("del")=VALUES;DATA={rows};'
)


def test_rows_with_keys_stand_where_they_say_and_those_left_out_are_zero() -> None:
    table = read_px(KEYED.format(rows='\n"30","a",1 2\n"03","b",3 ".."\n').encode())

    assert dict(table.cells) == {
        ("03", "a", "2020"): Cell(Decimal(0)),
        ("03", "a", "2021"): Cell(Decimal(0)),
        ("03", "b", "2020"): Cell(Decimal(3)),
        ("03", "b", "2021"): Cell(None, ".."),
        ("30", "a", "2020"): Cell(Decimal(1)),
        ("30", "a", "2021"): Cell(Decimal(2)),
        ("30", "b", "2020"): Cell(Decimal(0)),
        ("30", "b", "2021"): Cell(Decimal(0)),
    }


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ('"99","a",1 2', "KEYS_MISMATCH"),
        ('"03","a",1', "KEYS_MISMATCH"),
        ('"03",1 2', "KEYS_MISMATCH"),
        ("3 1 2 3", "KEYS_MISMATCH"),
        ('"03","a",1 2\n"03","a",1 2', "ROW_TWICE"),
    ],
)
def test_it_refuses_rows_with_keys_that_do_not_fit(rows: str, reason: str) -> None:
    with pytest.raises(PayloadRefused) as refused:
        read_px(KEYED.format(rows=rows).encode())

    assert refused.value.reason == reason
