"""Plotly traces as plain dictionaries. Plotly's own classes check every attribute each time, which costs as much as
drawing; a test hands every figure to them instead.
"""

from typing import Any

Trace = dict[str, Any]


def bars(**attributes: Any) -> Trace:
    """Columns or lying bars, without words of Plotly's."""
    return {"type": "bar", "cliponaxis": False, "hoverinfo": "skip", "textposition": "none"} | attributes


def points(**attributes: Any) -> Trace:
    """Lines, dots, filled shapes or texts (``mode``) at places; a place that is None is a gap."""
    return {"type": "scatter", "cliponaxis": False, "connectgaps": False, "hoverinfo": "skip"} | attributes


def ring(**attributes: Any) -> Trace:
    """A ring of parts, in the order given, from the top and clockwise."""
    return {
        "type": "pie", "sort": False, "direction": "clockwise", "rotation": 0, "textinfo": "none", "hoverinfo": "skip",
    } | attributes  # fmt: skip
