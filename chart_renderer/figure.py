"""From a spec to a Plotly figure on a canvas. Pure: no browser, no file but the fonts it measures with."""

from collections.abc import Callable
from itertools import combinations

import plotly.graph_objects as go

from chart_renderer.canvas import Canvas
from chart_renderer.column_figure import draw_columns
from chart_renderer.errors import SpecInvalid
from chart_renderer.frame import THRIFTS, framed
from chart_renderer.key_figure_cards import draw_cards
from chart_renderer.line_figure import draw_lines
from chart_renderer.lying_bar_figure import draw_lying_bars, lies_better
from chart_renderer.sheet import Sheet
from chart_renderer.spec import FigureSpec, FigureType
from chart_renderer.stacked_figure import draw_stacks

_LEAST_DATA = 0.1  # of the canvas, each way
_EDGE = 23

_DRAWN_BY = {
    FigureType.LINE: draw_lines,
    FigureType.COLUMN: draw_columns,
    FigureType.STACKED_COLUMN: draw_stacks,
    FigureType.KEY_FIGURES: draw_cards,
}


def lay_out(spec: FigureSpec, canvas: Canvas) -> Sheet:
    """Every text and mark of the picture with its place. Raises ``SpecInvalid`` if they do not all fit."""
    for thrift in THRIFTS:
        sheet = framed(spec, canvas, thrift)
        _draw_by(sheet, spec)(sheet, spec)
        if _fits(sheet):
            return sheet
    raise SpecInvalid(
        f"Figuren «{spec.title}» får ikke plass på formatet {canvas.id}: kort ned tittel eller navn, ta med færre "
        "kategorier eller serier, eller velg et høyere format."
    )


def _fits(sheet: Sheet) -> bool:
    """A last look before a picture leaves: the data have room, no text is cut and none covers another."""
    plot, canvas = sheet.plot, sheet.canvas
    if plot.height < canvas.height * _LEAST_DATA or plot.width < canvas.width * _LEAST_DATA:
        return False
    boxes = [text.box for text in sheet.texts]
    inside = all(
        box.left >= _EDGE and box.right <= canvas.width - _EDGE and box.top >= 0 and box.bottom <= canvas.height
        for box in boxes
    )
    return inside and not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def _draw_by(sheet: Sheet, spec: FigureSpec) -> Callable[[Sheet, FigureSpec], None]:
    """How this spec is drawn best: no line through a single point, and long names beside lying bars."""
    if spec.type is FigureType.LINE and len(spec.periods) == 1:
        return draw_columns
    if spec.type is FigureType.COLUMN and lies_better(sheet, spec):
        return draw_lying_bars
    return _DRAWN_BY[spec.type]


def build_figure(spec: FigureSpec, canvas: Canvas) -> go.Figure:
    """The figure as Plotly draws it, with nothing left for Plotly to decide."""
    return lay_out(spec, canvas).figure()
