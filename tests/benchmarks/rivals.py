"""The same figure by other libraries: stacked columns with a title, a legend and a source line, as PNG."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import matplotlib as mpl
import vl_convert
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_COLOURS = ("#005A9C", "#B84F00")
_TITLE = "Søkte kliniske studier"
_SOURCE = "Kilde: eksempeldata"


def matplotlib_picture(years: Sequence[int], columns: Mapping[str, Sequence[float]]) -> bytes:
    """1200 × 627 pixels, drawn by Agg, without pyplot's global state."""
    mpl.rcParams["font.size"] = 11
    figure = Figure(figsize=(12, 6.27), dpi=100)
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    below = [0.0] * len(years)
    for (name, values), colour in zip(columns.items(), _COLOURS, strict=True):
        axes.bar(years, values, bottom=below, color=colour, label=name)
        below = [under + value for under, value in zip(below, values, strict=True)]
    axes.set_title(_TITLE, loc="left")
    axes.legend(frameon=False)
    figure.text(0.02, 0.01, _SOURCE)
    output = BytesIO()
    figure.savefig(output, format="png")
    return output.getvalue()


def vega_picture(years: Sequence[int], columns: Mapping[str, Sequence[float]]) -> bytes:
    """1200 × 627 pixels or nearly, by Vega-Lite in Rust."""
    rows = [
        {"year": str(year), "name": name, "value": value}
        for name, values in columns.items()
        for year, value in zip(years, values, strict=True)
    ]
    spec: dict[str, Any] = {
        "title": {"text": _TITLE, "subtitle": _SOURCE, "anchor": "start"},
        "width": 700,
        "height": 340,
        "data": {"values": rows},
        "mark": "bar",
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "title": None},
            "y": {"field": "value", "type": "quantitative", "title": None},
            "color": {"field": "name", "type": "nominal", "scale": {"range": list(_COLOURS)}, "title": None},
        },
    }
    picture: bytes = vl_convert.vegalite_to_png(spec, scale=1.5)
    return picture
