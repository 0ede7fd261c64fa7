"""WHO's rows: pages, numbers beside their texts, and links that lead elsewhere."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from campaigns.errors import InvalidInput
from campaigns.sources.adapter import SourceRequest, newest_end
from campaigns.sources.gho import Gho, read_gho
from campaigns.sources.http import SourceClient
from campaigns.sources.paging import ask, joined, pages
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table import Role

WHO = Source(id="who", kind=SourceKind.GHO, url="https://ghoapi.azureedge.net/api/")
BOTH = {"IndicatorCode": "WHOSIS_000001", "SpatialDim": "NOR", "Dim1": "SEX_BTSX"}


def _pages(samples: Path) -> list[bytes]:
    return [(samples / f"sources/synthetic/gho-page{number}.json").read_bytes() for number in (1, 2)]


def _row(**changes: Any) -> dict[str, Any]:
    row = {"IndicatorCode": "X", "SpatialDim": "NOR", "TimeDimType": "YEAR", "TimeDim": 2021, "NumericValue": 1}
    return {**row, **changes}


def _body(*rows: dict[str, Any], **root: Any) -> bytes:
    return json.dumps({"value": rows, **root}).encode()


def test_it_reads_both_pages_as_one_table(samples: Path) -> None:
    table = Gho().read(joined(_pages(samples)), WHO, {})

    assert [len(page["value"]) for page in map(json.loads, _pages(samples))] == [3, 2]
    assert table.cell(**BOTH, TimeDim="2021").value == Decimal("82.91234")
    assert table.cell(**BOTH, TimeDim="2020").value == Decimal("82.8")
    assert table.cell(**BOTH, TimeDim="2022").value is None
    newest = newest_end(table)
    assert newest is not None
    assert newest.year == 2021
    assert table.updated == datetime(2024, 8, 2, 7, 43, 39, tzinfo=UTC)
    assert [dimension.role for dimension in table.dimensions] == [None, Role.GEO, None, Role.TIME]
    assert [dimension.label for dimension in table.dimensions[1:3]] == ["COUNTRY", "SEX"]


def test_the_first_page_alone_is_no_answer(samples: Path) -> None:
    first = _pages(samples)[0]

    assert [warning[:10] for warning in read_gho(first).warnings] == ["MORE_PAGES"]
    with pytest.raises(PayloadRefused, match="MORE_PAGES"):
        Gho().read(first, WHO, {})


def test_the_order_of_the_rows_means_nothing() -> None:
    rows = [_row(TimeDim=2020), _row(TimeDim=2021), _row(SpatialDim="SWE")]

    assert read_gho(_body(*rows)) == read_gho(_body(*reversed(rows)))


def test_it_follows_the_link_as_it_is_written(samples: Path) -> None:
    asked = SourceRequest("https://ghoapi.azureedge.net/api/WHOSIS_000001?$filter=SpatialDim%20eq%20%27NOR%27")

    onward = Gho().next_page(_pages(samples)[0], asked)

    assert onward is not None
    assert onward.url == f"{asked.url}&$skip=3"
    assert Gho().next_page(_pages(samples)[1], onward) is None


@pytest.mark.parametrize(
    "link",
    ["https://annet.example/api", "http://ghoapi.azureedge.net/api/X", "file:///etc/passwd", "https://[", 3, "/api/X"],
)
def test_it_follows_no_link_to_another_place(link: object) -> None:
    body = _body(_row(), **{"@odata.nextLink": link})

    assert Gho().next_page(body, SourceRequest("https://ghoapi.azureedge.net/api/X")) is None
    with pytest.raises(PayloadRefused, match="MORE_PAGES"):
        Gho().read(body, WHO, {})


def test_it_asks_with_a_filter_of_quoted_text() -> None:
    query = {"table": "WHOSIS_000001", "selection": {"SpatialDim": ["NOR", "CI'V"], "TimeDim": ["2021"]}}

    request = Gho().request(WHO, query)

    assert request.url == (
        "https://ghoapi.azureedge.net/api/WHOSIS_000001?$filter="
        "%28SpatialDim%20eq%20%27NOR%27%20or%20SpatialDim%20eq%20%27CI%27%27V%27%29%20and%20TimeDim%20eq%202021"
    )
    with pytest.raises(InvalidInput, match="selection"):
        Gho().request(WHO, {"table": "X", "selection": {"a eq 1 or b": ["2"]}})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (_body(_row(), _row()), "ROW_TWICE"),
        (_body(_row(NumericValue="82.9 [82.4-83.4]")), "NUMBER_UNREADABLE"),
        (_body(_row(NumericValue=True)), "NUMBER_UNREADABLE"),
        (_body(_row(TimeDim=None)), "TEXT_EXPECTED"),
        (_body(_row(SpatialDim=578)), "TEXT_EXPECTED"),
        (b'{"value": [1]}', "NOT_GHO"),
        (b'{"value": {}}', "NOT_GHO"),
        (_body(), "EMPTY_VALUE"),
        (_body(_row(NumericValue=None, Value="No data")), "EMPTY_VALUE"),
    ],
)
def test_it_refuses_rows_it_would_misread(body: bytes, reason: str) -> None:
    with pytest.raises(PayloadRefused) as refused:
        Gho().read(body, WHO, {})

    assert refused.value.reason == reason


def _client() -> SourceClient:
    return SourceClient(user_agent="Monitorposten/test (+https://monitor.example.no)", allowed_hosts=("localhost",))


def test_pages_over_http_are_kept_as_one_answer(httpserver: HTTPServer) -> None:
    first = _body(_row(), **{"@odata.nextLink": httpserver.url_for("/X?$skip=1")})
    second = _body(_row(TimeDim=2022))
    httpserver.expect_request("/X", query_string="$skip=1").respond_with_data(second, headers={"ETag": '"b"'})
    httpserver.expect_request("/X", query_string="").respond_with_data(first, headers={"ETag": '"a"'})

    response = ask(_client(), Gho(), SourceRequest(httpserver.url_for("/X")), validators={})

    assert [page.strip() for page in pages(response.body)] == [first, second]
    assert "etag" not in response.headers
    assert len(Gho().read(response.body, WHO, {}).cells) == 2


def test_a_page_that_fails_fails_the_whole_answer(httpserver: HTTPServer) -> None:
    first = _body(_row(), **{"@odata.nextLink": httpserver.url_for("/X?$skip=1")})
    httpserver.expect_request("/X", query_string="$skip=1").respond_with_data("", 503)
    httpserver.expect_request("/X", query_string="").respond_with_data(first)

    assert ask(_client(), Gho(), SourceRequest(httpserver.url_for("/X")), validators={}).status == 503


def test_one_page_is_kept_as_it_came(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/X").respond_with_data(_body(_row()), headers={"ETag": '"a"'})

    response = ask(_client(), Gho(), SourceRequest(httpserver.url_for("/X")), validators={})

    assert response.body == _body(_row())
    assert response.headers["etag"] == '"a"'
