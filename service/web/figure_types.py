"""The house style: an example of every type of figure, with when to choose it and how it is described.

The pictures are drawn when first looked at and kept with the others; a changed style draws them anew by itself.
"""

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from chart_renderer.alt_text import alt_text
from chart_renderer.canvas import CANVASES
from chart_renderer.examples import example
from chart_renderer.spec import FigureType
from service.auth.access import signed_in
from service.figure_files import figure_file
from service.i18n import language
from service.web.figure_type_words import chosen_for, type_name

blueprint = Blueprint("figure_types", __name__, url_prefix="/redaksjon/figurtyper")

SHOWN_ON = "square"


@blueprint.get("")
@signed_in
def show() -> str:
    specs = {kind: example(kind, language().value) for kind in FigureType}
    return render_template(
        "web/figure_types/index.html",
        specs=specs,
        alts={kind: alt_text(spec) for kind, spec in specs.items()},
        documents={kind: spec.model_dump_json(indent=2, exclude_defaults=True) for kind, spec in specs.items()},
        type_name=type_name,
        chosen_for=chosen_for,
        canvas=CANVASES[SHOWN_ON],
    )


@blueprint.get("/<kind>/<canvas>.<form>")
@signed_in
def picture(kind: str, canvas: str, form: str) -> Response:
    if kind not in list(FigureType):
        raise NoSuchPage
    spec = example(FigureType(kind), language().value)
    return figure_file(spec, canvas, form, name=f"eksempel-{kind}", shown=form == "png")
