"""From choices on a described table to the catalogue's query, in the words of each kind of source."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from campaigns.catalogue.proposal import Extent, Pick, cells_of, first_pick, proposed
from campaigns.errors import InvalidInput
from campaigns.sources.adapters import adapter_for
from campaigns.sources.description import Axis, Choice, Description, read_description
from campaigns.sources.source import Source, SourceKind
from campaigns.sources.table_address import TablePlace

ZONE = ZoneInfo("Europe/Oslo")
REGION = Axis(id="Region", label="region", choices=tuple(Choice(str(n), f"Sted {n}") for n in range(2000)))
SEX = Axis(id="Kjonn", label="kjønn", choices=(Choice("1", "Menn"), Choice("2", "Kvinner"), Choice("9", "Begge kjønn")))
YEARS = Axis(id="Tid", label="år", choices=tuple(Choice(str(y), str(y)) for y in range(1990, 2025)), is_time=True)
TABLE = Description(label="Tabell", source="", axes=(REGION, SEX, YEARS))


def place(kind: str) -> TablePlace:
    return TablePlace(kind=SourceKind(kind), url="https://x.no/api", described_at="https://x.no", query={"table": "1"})


def picks(region: Extent = Extent.ONE, sex: Extent = Extent.ONE) -> dict[str, Pick]:
    return {"Region": Pick(extent=region, code="3"), "Kjonn": Pick(extent=sex, code="1", codes=("2",))}


@pytest.mark.parametrize(
    ("kind", "newest", "selection"),
    [
        ("pxweb2", None, {"Region": ["3"], "Kjonn": ["1", "2"], "Tid": ["*"]}),
        ("pxweb1", 5, {"Region": ["3"], "Kjonn": ["1", "2"], "Tid": ["top(5)"]}),
        ("fhi", 5, {"Region": ["3"], "Kjonn": ["1", "2"], "Tid": ["newest(5)"]}),
        ("eurostat", 5, {"Region": ["3"], "Kjonn": ["1", "2"], "lastTimePeriod": ["5"]}),
        ("gho", None, {"Region": ["3"], "Kjonn": ["1", "2"]}),
    ],
)
def test_the_query_is_one_the_source_is_asked_by(kind: str, newest: int | None, selection: dict[str, Any]) -> None:
    found = proposed(place(kind), TABLE, picks(sex=Extent.SOME), newest)
    request = adapter_for(SourceKind(kind)).request(
        Source(id="x", kind=SourceKind(kind), url="https://x.no/api"), found.query
    )

    assert found.query["selection"] == selection
    assert found.slice == {"Region": "3", "Kjonn": "1"}
    assert request.url.startswith("https://x.no/api/")


def test_the_newest_at_fhi_are_held_to_the_year_the_table_reaches() -> None:
    assert proposed(place("fhi"), TABLE, picks(), 3).query["not_older_than"] == "2024"


def test_more_cells_than_a_source_hands_out_are_refused_with_the_number() -> None:
    many = Description(label="", source="", axes=(REGION, *(_named(SEX, f"K{n}") for n in range(3)), YEARS))
    everything = {axis.id: Pick(extent=Extent.ALL, code=axis.choices[0].code) for axis in many.axes}

    assert cells_of(many, everything, None) == 2000 * 27 * 35
    with pytest.raises(InvalidInput, match="1\u00a0890\u00a0000 celler"):
        proposed(place("pxweb2"), many, everything, None)


def _named(axis: Axis, name: str) -> Axis:
    return Axis(id=name, label=name, choices=axis.choices)


@pytest.mark.parametrize(
    ("pick", "told"),
    [
        (Pick(extent=Extent.ONE, code="77"), "Velg hva indikatoren viser"),
        (Pick(extent=Extent.LEFT_OUT, code="1"), "kan ikke utelates"),
        (Pick(extent=Extent.SOME, code="1", codes=("77",)), "finnes ikke i tabellen"),
    ],
)
def test_a_choice_the_table_does_not_have_is_told_at_its_place(pick: Pick, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as refused:
        proposed(place("pxweb2"), TABLE, {**picks(), "Kjonn": pick}, None)

    assert refused.value.field == "kode-1"


def test_the_total_stands_chosen_first_and_the_source_sums_where_it_can() -> None:
    assert first_pick(SEX) == Pick(extent=Extent.ONE, code="9")
    summed = Axis(id="Kjonn", label="kjønn", choices=SEX.choices, may_be_left_out=True)
    assert first_pick(summed).extent is Extent.LEFT_OUT


def test_fhi_describes_its_categories_as_a_tree() -> None:
    tree = {
        "dimensions": [
            {"code": "GEO", "label": "Geografi", "categories": [
                {"value": "03", "label": "Oslo", "children": [{"value": "0301", "label": "Oslo kommune"}]}]},
            {"code": "AAR", "label": "År", "categories": [{"value": "2020_2020", "label": "2020"}]},
        ]
    }  # fmt: skip
    found = read_description(SourceKind.FHI, json.dumps(tree).encode(), zone=ZONE)

    assert [choice.code for choice in found.axes[0].choices] == ["03", "0301"]
    assert found.time is found.axes[1]
