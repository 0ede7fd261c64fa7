"""A figure as a file a browser shows or saves: PNG, SVG, PDF, and its numbers as CSV."""

from functools import lru_cache

from flask import Response
from werkzeug.exceptions import NotFound as NoSuchPage

from chart_renderer.canvas import CANVASES
from chart_renderer.documents import Format
from chart_renderer.errors import SpecInvalid
from chart_renderer.figure import lay_out
from chart_renderer.renderer import ChartRenderer
from chart_renderer.spec import FigureSpec
from chart_renderer.table import as_csv
from service.request import current

_CSV = "csv"
_DOCUMENTS_KEPT = 128  # of some 30 kB each
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; sandbox"


def figure_file(spec: FigureSpec, canvas: str, form: str, *, name: str, shown: bool = False) -> Response:
    """The response with the file; to be saved under ``name``, unless it is to be ``shown`` in a page.

    Raises what ``ChartRenderer.render`` raises.
    """
    if canvas not in CANVASES or form not in (*Format, _CSV):
        raise NoSuchPage
    if form == _CSV:
        return _named(csv_response(spec), f"{name}.csv")
    charts = current().charts
    if form == Format.PNG:
        response = Response(charts.render(spec, canvas).content, mimetype=Format.PNG.media_type)
    else:
        kind = Format(form)
        response = Response(_document(charts, spec, canvas, kind), mimetype=kind.media_type)
        # An SVG is a document of its own when somebody opens it: it may bring its typeface and nothing else.
        response.headers["Content-Security-Policy"] = _SVG_POLICY
    return response if shown else _named(response, f"{name}-{canvas}.{form}")


@lru_cache(maxsize=_DOCUMENTS_KEPT)
def _document(charts: ChartRenderer, spec: FigureSpec, canvas: str, form: Format) -> bytes:
    """Drawn once by each process as long as it is among the last ones asked for: readers may ask again and again."""
    return charts.document(spec, canvas, form)


def csv_response(spec: FigureSpec) -> Response:
    """The numbers. The mark at the start tells spreadsheets that it is UTF-8."""
    return Response("\ufeff" + as_csv(spec), mimetype="text/csv")


def refusals(spec: FigureSpec) -> dict[str, str]:
    """Canvas → the sentence that says why the figure cannot be drawn on it; only those that refuse."""
    found = {canvas: refusal(spec, canvas) for canvas in CANVASES}
    return {canvas: sentence for canvas, sentence in found.items() if sentence}


def refusal(spec: FigureSpec, canvas: str) -> str:
    """Why there is no room for the figure on a canvas; nothing when there is. Nothing is drawn."""
    try:
        lay_out(spec, CANVASES[canvas], current().look)
    except SpecInvalid as error:
        return str(error)
    return ""


def _named(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
