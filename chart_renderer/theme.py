"""The house look: colours with enough contrast, and what stands in a Plotly template of our own.

Hues are the darkened Okabe-Ito ones of charts.md §5: apart for colour-blind readers, at least 4.5:1 on white, so a
line and its label share a colour and white numbers can stand inside a column. Values only: whoever needs no more
than the name of a colour does not load Plotly (``figure`` does).
"""

from typing import Any

PAPER = "#FFFFFF"
INK = "#0B1F33"  # titles and numbers
INK_SOFT = "#44566A"  # subtitles, axis labels, sources
RULE = "#DCE3EA"  # grid lines: decoration only
BASELINE = "#44566A"
ACCENT = "#B84F00"  # the small mark above a title
PANEL = "#EFF4F8"  # the ground of a key-figure card

SERIES = ("#005A9C", "#B84F00", "#007A59", "#93406F")
"""Colours of the first four series. From the fifth on everything is ``REST``."""
REST = "#5F6B78"
REST_PALE = "#8592A0"
"""The last grey part of a whole, beside ``REST``. 3:1 on white."""
EARLIER_INK = "#2F6C9C"
"""``EARLIER`` for text."""
EARLIER = "#5B93BF"
"""Columns before the newest one, in a figure with one series. Still 3:1 on white."""


def template(paper: str, ink: str, colours: tuple[str, ...], family: str) -> dict[str, Any]:
    """Everything Plotly would otherwise choose by itself, as the JSON of a template."""
    axis = {"visible": False, "fixedrange": True}  # ticks and labels are texts of ours
    return {
        "layout": {
            "font": {"family": family, "color": ink, "size": 20},
            "paper_bgcolor": paper,
            "plot_bgcolor": "rgba(0,0,0,0)",  # the axes of the texts lie over those of the data; the paper is opaque
            "colorway": list(colours),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0, "autoexpand": False},
            "showlegend": False,
            "autotypenumbers": "strict",
            "xaxis": axis,
            "yaxis": axis,
        }
    }
