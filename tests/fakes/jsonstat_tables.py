"""JSON-stat tables as a source would send them."""

from collections.abc import Mapping
from typing import Any


def table(values: Mapping[str, float | None]) -> dict[str, Any]:
    """One series over time."""
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Ressursbruk",
        "id": ["Tid"],
        "size": [len(values)],
        "role": {"time": ["Tid"]},
        "dimension": {"Tid": {"label": "år", "category": {"index": list(values)}}},
        "value": list(values.values()),
    }
