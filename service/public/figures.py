"""A published figure's own page, its data, and the pictures themselves."""

from flask import Response, render_template, request
from werkzeug.exceptions import NotFound as NoSuchPage

from campaigns.delivery.correction_notes import notes_on_figure
from campaigns.language import Language
from campaigns.newsletter.archive import PublishedFigure, figure_by_slug
from campaigns.newsletter.pictures import is_withheld
from chart_renderer.table import data_table
from service.auth.access import public
from service.figure_files import csv_response, figure_file, refusal
from service.i18n import use_language_of_text
from service.public.reading import cacheable, reading_blueprint
from service.request import current, db, editor, may_see_embargoed

blueprint = reading_blueprint("figures")

_CANVAS = "wide"
_A_YEAR = 365 * 24 * 3600


@blueprint.get("/figur/<slug>")
@public
def show(slug: str) -> str:
    figure = _published(slug)
    notes = notes_on_figure(db(), slug)
    return render_template(
        "web/public/figure.html",
        figure=figure,
        table=data_table(figure.block.spec),
        notes=notes,
        documents=() if refusal(figure.block.spec, _CANVAS) else ("svg", "pdf"),
    )


@blueprint.get("/figur/<slug>.csv")
@public
def data(slug: str) -> Response:
    response = csv_response(_published(slug).block.spec)
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    return cacheable(response)


@blueprint.get("/figur/<slug>.svg", defaults={"form": "svg"})
@blueprint.get("/figur/<slug>.pdf", defaults={"form": "pdf"})
@public
def document(slug: str, form: str) -> Response:
    """The figure for print and slides. Drawn once and kept in memory: anybody may ask, however often."""
    return cacheable(figure_file(_published(slug).block.spec, _CANVAS, form, name=slug))


@blueprint.get("/media/<sha256>.png")
@public
def image(sha256: str) -> Response:
    """A picture by what it contains: the address never changes its picture, so caches may keep it for ever."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise NoSuchPage
    content = current().images.get(sha256)
    withheld = content is not None and is_withheld(db(), sha256, current().clock.now())
    if content is None or (withheld and not may_see_embargoed(editor())):
        raise NoSuchPage
    response = Response(content, mimetype="image/png")
    if withheld:  # shown to those who prepare it, and kept by no cache on the way
        response.headers["Cache-Control"] = "no-store, private"
        return response
    response.set_etag(sha256)
    response.cache_control.public = True
    response.cache_control.max_age = _A_YEAR
    response.cache_control.immutable = True
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # mail programs and feed readers show it
    response.make_conditional(request)
    return response


def _published(slug: str) -> PublishedFigure:
    figure = figure_by_slug(db(), slug, current().clock.now())
    use_language_of_text(Language(figure.language))
    return figure
