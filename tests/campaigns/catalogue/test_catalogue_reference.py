"""docs/catalogue.md names every key there is, and no other."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from campaigns.catalogue.entries import CatalogueEntries, ChartEntry, IndicatorEntry
from campaigns.catalogue.release_entries import ReleaseEntry
from campaigns.catalogue.source_entries import QueryEntry, SourceEntry, SourceOptions
from campaigns.catalogue.statement_entries import BreakdownEntry, StatementsEntry, WholeEntry
from campaigns.sources.source import SourceKind
from chart_renderer.spec import FigureType

REFERENCE = (Path(__file__).parents[3] / "docs/catalogue.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("## `sources`", SourceEntry),
        ("`options`:", SourceOptions),
        ("## `indicators`", IndicatorEntry),
        ("`query`:", QueryEntry),
        ("`chart`:", ChartEntry),
        ("`statements`:", StatementsEntry),
        ("`breakdown`:", BreakdownEntry),
        ("`share_of`:", WholeEntry),
        ("## `releases`", ReleaseEntry),
    ],
)
def test_every_key_has_a_row(heading: str, model: type[BaseModel]) -> None:
    table = REFERENCE.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0]

    assert set(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE)) == set(model.model_fields)


def test_every_top_level_key_has_a_section() -> None:
    sections = " ".join(re.findall(r"^## (.*)$", REFERENCE, flags=re.MULTILINE))

    assert set(re.findall(r"`(\w+)`", sections)) == set(CatalogueEntries.model_fields)


def test_every_kind_and_figure_type_is_named() -> None:
    assert [kind for kind in SourceKind if f"`{kind.value}`" not in REFERENCE] == []
    assert [kind for kind in FigureType if f"`{kind.value}`" not in REFERENCE] == []
