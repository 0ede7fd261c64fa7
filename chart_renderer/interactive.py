"""The figure as a page's own script draws it: the pictures' colours, numbers and levels, for a reader who points.

Plain values for Plotly's script in the browser. Every text is finished here (charts.md §7): the script chooses only
which of the period labels have room. Gaps stay gaps, provisional figures are dashed, hollow or pale as in pictures.
"""

from collections.abc import Iterable
from html import escape
from typing import Any

from chart_renderer.axes import level_labels, levels, positions
from chart_renderer.bands import loose_colour
from chart_renderer.derived import drawn
from chart_renderer.emphasis import colour_of, column_colours
from chart_renderer.line_figure import cuts_of
from chart_renderer.look import HOUSE, Look, dressed_in, look
from chart_renderer.numbers import format_value
from chart_renderer.spec import FigureSpec, FigureType, Series
from chart_renderer.words import WORDS

FAMILY = "Inter, system-ui, sans-serif"
_SIZE = 14
_MOST_LEVELS = 6
_MANY_POINTS = 40  # with more than this, points are drawn only where a line would not show them
_FLAT = 5  # a line whose span is less than a fifth of its height gets its own stretch instead of a zero
_COLUMNS = {
    FigureType.COLUMN: "group",
    FigureType.GROUPED_COLUMN: "group",
    FigureType.STACKED_COLUMN: "relative",
    FigureType.SHARE_COLUMN: "relative",
}


def interactive(counted: FigureSpec, dress: Look = HOUSE) -> dict[str, Any]:
    """``traces`` and ``layout`` for the script, the labels it may choose among, and each point in words.

    ``series``: name, colour and traces of each, so that a reader may put some away; ``said[n]`` are the words of its
    points in order, None where there is a gap.
    """
    with dressed_in(dress):
        return _drawing(drawn(counted))


def _drawing(spec: FigureSpec) -> dict[str, Any]:
    at = positions(spec)
    columns = spec.type in _COLUMNS
    traces: list[dict[str, Any]] = []
    series = []
    for index, one in enumerate(spec.series):
        said = [_said(spec, one, place) for place in range(len(spec.periods))]
        own = _column(spec, index, at) if columns else _line(spec, index, at)
        first = len(traces)
        traces += own
        places = list(range(first, len(traces)))
        series.append({"name": one.name, "colour": colour_of(spec, index), "traces": places, "said": said})
    return {
        "traces": traces,
        "layout": _layout(spec, at, columns=columns),
        "periods": {"at": at, "labels": [escape(label, quote=False) for label in spec.periods]},
        "series": series,
    }


def _line(spec: FigureSpec, index: int, at: list[float]) -> list[dict[str, Any]]:
    """The line, its dashed part, and its points, which alone answer to the pointer."""
    one, colour = spec.series[index], colour_of(spec, index)
    values = [None if value is None else float(value) for value in one.values]
    loose = [one.loose(place) for place in range(len(values))]
    firm = [None if is_loose else value for value, is_loose in zip(values, loose, strict=True)]
    traces = [_stroke(at, firm, colour, cuts_of(spec), dash="solid")]
    if any(loose):
        following = [*loose[1:], False]
        tail = [value if own or after else None for value, own, after in zip(values, loose, following, strict=True)]
        traces.append(_stroke(at, tail, colour, cuts_of(spec), dash="5px,5px"))
    shown = set(range(len(values))) if len(values) <= _MANY_POINTS else {*_alone(values), len(values) - 1}
    traces.append(
        {
            "type": "scatter", "mode": "markers", "x": at, "y": values, "cliponaxis": False,
            "marker": {
                "size": 8,
                "color": [look().paper if is_loose else colour for is_loose in loose],
                "line": {"color": colour, "width": 2},
                "opacity": [1 if place in shown else 0 for place in range(len(values))],
            },
            **_pointed_at(spec, one, colour),
        }
    )  # fmt: skip
    return traces


def _stroke(
    at: list[float], values: list[float | None], colour: str, cuts: Iterable[int], *, dash: str
) -> dict[str, Any]:
    x: list[float | None] = [*at]
    y = [*values]
    for cut in sorted(cuts, reverse=True):
        x.insert(cut, None)
        y.insert(cut, None)
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "connectgaps": False, "cliponaxis": False,
        "hoverinfo": "skip", "line": {"color": colour, "width": 2.5, "dash": dash},
    }  # fmt: skip


def _alone(values: list[float | None]) -> set[int]:
    """Values between two gaps, which no line would show."""
    around = [None, *values, None]
    return {
        place
        for place, value in enumerate(values)
        if value is not None and around[place] is None and around[place + 2] is None
    }


