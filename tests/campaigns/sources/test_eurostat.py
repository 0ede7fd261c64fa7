"""Eurostat's annotations: the dates of data and of structure, and the periods there are."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from campaigns.sources.eurostat import EurostatRelease, release_of
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


@pytest.mark.parametrize(
    "annotation", [None, 3, [3], [{"type": "UPDATE_DATA", "date": 3}], [{"type": "OBS_COUNT", "title": "²"}]]
)
def test_annotations_that_say_nothing_say_nothing(annotation: object) -> None:
    extension = json.loads(json.dumps({"annotation": annotation}))

    assert release_of(_with_extension(extension)) == EurostatRelease(None, None, None, None, None)
