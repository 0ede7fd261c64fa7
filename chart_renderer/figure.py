"""From a spec to a Plotly figure on a canvas. Pure: no browser, no file but the fonts it measures with."""

from collections.abc import Callable

import plotly.graph_objects as go

from chart_renderer.canvas import Canvas
from chart_renderer.column_figure import draw_columns
from chart_renderer.frame import framed
from chart_renderer.key_figure_cards import draw_cards
from chart_renderer.line_figure import draw_lines
from chart_renderer.lying_bar_figure import draw_lying_bars, lies_better
from chart_renderer.sheet import Sheet
from chart_renderer.spec import FigureSpec, FigureType
from chart_renderer.stacked_figure import draw_stacks

_DRAWN_BY = {
    FigureType.LINE: draw_lines,
    FigureType.COLUMN: draw_columns,
    FigureType.STACKED_COLUMN: draw_stacks,
    FigureType.KEY_FIGURES: draw_cards,
}


def lay_out(spec: FigureSpec, canvas: Canvas) -> Sheet:
    """Every text and mark of the picture with its place; what the tests look at."""
    sheet = framed(spec, canvas)
    _draw_by(sheet, spec)(sheet, spec)
    return sheet


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
