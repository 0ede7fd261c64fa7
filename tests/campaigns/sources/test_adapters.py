"""How each kind of source is asked, and how its answer is read."""

import pytest

from campaigns.errors import InvalidInput
from campaigns.sources.adapters import SourceRequest, adapter_for
from campaigns.sources.source import Source, SourceKind


def _source(kind: SourceKind, url: str = "https://data.ssb.no/api/pxwebapi/v2") -> Source:
    return Source(id="ssb", kind=kind, url=url)


def test_it_posts_a_selection_to_pxweb_with_each_code_once() -> None:
    query = {"table": "07459", "selection": {"Tid": ["top(5)"], "Avfall": ["01.4,02,03.1", "TOT", "TOT"]}}

    request = adapter_for(SourceKind.PXWEB2).request(_source(SourceKind.PXWEB2), query)

    assert request == SourceRequest(
        "https://data.ssb.no/api/pxwebapi/v2/tables/07459/data?lang=no&outputFormat=json-stat2",
        {
            "selection": [
                {"variableCode": "Tid", "valueCodes": ["top(5)"]},
                {"variableCode": "Avfall", "valueCodes": ["01.4,02,03.1", "TOT"]},
            ]
        },
    )


def test_it_gets_a_plain_address_from_pxweb() -> None:
    url = "https://data.ssb.no/api/pxwebapi/v2/savedqueries/9/data?outputFormat=json-stat2"

    request = adapter_for(SourceKind.PXWEB2).request(_source(SourceKind.PXWEB2), {"url": url})

    assert request == SourceRequest(url)


def test_it_asks_for_a_table_when_the_query_names_none() -> None:
    with pytest.raises(InvalidInput, match="«table»"):
        adapter_for(SourceKind.PXWEB2).request(_source(SourceKind.PXWEB2), {})


def test_it_gets_a_jsonstat_document_from_its_address() -> None:
    source = _source(SourceKind.JSONSTAT, "https://stat.example/tabell.json")

    assert adapter_for(SourceKind.JSONSTAT).request(source, {}) == SourceRequest("https://stat.example/tabell.json")


def test_it_says_which_kinds_can_be_followed() -> None:
    with pytest.raises(InvalidInput, match="csv, eurostat, fhi, gho, jsonstat, page, push, px, pxweb1, pxweb2, xlsx"):
        adapter_for(SourceKind.FEED)
