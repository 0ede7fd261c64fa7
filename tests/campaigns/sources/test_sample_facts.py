"""What the documents state of the samples beside the figures themselves, family by family.

The figures are in the tests of each reader; the six answers of one table are judged in the tests of the indicators.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import key_figure_of
from campaigns.indicators.observations import Observation
from campaigns.sources.gho import read_gho
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.listing import Listed, read_listing
from campaigns.sources.paging import joined
from campaigns.sources.periods import parse_period
from campaigns.sources.politeness import Rate, rate_of
from campaigns.sources.px import read_px
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table import Cell, Table

ANSWERS = "synthetic/ho21-ressursbruk-"


@pytest.fixture
def folder(samples: Path) -> Path:
    return samples / "sources"


def _read(folder: Path, name: str) -> Table:
    return read_jsonstat((folder / name).read_bytes())


def _flags(table: Table) -> int:
    return sum(bool(cell.flag) for cell in table.cells.values())


def test_jsonstat_a_stock_in_whole_persons_that_goes_on(folder: Path) -> None:
    table = _read(folder, "jsonstat/scb-TAB6471-folkmangd.json")

    assert not table.discontinued  # it says null
    assert all(cell.value is not None and cell.value == int(cell.value) for cell in table.cells.values())


def test_jsonstat_a_scale_that_only_the_label_tells(folder: Path) -> None:
    table = _read(folder, "jsonstat/dst-HISB3-v1.json")

    assert [category.label[-8:] for category in table.dimensions[0].categories] == ["(i 1000)"] * 3
    assert [category.unit for category in table.dimensions[0].categories] == [""] * 3
    assert table.dimensions[1].categories[0].unit == "Antal"


def test_jsonstat_labels_are_kept_as_they_came(folder: Path) -> None:
    geo = _read(folder, "jsonstat/eurostat-demo_gind-2024.json").dimensions[2]

    assert next(category.label for category in geo.categories if category.code == "TR") == "TÃ¼rkiye"


def test_jsonstat_two_measures_in_two_units(folder: Path) -> None:
    canada = _read(folder, "jsonstat/jsonstat-canada.json")
    states = _read(folder, "jsonstat/jsonstat-us-gsp.json")

    assert [category.unit for category in canada.dimensions[3].categories] == ["thousands of persons", "%"]
    assert states.cell(year="2013", state="06", concept="gsp").value == Decimal(2080600)
    assert [category.unit for category in states.dimensions[2].categories] == ["million", "%", "million", "$"]


def test_jsonstat_nine_decimals_are_nine_decimals(folder: Path) -> None:
    table = _read(folder, "jsonstat/jsonstat-oecd.json")

    assert str(table.cell(concept="UNR", area="NO", year="2014").value) == "3.003021166"
    assert len(table.dimensions[1].categories) == 36  # the hierarchy of areas adds none and takes none away


def test_jsonstat_a_source_that_is_null_has_no_name(folder: Path) -> None:
    assert _read(folder, "jsonstat/fhi-befolkningsvekst-docs.json").source == ""


def test_jsonstat_every_case_of_the_validator_is_tried(folder: Path) -> None:
    cases: list[dict[str, Any]] = json.loads((folder / "malformed/jsonstat-validator-cases.json").read_bytes())
    kinds = [case["id"].split("/")[0] for case in cases]
    codes = [code for case in cases for code in case["expected"].get("codes", ())]

    assert (len(cases), kinds.count("valid"), kinds.count("invalid")) == (20, 4, 16)
    assert len(set(codes)) == 16


def test_pxwebapi_a_page_of_the_list_and_one_entry_of_another(folder: Path) -> None:
    page = json.loads((folder / "pxwebapi2/scb-tables-page1.json").read_bytes())
    entry = json.loads((folder / "pxwebapi2/pxtools-table-TAB004.json").read_bytes())

    read = read_listing(SourceKind.PXWEB2, json.dumps({"tables": [entry]}).encode())

    assert read.tables == [Listed("TAB004", "2023-05-25T13:42:00Z", False)]
    assert page["page"]["totalElements"] == 4246
    assert [found.table for found in read_listing(SourceKind.PXWEB2, json.dumps(page).encode()).tables] == [
        found["id"] for found in page["tables"]
    ]
    assert {found["lastPeriod"] for found in page["tables"]} == {"2026M03"}
    assert parse_period(page["tables"][0]["firstPeriod"]).frequency == parse_period("2026M03").frequency


def test_pxwebapi_metadata_tells_when_the_next_figures_come(folder: Path) -> None:
    table = _read(folder, "pxwebapi2/pxtools-metadata-TAB003.json")
    px: Any = table.extension["px"]

    assert (table.size, len(table.cells)) == (2448, 0)
    assert datetime.fromisoformat(px["nextUpdate"]) == datetime(2024, 5, 25, 14, 13, tzinfo=UTC)
    assert table.time is not None
    assert table.time.codes == ("2010", "2012", "2014", "2016")


def test_pxwebapi_what_a_bank_allows_is_more_than_twice_what_is_asked_of_it(folder: Path) -> None:
    told = json.loads((folder / "pxwebapi2/scb-config.json").read_bytes())
    allowed = Rate(told["maxCallsPerTimeWindow"], told["timeWindow"])

    asked = rate_of(Source(id="scb", kind=SourceKind.PXWEB2, url="https://statistikdatabasen.example/api/v2"), allowed)

    assert (told["maxDataCells"], allowed.per_second, told["defaultLanguage"]) == (150_000, 3, "sv")
    assert asked.per_second <= allowed.per_second / 2


def test_px_waste_grew_by_seventy_per_cent_in_two_years(folder: Path) -> None:
    table = read_px((folder / "px/TAB003-waste-latin1.px").read_bytes())
    total = {"TREATMENT_CAT": "90", "WASTE_CAT": "TOT", "ContentsCode": "WasteNonHazard"}
    before, after = (table.cell(**total, TIME=year).value for year in ("2014", "2016"))

    assert before is not None
    assert after is not None
    assert round((after / before - 1) * 100, 1) == Decimal("70.4")


def test_px_emissions_end_in_a_long_run_of_nothing(folder: Path) -> None:
    table = read_px((folder / "px/TAB004-emissions-latin1.px").read_bytes())
    places = list(table.positions())

    assert {table.cells[place] for place in places[-84:]} == {Cell(None, "..")}
    assert table.cells[places[-85]].value is not None
    assert table.dimensions[2].categories[0].unit == "Device varies with the subject"


@pytest.mark.parametrize(
    ("name", "cells", "flags"),
    [("1-first", 48, 1), ("2-new-period", 60, 1), ("3-revision", 60, 1), ("5-empty-new-period", 72, 13)],
)
def test_synthetic_the_answers_of_one_table_have_so_many_cells(folder: Path, name: str, cells: int, flags: int) -> None:
    table = _read(folder, f"{ANSWERS}{name}.json")

    assert (table.size, _flags(table)) == (cells, flags)
    assert table.cell(Type="02", ContentsCode="Andel", Tid="2015") == Cell(None, ":")


def test_synthetic_the_third_has_a_note_and_the_fourth_another_label_and_date(folder: Path) -> None:
    second, third, fourth = (
        _read(folder, f"{ANSWERS}{name}.json") for name in ("2-new-period", "3-revision", "4-no-change")
    )

    assert len(third.notes) == len(second.notes) + 1
    assert third.label != fourth.label
    assert third.updated is not None
    assert fourth.updated is not None
    assert third.updated < fourth.updated


def test_synthetic_the_sixth_is_zero_in_all_of_2021(folder: Path) -> None:
    table = _read(folder, f"{ANSWERS}6-prerelease-zeros.json")

    assert [cell.value for codes, cell in table.cells.items() if "2021" in codes] == [Decimal(0)] * 12


def test_synthetic_life_expectancy_rose_by_a_tenth(folder: Path) -> None:
    table = read_gho(joined([(folder / f"synthetic/gho-page{number}.json").read_bytes() for number in (1, 2)]))
    row = {"IndicatorCode": "WHOSIS_000001", "SpatialDim": "NOR", "Dim1": "SEX_BTSX"}
    series = [
        Observation(parse_period(year), cell.value, cell.flag, year, cell.value)
        for year, cell in ((year, table.cell(**row, TimeDim=year)) for year in ("2020", "2021", "2022"))
    ]

    figure = key_figure_of(Indicator(id="x", dataset_id=1, change=ChangeKind.ABSOLUTE), series)

    assert figure is not None
    assert figure.change is not None
    assert (figure.period, round(figure.change, 1)) == ("2021", Decimal("0.1"))
