"""What a pasted address points to: judged by its form alone."""

import pytest

from campaigns.errors import InvalidInput
from campaigns.sources.source import SourceKind
from campaigns.sources.table_address import place_of


@pytest.mark.parametrize(
    ("address", "kind", "base", "query"),
    [
        (
            "https://www.ssb.no/statbank/table/09429/tableViewLayout1/",
            "pxweb2", "https://data.ssb.no/api/pxwebapi/v2", {"table": "09429"},
        ),
        (
            "https://www.ssb.no/en/statbank/table/09429",
            "pxweb2", "https://data.ssb.no/api/pxwebapi/v2", {"table": "09429", "language": "en"},
        ),
        ("www.ssb.no/statbank/table/09429", "pxweb2", "https://data.ssb.no/api/pxwebapi/v2", {"table": "09429"}),
        (
            "https://data.ssb.no/api/pxwebapi/v2/tables/07459/data?lang=no&outputFormat=json-stat2",
            "pxweb2", "https://data.ssb.no/api/pxwebapi/v2", {"table": "07459"},
        ),
        ("https://data.ssb.no/api/v0/no/table/07459", "pxweb1", "https://data.ssb.no/api/v0", {"table": "07459"}),
        (
            "https://stat.example.no/api/v1/nb/Helse/studier/T1.px",
            "pxweb1", "https://stat.example.no/api/v1", {"url": "https://stat.example.no/api/v1/nb/Helse/studier/T1.px"},
        ),
        (
            "https://stat.example.no/pxweb/nb/Helse/Helse__studier/T1.px/",
            "pxweb1", "https://stat.example.no/pxweb/api/v1",
            {"url": "https://stat.example.no/pxweb/api/v1/nb/Helse/studier/T1.px"},
        ),
        (
            "https://statistikk-data.fhi.no/api/open/v1/nokkel/Table/185/data",
            "fhi", "https://statistikk-data.fhi.no/api/open/v1/nokkel", {"table": "185"},
        ),
        (
            "https://ec.europa.eu/eurostat/databrowser/view/hlth_rs_prs2/default/table?lang=en",
            "eurostat", "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0", {"table": "HLTH_RS_PRS2"},
        ),
        ("https://ghoapi.azureedge.net/api/WHOSIS_000001", "gho", "https://ghoapi.azureedge.net/api",
         {"table": "WHOSIS_000001"}),
        ("https://example.no/tall/studier.PX", "px", "https://example.no/tall/studier.PX", {}),
        ("https://example.no/tall/studier.xlsx?v=2", "xlsx", "https://example.no/tall/studier.xlsx?v=2", {}),
        ("https://example.no/statistikk", None, "https://example.no/statistikk", {}),
    ],
)  # fmt: skip
def test_an_address_says_which_table_it_is(address: str, kind: str | None, base: str, query: dict[str, str]) -> None:
    place = place_of(address)

    assert (place.kind, place.url, place.query) == (SourceKind(kind) if kind else None, base, query)


@pytest.mark.parametrize("address", ["", "   ", "ftp://example.no/x.px", "https://", "https://x y.no", "https://[::1"])
def test_what_is_no_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        place_of(address)

    assert refused.value.field == "adresse"


def test_a_person_who_knows_better_than_the_form_is_heard() -> None:
    assert place_of("https://example.no/hent?id=3", kind=SourceKind.CSV).kind is SourceKind.CSV
    with pytest.raises(InvalidInput, match="tables"):
        place_of("https://example.no/hent?id=3", kind=SourceKind.PXWEB2)
