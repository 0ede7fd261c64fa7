"""From a spec to a Plotly figure on a canvas. Pure: no browser, no file but the fonts it measures with.

Importing this module makes the house template Plotly's default, so that Plotly's own look cannot leak in by
forgetting.
"""

from collections.abc import Callable
from itertools import combinations, product

import plotly.graph_objects as go
import plotly.io as pio

from chart_renderer.area_figure import draw_areas
from chart_renderer.canvas import Canvas
from chart_renderer.column_figure import draw_columns
from chart_renderer.derived import drawn
from chart_renderer.donut_figure import draw_donut
from chart_renderer.errors import SpecInvalid
from chart_renderer.frame import THRIFTS, framed
from chart_renderer.key_figure_cards import draw_cards
from chart_renderer.line_figure import draw_lines
from chart_renderer.look import HOUSE, Look, dressed_in
from chart_renderer.lying_bar_figure import draw_lying_bars, lies_better
from chart_renderer.marks import draw_marks, strip_heights
from chart_renderer.matrix_figure import draw_matrix
from chart_renderer.multiples_figure import draw_multiples
from chart_renderer.sheet import Sheet
from chart_renderer.spec import FigureSpec, FigureType
from chart_renderer.stacked_figure import draw_stacks
from chart_renderer.treemap_figure import draw_treemap
from chart_renderer.two_periods_figure import draw_dumbbells, draw_slopes

TEMPLATE_NAME = "monitorposten"
pio.templates[TEMPLATE_NAME] = go.layout.Template(HOUSE.template)
pio.templates.default = TEMPLATE_NAME

_LEAST_DATA = 0.1  # of the canvas, each way
_EDGE = 23

_DRAWN_BY = {
    FigureType.LINE: draw_lines,
    FigureType.AREA: draw_areas,
    FigureType.COLUMN: draw_columns,
    FigureType.GROUPED_COLUMN: draw_columns,
    FigureType.STACKED_COLUMN: draw_stacks,
    FigureType.SHARE_COLUMN: draw_stacks,
    FigureType.BAR: draw_lying_bars,
    FigureType.DONUT: draw_donut,
    FigureType.TREEMAP: draw_treemap,
    FigureType.MATRIX: draw_matrix,
    FigureType.DUMBBELL: draw_dumbbells,
    FigureType.SLOPE: draw_slopes,
    FigureType.INDEXED: draw_lines,
    FigureType.MULTIPLES: draw_multiples,
    FigureType.KEY_FIGURES: draw_cards,
    FigureType.CORRECTION: draw_cards,
}
_LINES = (FigureType.LINE, FigureType.INDEXED, FigureType.AREA, FigureType.MULTIPLES)
_MAY_LIE = (FigureType.COLUMN, FigureType.GROUPED_COLUMN, FigureType.STACKED_COLUMN, FigureType.SHARE_COLUMN)


def lay_out(spec: FigureSpec, canvas: Canvas, look: Look = HOUSE) -> Sheet:
    """Every text and mark of the picture with its place. Raises ``SpecInvalid`` if they do not all fit."""
    with dressed_in(look):
        return _laid_out(spec, canvas)


def _laid_out(spec: FigureSpec, canvas: Canvas) -> Sheet:
    shown = drawn(spec)
    for thrift, strip in product(THRIFTS, strip_heights(shown, canvas.label_size)):
        sheet = framed(shown, canvas, thrift)
        sheet.strip, sheet.thriftiest = strip, thrift == THRIFTS[-1]
        _draw_by(sheet, shown)(sheet, shown)
        if draw_marks(sheet, shown) and _fits(sheet):
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
    if spec.type in _LINES and len(spec.periods) == 1:
        return draw_columns
    if spec.type in _MAY_LIE and lies_better(sheet, spec):
        return draw_lying_bars
    return _DRAWN_BY[spec.type]


def build_figure(spec: FigureSpec, canvas: Canvas) -> go.Figure:
    """The figure for people who work with Plotly, checked by it. The renderer takes the sheet's own JSON."""
    return go.Figure(lay_out(spec, canvas).figure())
