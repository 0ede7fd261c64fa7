"""What JSON-stat may also look like, and what it must not: nothing crashes, nothing is guessed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Cell


def _dataset(**changes: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "class": "dataset",
        "id": ["Del", "Tid"],
        "size": [2, 2],
        "role": {"time": ["Tid"]},
        "dimension": {
            "Del": {"category": {"index": {"a": 0, "b": 1}}},
            "Tid": {"category": {"index": ["2019", "2021"]}},
        },
        "value": [1, 2, 3, 4],
        **changes,
    }


def _bytes(document: Any) -> bytes:
    return json.dumps(document).encode()


def _reason(body: bytes) -> str:
    with pytest.raises(PayloadRefused) as refused:
        read_jsonstat(body)
    assert refused.value.detail.endswith((".", "…"))
    return refused.value.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "NOT_JSON"),
        (b"<!DOCTYPE html><html></html>", "NOT_JSON"),
        (b'{"a": 1, "a": 2}', "DUPLICATE_KEY"),
        (b'{"value": [NaN]}', "NOT_A_NUMBER"),
        (b'{"value": [-Infinity]}', "NOT_A_NUMBER"),
        (b'{"value": [1e999]}', "NUMBER_OUT_OF_RANGE"),
        (b'{"value": [1e99999999999999999999]}', "NUMBER_OUT_OF_RANGE"),
        (b'{"value": [' + b"9" * 5000 + b"]}", "NUMBER_OUT_OF_RANGE"),
        (b"[" * 100_000, "TOO_DEEP"),
        (b'{"label": "\xe6"}', "NOT_UTF8"),
        (b"[1, 2]", "NOT_JSONSTAT"),
        (b'{"columns": [], "data": []}', "NOT_JSONSTAT"),
        (b'{"error": [{"label": "x"}]}', "SOURCE_ERROR"),
        (b'{"class": "dimension", "category": {}}', "NOT_A_DATASET"),
        (b'{"class": "collection", "link": {"item": [{"class": "dataset", "href": "x"}]}}', "COLLECTION_WITHOUT_DATA"),
    ],
)
def test_it_says_why_a_document_cannot_be_read(body: bytes, reason: str) -> None:
    assert _reason(body) == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"size": [100_000, 100_000]}, "TOO_MANY_CELLS"),
        ({"size": [2, -2]}, "SIZE_INVALID"),
        ({"size": [2, True]}, "SIZE_INVALID"),
        ({"id": ["Del", "Del"]}, "ID_DUPLICATE"),
        ({"value": {"04": 1}}, "SPARSE_KEY_OUT_OF_RANGE"),
        ({"value": {"٣": 1}}, "SPARSE_KEY_OUT_OF_RANGE"),
        ({"value": {"-1": 1}}, "SPARSE_KEY_OUT_OF_RANGE"),
        ({"value": [1, 2, 3, True]}, "TEXT_EXPECTED"),
        ({"value": [1, 2, 3, "\u0000"]}, "CONTROL_CHARACTER"),
        ({"value": None}, "VALUE_MISSING"),
        ({"status": {"4": "p"}}, "STATUS_KEY_OUT_OF_RANGE"),
        ({"status": {"value": ["p"]}}, "STATUS_KEY_OUT_OF_RANGE"),
        ({"status": {"0": "x" * 21}}, "FLAG_TOO_LONG"),
        ({"dimension": {"Del": {"category": {"index": {"a": 0, "b": 0}}}, "Tid": {}}}, "INDEX_POSITIONS_INVALID"),
        ({"dimension": {"Del": {"category": {"index": ["a", "a"]}}, "Tid": {}}}, "INDEX_DUPLICATE_CODE"),
        ({"dimension": {"Del": {"category": {"label": {"a": "A", "b": "B"}}}, "Tid": {}}}, "INDEX_MISSING"),
        ({"dimension": {"Del": {}, "Tid": {}}}, "CATEGORY_MISSING"),
    ],
)
def test_it_says_why_a_dataset_does_not_hold_together(changes: dict[str, Any], reason: str) -> None:
    assert _reason(_bytes(_dataset(**changes))) == reason


def test_numbers_are_the_decimals_that_were_written() -> None:
    table = read_jsonstat(_bytes(_dataset()).replace(b"[1, 2, 3, 4]", b'[4351.9, 0.1, "4700.10", 1e3]'))

    assert [str(cell.value) for cell in table.cells.values()] == ["4351.9", "0.1", "4700.10", "1E+3"]


def test_a_missing_value_is_never_zero() -> None:
    table = read_jsonstat(_bytes(_dataset(value=[0, None, "..", "-"], status={"1": ":"})))

    assert table.cell(Del="a", Tid="2019") == Cell(Decimal(0))
    assert table.cell(Del="a", Tid="2021") == Cell(None, ":")
    assert table.cell(Del="b", Tid="2019") == Cell(None, "..")
    assert table.cell(Del="b", Tid="2021") == Cell(None, "-")


@pytest.mark.parametrize("status", ["e", ["e"]])
def test_one_flag_may_stand_for_all(status: object) -> None:
    table = read_jsonstat(_bytes(_dataset(status=status)))

    assert {cell.flag for cell in table.cells.values()} == {"e"}


def test_a_flag_list_goes_cell_by_cell() -> None:
    table = read_jsonstat(_bytes(_dataset(status=["p", None, "", "b"])))

    assert [cell.flag for cell in table.cells.values()] == ["p", "", "", "b"]


def test_sizes_may_be_text_in_old_bundles() -> None:
    inside = {**_dataset()["dimension"], "id": ["Del", "Tid"], "size": ["2", "2"], "role": {"time": ["Tid"]}}

    table = read_jsonstat(_bytes({"navn": {"dimension": inside, "value": [1, 2, 3, 4]}}))

    assert table.cell(Del="b", Tid="2019").value == 3


def test_one_of_several_datasets_must_be_named() -> None:
    body = _bytes({"en": _dataset(), "to": _dataset(value=[5, 6, 7, 8])})

    assert _reason(body) == "DATASET_AMBIGUOUS"
    assert read_jsonstat(body, dataset="to").cell(Del="a", Tid="2019").value == 5


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2026-02-25T07:00:00Z", datetime(2026, 2, 25, 7, tzinfo=UTC)),
        ("2024-11-08T23:00:00+0100", datetime(2024, 11, 8, 22, tzinfo=UTC)),
        ("2026-01-09T08:00:00", datetime(2026, 1, 9, 7, tzinfo=UTC)),
        ("17/10/2013 16:51:00", None),
        (20130101, None),
    ],
)
def test_it_reads_publication_times_in_the_zone_of_the_source(raw: object, moment: datetime | None) -> None:
    table = read_jsonstat(_bytes(_dataset(updated=raw)))

    assert table.updated == moment
    assert [warning.split(":")[0] for warning in table.warnings] == ([] if moment else ["UPDATED_UNREADABLE"])


@pytest.mark.parametrize(
    ("ids", "time", "warning"),
    [
        (("Region", "år", "Tid"), "Tid", None),
        (("Region", "aargang"), "aargang", "TIME_GUESSED"),
        (("aar1", "aar2"), None, None),
    ],
)
def test_it_finds_time_by_name_then_by_its_codes_and_never_guesses_between_two(
    ids: tuple[str, ...], time: str | None, warning: str | None
) -> None:
    codes: Callable[[str], str] = lambda name: "01" if name == "Region" else "2021"  # noqa: E731 - a table of one line
    document = {
        "version": "2.0",
        "class": "dataset",
        "id": list(ids),
        "size": [1] * len(ids),
        "dimension": {name: {"category": {"index": [codes(name)]}} for name in ids},
        "value": [1],
    }

    table = read_jsonstat(_bytes(document))

    assert (table.time.id if table.time else None) == time
    assert [found.split(":")[0] for found in table.warnings] == ([warning] if warning else [])


def test_a_configured_time_must_exist() -> None:
    with pytest.raises(PayloadRefused, match="TIME_UNKNOWN"):
        read_jsonstat(_bytes(_dataset()), time_dimension="Måned")


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10)
    | st.floats(allow_nan=False)
    | st.sampled_from(["a", "Tid", "2021"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "0", "Tid", "category", "index"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def _read_or_refused(document: dict[str, Any]) -> int | None:
    """How many cells were read; None when the document was refused."""
    try:
        return len(read_jsonstat(_bytes(document)).cells)
    except PayloadRefused:
        return None


@settings(deadline=None)  # the machine is shared; what is slow is not wrong
@given(
    st.dictionaries(st.sampled_from([*sorted(_dataset()), "status", "note", "updated", "extension"]), _json, max_size=3)
)
def test_any_damage_is_read_or_refused_but_never_crashes(damage: dict[str, Any]) -> None:
    assert _read_or_refused(_dataset(**damage)) in {None, 0, 1, 2, 3, 4}


@settings(deadline=None)  # the machine is shared; what is slow is not wrong
@given(
    st.sampled_from(
        ["category", "label", "extension", "note", "index", "unit", "child", "basePeriod", "noteMandatory"]
    ),
    _json,
    st.booleans(),
)
def test_any_damage_inside_a_dimension_is_read_or_refused(key: str, value: Any, inside: bool) -> None:
    document = _dataset()
    place = document["dimension"]["Del"]
    (place["category"] if inside else place)[key] = value

    assert _read_or_refused(document) in {None, 4}


def _collection(*items: dict[str, Any]) -> bytes:
    return _bytes({"version": "2.0", "class": "collection", "link": {"item": list(items)}})


def test_the_one_dataset_inside_a_collection_is_read() -> None:
    table = read_jsonstat(_collection({"class": "dataset", "href": "x"}, {**_dataset(), "label": "her"}))

    assert table.label == "her"
    assert len(table.cells) == 4


@pytest.mark.parametrize(("hrefs", "name"), [(("https://a", "https://b"), "https://b"), (("x", "x"), "1")])
def test_two_of_the_same_label_in_a_collection_are_two(hrefs: tuple[str, str], name: str) -> None:
    first, second = hrefs
    body = _collection(
        {**_dataset(), "label": "en", "href": first},
        {**_dataset(value=[5, 6, 7, 8]), "label": "en", "href": second},
    )

    assert _reason(body) == "DATASET_AMBIGUOUS"
    assert read_jsonstat(body, dataset=name).cell(Del="a", Tid="2019") == Cell(Decimal(5))


def test_a_dataset_in_a_collection_in_a_collection_is_read() -> None:
    inner = json.loads(_collection({**_dataset(), "label": ["odd"]}))

    assert read_jsonstat(_collection(inner)).cell(Del="b", Tid="2021") == Cell(Decimal(4))


def test_what_a_source_says_is_wrong_is_told_in_its_own_words() -> None:
    with pytest.raises(PayloadRefused) as refused:
        read_jsonstat(b'{"error": [{"status": 400, "id": 100, "label": "No results found."}]}')

    assert refused.value.detail == "kilden svarer med en feilmelding: No results found."


def test_one_of_several_in_a_collection_is_picked_by_its_label() -> None:
    body = _collection({**_dataset(), "label": "en"}, {**_dataset(value=[5, 6, 7, 8]), "label": "to"})

    assert _reason(body) == "DATASET_AMBIGUOUS"
    assert read_jsonstat(body, dataset="to").cell(Del="a", Tid="2019").value == 5
