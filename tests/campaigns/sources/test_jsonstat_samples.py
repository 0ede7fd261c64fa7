"""Every fact the documents state about the real JSON-stat payloads."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Cell, Role, Table


def _read(samples: Path, name: str) -> Table:
    return read_jsonstat((samples / "sources" / name).read_bytes())


def _sizes(table: Table) -> list[int]:
    return [len(dimension.categories) for dimension in table.dimensions]


def _at(table: Table, position: int) -> Cell:
    return table.cells.get(list(table.positions())[position], Cell())


def test_it_reads_a_real_pxwebapi_answer(samples: Path) -> None:
    table = _read(samples, "jsonstat/scb-TAB6471-folkmangd.json")

    assert _sizes(table) == [21, 11, 3, 1, 4]
    assert table.size == len(table.cells) == 2772
    first = {"Region": "01", "Alder": "0-9", "Kon": "TotSa", "ContentsCode": "000007SF"}
    assert table.cell(**first, Tid="2026M04") == _at(table, 3) == Cell(Decimal(251635))
    assert table.cell(**first, Tid="2026M03").value == Decimal(249358)
    assert table.cell(Region="25", Alder="100+10", Kon="2", ContentsCode="000007SF", Tid="2026M04").value == Decimal(54)
    assert _at(table, 2771).value == Decimal(54)
    assert table.updated == datetime(2026, 6, 8, 6, tzinfo=UTC)
    assert [dimension.role for dimension in table.dimensions] == [None, None, None, Role.METRIC, Role.TIME]
    assert table.dimensions[3].categories[0].unit == "antal"
    assert [note.mandatory for note in table.notes if note.dimension is None] == [True] * 4
    assert [note.mandatory for note in table.notes if note.dimension == "Alder"] == [True]


def test_it_reads_a_bundle_of_version_one(samples: Path) -> None:
    table = _read(samples, "jsonstat/scb-dodsorsak-norrbotten-v1.json")
    women = {"Region": "25", "Dodsorsak": "23-28", "Alder": "85-89", "ContentsCode": "HS0301A1"}

    assert _sizes(table) == [1, 1, 20, 2, 1, 28]
    assert sum(cell.value or 0 for cell in table.cells.values()) == 38425
    assert table.cell(**women, Kon="2", Tid="1996") == _at(table, 1063) == Cell(Decimal(181))
    assert table.cell(**women, Kon="1", Tid="1969") == _at(table, 1008) == Cell(Decimal(60))
    assert _at(table, 1119).value == Decimal(137)
    assert table.dimensions[4].categories[0].unit == "antal"
    assert table.warnings[0].startswith("BUNDLE_DEPRECATED")
    assert "Döda efter region" in table.label


def test_it_reads_sparse_values_without_roles(samples: Path) -> None:
    table = _read(samples, "jsonstat/eurostat-demo_gind-2024.json")
    january = {"freq": "A", "indic_de": "JAN", "time": "2024"}

    assert _sizes(table) == [1, 28, 59, 1]
    assert sum(cell.value is not None for cell in table.cells.values()) == 73
    assert sum(bool(cell.flag) for cell in table.cells.values()) == 45
    assert table.cell(**january, geo="NO") == _at(table, 747) == Cell(Decimal(5550203))
    assert table.cell(**january, geo="EU27_2020") == _at(table, 708) == Cell(Decimal(449206579), "ep")
    assert table.cell(**january, geo="FR") == _at(table, 723)
    assert table.cell(**january, geo="FR").flag == "p"
    assert table.updated == datetime(2024, 11, 8, 22, tzinfo=UTC)
    assert table.dimensions[2].codes[0] == "EU27_2020"
    assert table.time is not None
    assert table.time.id == "time"


def test_it_keeps_the_extension_with_the_dates_of_a_structure_change(samples: Path) -> None:
    annotations: Any = _read(samples, "jsonstat/eurostat-demo_gind-2024.json").extension["annotation"]

    dates = {annotation["type"]: annotation.get("date") for annotation in annotations}

    assert dates["UPDATE_STRUCTURE"] == "2024-10-17T11:00:00+0200"


def test_it_reads_codes_with_letters_and_signs(samples: Path) -> None:
    table = _read(samples, "jsonstat/dst-HISB3-v1.json")

    assert _sizes(table) == [3, 1, 2]
    assert table.dimensions[0].id == "BEVÆGELSE"
    assert table.dimensions[0].codes == ("M+K", "M", "K")
    assert table.cell(BEVÆGELSE="K", ContentsCode="HISB3", Tid="2023") == _at(table, 5) == Cell(Decimal(2984))


def test_it_reads_a_constant_dimension_without_an_index(samples: Path) -> None:
    table = _read(samples, "jsonstat/jsonstat-oecd.json")

    assert _sizes(table) == [1, 36, 12]
    assert table.cell(concept="UNR", area="NO", year="2014") == _at(table, 287) == Cell(Decimal("3.003021166"), "e")
    assert table.cell(concept="UNR", area="NO", year="2011") == _at(table, 284) == Cell(Decimal("3.212318473"))
    assert sum(bool(cell.flag) for cell in table.cells.values()) == 72
    assert {cell.flag for codes, cell in table.cells.items() if codes[2] in {"2013", "2014"}} == {"e"}


def test_a_status_list_of_one_counts_for_every_cell(samples: Path) -> None:
    table = _read(samples, "jsonstat/jsonstat-canada.json")

    assert _sizes(table) == [1, 1, 20, 2, 3]
    assert table.cell(country="CA", year="2012", age="T", concept="POP", sex="T") == Cell(Decimal("34880.5"), "a")
    assert _at(table, 3) == Cell(Decimal("100.0"), "a")
    assert [cell.flag for cell in table.cells.values()] == ["a"] * 120


def test_it_keeps_values_that_are_words(samples: Path) -> None:
    table = _read(samples, "jsonstat/jsonstat-order.json")

    assert _sizes(table) == [3, 2, 4]
    assert table.cell(A="2", B="1", C="3") == _at(table, 10) == Cell(None, "", "A2B1C3")
    assert table.time is None


def test_it_reads_two_measures_with_their_own_units(samples: Path) -> None:
    table = _read(samples, "jsonstat/jsonstat-us-gsp.json")

    assert _sizes(table) == [1, 51, 4]
    assert _at(table, 16).value == Decimal(2080600)
    assert _at(table, 17).value == Decimal("13.34")
    units = {category.code: category.unit for category in table.dimensions[2].categories}
    assert units["gsp"] == "million"


def test_it_finds_the_time_of_an_fhi_answer_with_null_roles(samples: Path) -> None:
    table = _read(samples, "jsonstat/fhi-befolkningsvekst-docs.json")
    rest = {"KJONN": "0", "ALDER": "0", "MEASURE_TYPE": "BEFVEKST_ANT"}

    assert _sizes(table) == [2, 2, 1, 1, 1]
    assert table.time is not None
    assert table.time.id == "AAR"
    assert [table.cell(GEO="03", AAR=year, **rest).value for year in ("2020_2020", "2021_2021")] == [3516, 2817]
    assert [table.cell(GEO="30", AAR=year, **rest).value for year in ("2020_2020", "2021_2021")] == [11219, 16846]
    assert table.updated == datetime(2022, 12, 20, 11, 44, 58, 770632, tzinfo=UTC)
    assert {cell.flag for cell in table.cells.values()} == {""}


def test_metadata_is_not_a_table_that_lost_its_values(samples: Path) -> None:
    table = _read(samples, "pxwebapi2/pxtools-metadata-TAB003.json")

    assert table.metadata_only
    assert _sizes(table) == [9, 34, 2, 4]
    assert table.updated == datetime(2023, 5, 25, 14, 13, tzinfo=UTC)
    assert "01.4,02,03.1" in table.dimensions[1].codes
    assert [category.unit for category in table.dimensions[2].categories] == [
        "tonnes · Dummy baseperiod for waste sm",
        "tonnes · Dummy baseperiod for NON haz",
    ]
    assert table.warnings[0].startswith("METADATA_ONLY")


def test_a_commented_file_is_refused_with_its_line(samples: Path) -> None:
    with pytest.raises(PayloadRefused) as refused:
        _read(samples, "malformed/ssb-03024-commented.json")

    assert refused.value.reason == "NOT_JSON"
    assert "linje 9" in refused.value.detail


def test_fewer_sizes_than_dimensions_are_refused(samples: Path) -> None:
    with pytest.raises(PayloadRefused) as refused:
        _read(samples, "malformed/ons-QS104EW-id-size-mismatch.json")

    assert refused.value.reason == "ID_SIZE_LEN_MISMATCH"


def _validator_cases() -> list[str]:
    return [
        "value-len-mismatch", "id-size-len-mismatch", "dim-key-id-mismatch", "sparse-key-out-of-range",
        "role-id-unknown", "status-len-mismatch", "index-count-mismatch", "index-positions-invalid",
        "label-key-unknown", "unit-key-unknown", "coord-key-unknown", "note-key-unknown", "child-id-unknown",
        "child-cycle",
    ]  # fmt: skip


def _case(samples: Path, name: str) -> dict[str, Any]:
    cases = json.loads((samples / "sources/malformed/jsonstat-validator-cases.json").read_bytes())
    found: dict[str, Any] = next(case for case in cases if case["id"] == name)
    return found


@pytest.mark.parametrize("name", _validator_cases())
def test_it_refuses_what_the_validator_refuses_by_the_same_name(samples: Path, name: str) -> None:
    case = _case(samples, f"invalid/{name}")

    with pytest.raises(PayloadRefused) as refused:
        read_jsonstat(json.dumps(case["input"]).encode())

    assert [refused.value.reason] == case["expected"]["codes"]


@pytest.mark.parametrize("name", ["minimal-dataset", "sparse-dataset", "collection-embedded", "hierarchy"])
def test_it_reads_what_the_validator_passes(samples: Path, name: str) -> None:
    table = read_jsonstat(json.dumps(_case(samples, f"valid/{name}")["input"]).encode())

    assert table.cells


@pytest.mark.parametrize("name", ["metric-unit-missing", "bundle-deprecated"])
def test_it_reads_but_names_what_is_only_odd(samples: Path, name: str) -> None:
    case = _case(samples, f"invalid/{name}")

    table = read_jsonstat(json.dumps(case["input"]).encode())

    assert [warning.split(":")[0] for warning in table.warnings] == case["expected"]["codes"]
