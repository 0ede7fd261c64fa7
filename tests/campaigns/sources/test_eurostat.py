"""Eurostat's annotations: dates of data and of structure, and which categories are empty."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.sources.eurostat import EurostatRelease, positions_without_data, release_of
from campaigns.sources.jsonstat import read_jsonstat
from campaigns.sources.table import Table


def _with_extension(extension: Any) -> Table:
    return Table(label="", source="", updated=None, dimensions=(), cells={}, extension=extension)


@pytest.fixture
def table(samples: Path) -> Table:
    return read_jsonstat((samples / "sources/jsonstat/eurostat-demo_gind-2024.json").read_bytes())


def test_it_tells_data_from_structure(table: Table) -> None:
    assert release_of(table) == EurostatRelease(
        data_updated=datetime(2024, 11, 8, 22, tzinfo=UTC),
        structure_updated=datetime(2024, 10, 17, 9, tzinfo=UTC),
        oldest_period="1960",
        newest_period="2024",
        observations=62730,
    )


def test_it_names_the_empty_categories(table: Table) -> None:
    empty = positions_without_data(table)
    filled = {codes[2] for codes, cell in table.cells.items() if cell.value is not None}

    assert empty["geo"][:3] == (1, 2, 16)
    assert not filled & {table.dimensions[2].codes[place] for place in empty["geo"]}


def test_a_bare_number_is_one_place() -> None:
    assert positions_without_data(_with_extension({"positions-with-no-data": {"geo": 3, "time": [], "sex": "x"}})) == {
        "geo": (3,),
        "time": (),
        "sex": (),
    }


@pytest.mark.parametrize(
    "annotation", [None, 3, [3], [{"type": "UPDATE_DATA", "date": 3}], [{"type": "OBS_COUNT", "title": "²"}]]
)
def test_annotations_that_say_nothing_say_nothing(annotation: object) -> None:
    extension = json.loads(json.dumps({"annotation": annotation}))

    assert release_of(_with_extension(extension)) == EurostatRelease(None, None, None, None, None)