def _column(spec: FigureSpec, index: int, at: list[float]) -> list[dict[str, Any]]:
    one, colour = spec.series[index], colour_of(spec, index)
    stacked = _COLUMNS[spec.type] == "relative"
    loose = [one.loose(place) for place in range(len(one.values))]
    return [
        {
            "type": "bar", "x": at, "y": [None if value is None else float(value) for value in one.values],
            "marker": {
                "color": [
                    loose_colour(own) if is_loose else own
                    for own, is_loose in zip(column_colours(spec, index), loose, strict=True)
                ],
                "line": {"color": look().paper if stacked else colour, "width": 1.5},
            },
            **_pointed_at(spec, one, colour),
        }
    ]  # fmt: skip


def _pointed_at(spec: FigureSpec, one: Series, colour: str) -> dict[str, Any]:
    several = len(spec.series) > 1
    texts = []
    for place, period in enumerate(spec.periods):
        name = f"{escape(one.name, quote=False)}<br>" if several else ""
        texts.append(f"{name}<b>{escape(_value(spec, one, place), quote=False)}</b><br>{escape(period, quote=False)}")
    return {
        "text": texts, "textposition": "none", "hovertemplate": "%{text}<extra></extra>",
        "hoverlabel": {"bgcolor": look().paper, "bordercolor": colour, "align": "left",
                       "font": {"family": FAMILY, "size": _SIZE, "color": look().ink}},
    }  # fmt: skip


def _said(spec: FigureSpec, one: Series, place: int) -> str | None:
    if one.values[place] is None:
        return None
    name = f"{one.name}, " if len(spec.series) > 1 else ""
    return f"{name}{spec.periods[place]}: {_value(spec, one, place)}"


def _value(spec: FigureSpec, one: Series, place: int) -> str:
    text = format_value(one.values[place], spec.style, spec.language)
    loose = one.values[place] is not None and one.loose(place)
    return f"{text} ({WORDS[spec.language].provisional})" if loose else text


def _layout(spec: FigureSpec, at: list[float], *, columns: bool) -> dict[str, Any]:
    low, high = _span(spec, columns=columns)
    marks = levels(low, high, _MOST_LEVELS)
    half = 0.6 if columns else (at[-1] - at[0]) * 0.02 or 0.5
    axis = {"showgrid": False, "zeroline": False, "ticks": "", "tickfont": {"size": _SIZE, "color": look().ink_soft}}
    return {
        "autosize": True,
        "font": {"family": FAMILY, "size": _SIZE, "color": look().ink},
        "paper_bgcolor": look().paper, "plot_bgcolor": look().paper,
        "showlegend": False, "hovermode": "closest", "hoverdistance": 60, "dragmode": "zoom",
        "barmode": _COLUMNS.get(spec.type, "group"), "bargap": 0.28,
        "margin": {"l": 8, "r": 20, "t": 12, "b": 8},
        "xaxis": {**axis, "range": [at[0] - half, at[-1] + half], "automargin": True, "tickangle": 0,
                  "tickmode": "array", "tickvals": [], "ticktext": []},
        "yaxis": {**axis, "range": [float(marks[0]), float(marks[-1])], "automargin": True, "fixedrange": True,
                  "tickmode": "array", "tickvals": [float(mark) for mark in marks],
                  "ticktext": level_labels(marks, spec.language), "showgrid": True, "gridcolor": look().rule,
                  "zeroline": marks[0] <= 0, "zerolinecolor": look().baseline, "zerolinewidth": 1.5},
        "shapes": [_break(at, cut) for cut in cuts_of(spec)],
    }  # fmt: skip


def _span(spec: FigureSpec, *, columns: bool) -> tuple[Any, Any]:
    """From zero for columns, and for lines unless they would lie flat under the roof."""
    values = [value for one in spec.series for value in one.values if value is not None]
    low, high = min(values), max(values)
    if columns and _COLUMNS[spec.type] == "relative":
        sums = [
            [
                sum(value for value in column if value is not None and (value > 0) is positive)
                for positive in (False, True)
            ]
            for column in zip(*(one.values for one in spec.series), strict=True)
        ]
        low, high = min(low, *(below for below, _ in sums)), max(high, *(above for _, above in sums))
    if columns or (low > 0 and (high - low) * _FLAT >= high):
        low = min(low, type(low)(0))
    if high < 0 and (columns or (high - low) * _FLAT >= -low):
        high = type(high)(0)
    return low, high


def _break(at: list[float], cut: int) -> dict[str, Any]:
    place = (at[cut - 1] + at[cut]) / 2
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": place, "x1": place, "y0": 0, "y1": 1,
        "line": {"color": look().ink_soft, "width": 1, "dash": "3px,4px"},
    }  # fmt: skip
