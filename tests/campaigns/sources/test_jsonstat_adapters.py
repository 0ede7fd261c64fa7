"""How PxWebApi 1, FHI and Eurostat want to be asked, and what they send that is no table."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from campaigns.errors import InvalidInput
from campaigns.sources.adapter import SourceRequest
from campaigns.sources.adapters import adapter_for
from campaigns.sources.pxweb1 import read_variables
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind

SSB1 = Source(id="ssb1", kind=SourceKind.PXWEB1, url="https://data.ssb.no/api/v0")
FHI = Source(id="fhi", kind=SourceKind.FHI, url="https://statistikk-data.fhi.no/api/open/v1/nokkel/")
EUROSTAT = Source(
    id="eurostat", kind=SourceKind.EUROSTAT, url="https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0"
)


def _ask(source: Source, **query: Any) -> SourceRequest:
    return adapter_for(source.kind).request(source, query)


def test_pxweb1_is_posted_to_the_table_with_the_format_named() -> None:
    selection = {"Tid": ["top(3)"], "Kjonn": ["*"], "Region": ["0301", "0301"], "Alder": ["agg:Ti", "0-9"]}

    request = _ask(SSB1, table="07459", selection=selection)

    assert request == SourceRequest(
        "https://data.ssb.no/api/v0/no/table/07459",
        {
            "query": [
                {"code": "Tid", "selection": {"filter": "top", "values": ["3"]}},
                {"code": "Kjonn", "selection": {"filter": "all", "values": ["*"]}},
                {"code": "Region", "selection": {"filter": "item", "values": ["0301"]}},
                {"code": "Alder", "selection": {"filter": "agg:Ti", "values": ["0-9"]}},
            ],
            "response": {"format": "json-stat2"},
        },
    )


def test_pxweb1_elsewhere_is_posted_to_the_tables_own_address() -> None:
    url = "https://api.scb.se/OV0104/v1/doris/sv/ssd/BE/BE0101/Tabell"

    assert _ask(SSB1, url=url, selection={"Tid": ["2021"]}).url == url
    assert _ask(SSB1, url=url).payload is None


def test_pxweb1_is_not_asked_for_more_codes_than_it_takes() -> None:
    with pytest.raises(InvalidInput, match="50000"):
        _ask(SSB1, table="1", selection={"Region": [str(number) for number in range(50_001)]})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"title": "T", "variables": []}', "METADATA_ONLY"),
        (b'[{"id": "be", "type": "l", "text": "Befolkning"}]', "NAVIGATION"),
        (b'{"columns": [], "comments": [], "data": []}', "PX_JSON"),
        (b"<html>", "NOT_JSON"),
    ],
)
def test_pxweb1_may_send_what_is_no_data(body: bytes, reason: str) -> None:
    with pytest.raises(PayloadRefused) as refused:
        adapter_for(SourceKind.PXWEB1).read(body, SSB1, {})

    assert refused.value.reason == reason


def test_pxweb1_describes_a_table() -> None:
    title, (sex, time) = read_variables(
        b'{"title": "Folk", "variables": [{"code": "Kjonn", "text": "kj\xc3\xb8nn", "values": ["1", "2"],'
        b' "valueTexts": ["Menn", "Kvinner"], "elimination": true},'
        b' {"code": "Tid", "text": "\xc3\xa5r", "values": ["2021"], "valueTexts": ["2021"], "time": true}]}'
    )

    assert (title, sex.label, sex.values[1], sex.can_be_left_out) == ("Folk", "kjønn", ("2", "Kvinner"), True)
    assert (time.is_time, time.can_be_left_out) == (True, False)


def test_fhi_is_asked_for_every_dimension_with_the_newest_at_the_bottom() -> None:
    selection = {"GEO": ["0"], "AAR": ["newest(3)"], "MEASURE_TYPE": ["*"]}

    request = _ask(FHI, table="186", selection=selection, not_older_than="2023")

    assert request.url == "https://statistikk-data.fhi.no/api/open/v1/nokkel/table/186/data"
    assert request.payload == {
        "dimensions": [
            {"code": "GEO", "filter": "item", "values": ["0"]},
            {"code": "AAR", "filter": "bottom", "values": ["3"]},
            {"code": "MEASURE_TYPE", "filter": "all", "values": ["*"]},
        ],
        "response": {"format": "json-stat2", "maxRowCount": 800_000},
    }


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"selection": {"AAR": ["top(3)"]}}, "motsatte"),
        ({"selection": {"AAR": ["newest(3)"]}}, "not_older_than"),
        ({"selection": {"AAR": ["*"], "aar": ["*"]}}, "én gang"),
        ({}, "selection"),
    ],
)
def test_fhi_is_not_asked_what_it_would_misunderstand(query: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        _ask(FHI, table="186", **query)


def test_fhi_figures_older_than_expected_are_refused(samples: Path) -> None:
    body = (samples / "sources/jsonstat/fhi-befolkningsvekst-docs.json").read_bytes()
    read = adapter_for(SourceKind.FHI).read

    table = read(body, FHI, {"not_older_than": "2021_2021"})

    assert table.time is not None
    assert table.time.id == "AAR"
    assert [cell.value for cell in table.cells.values()] == [Decimal(each) for each in (3516, 2817, 11219, 16846)]
    with pytest.raises(PayloadRefused, match="PERIOD_TOO_OLD"):
        read(body, FHI, {"not_older_than": "2022"})


def test_eurostat_is_asked_with_repeated_filters() -> None:
    request = _ask(EUROSTAT, table="demo_gind", selection={"geo": ["NO", "EL"], "sinceTimePeriod": ["2015"]})

    assert request == SourceRequest(
        f"{EUROSTAT.url}/data/demo_gind?format=JSON&lang=EN&geo=NO&geo=EL&sinceTimePeriod=2015"
    )


def test_eurostat_is_read_without_roles(samples: Path) -> None:
    body = (samples / "sources/jsonstat/eurostat-demo_gind-2024.json").read_bytes()

    table = adapter_for(SourceKind.EUROSTAT).read(body, EUROSTAT, {"not_older_than": "2024"})

    assert sum(cell.value is not None for cell in table.cells.values()) == 73
    assert table.cell(freq="A", indic_de="JAN", geo="NO", time="2024").value == 5550203


def test_eurostat_says_when_the_data_changed_where_the_answer_does_not(samples: Path) -> None:
    document = json.loads((samples / "sources/jsonstat/eurostat-demo_gind-2024.json").read_bytes())
    del document["updated"]

    table = adapter_for(SourceKind.EUROSTAT).read(json.dumps(document).encode(), EUROSTAT, {})

    assert table.updated == datetime(2024, 11, 8, 22, tzinfo=UTC)


@pytest.mark.parametrize("kind", [SourceKind.PXWEB1, SourceKind.EUROSTAT, SourceKind.FHI])
def test_a_table_must_be_named(kind: SourceKind) -> None:
    source = Source(id="x", kind=kind, url="https://stat.example/api")

    with pytest.raises(InvalidInput, match="«table»"):
        _ask(source, selection={"Tid": ["2021"]})
