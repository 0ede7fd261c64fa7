"""The indicators this monitor follows, and one of them: its figures as of any vintage or day, and what came of them."""

from datetime import date

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound as NoSuchPage

from campaigns.drafting.quoting import findings_about, items_quoting
from campaigns.errors import InvalidInput, Unavailable
from campaigns.indicators.directory import Sought, concerns, directory, open_releases
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.overview import IndicatorView, indicator_view
from campaigns.indicators.published import vintage_on
from campaigns.indicators.release import PlannedRelease
from campaigns.indicators.vintage import Vintage
from campaigns.indicators.vintage_log import vintage_log, vintage_of
from chart_renderer.errors import ChartError
from chart_renderer.interactive import interactive
from chart_renderer.table import as_csv, data_table
from service.auth.access import signed_in
from service.request import current, db
from service.web.indicator_figure import CANVAS, figure_of
from service.web.line_drawing import line_drawing

blueprint = Blueprint("indicators", __name__, url_prefix="/redaksjon/indikatorer")

_LONGEST_SEARCH = 200


@blueprint.get("")
@signed_in
def index() -> str:
    sought = Sought(
        words=request.args.get("q", "")[:_LONGEST_SEARCH],
        topic=request.args.get("tema", ""),
        calling=request.args.get("vis") == "tilsyn",
    )
    found = directory(db(), sought, page=request.args.get("side", 1, int))
    return render_template("web/indicators/index.html", directory=found, sought=sought, drawing=line_drawing)


@blueprint.get("/<indicator_id>")
@signed_in
def show(indicator_id: str) -> tuple[str, int]:
    newest = indicator_view(db(), indicator_id)
    errors: dict[str, str] = {}
    vintage = None
    try:
        vintage = _asked_for(newest.indicator)
    except InvalidInput as error:  # the newest figures stand while another day is chosen
        errors[error.field or "dato"] = str(error)
    view = newest if vintage is None else indicator_view(db(), indicator_id, as_of_seq=vintage.seq)
    figure = figure_of(db(), view.indicator, view.vintage)
    page = render_template(
        "web/indicators/show.html",
        view=view,
        errors=errors,
        past=vintage is not None and newest.vintage is not None and vintage.seq != newest.vintage.seq,
        on=request.args.get("dato", ""),
        figure=figure,
        drawing=interactive(figure.spec, current().look) if figure.spec else None,
        table=data_table(figure.spec) if figure.spec else None,
        vintages=vintage_log(db(), view.indicator),
        findings=findings_about(db(), view.indicator),
        items=items_quoting(db(), view.indicator),
        expected=_expected(view),
    )
    return page, 422 if errors else 200


@blueprint.get("/<indicator_id>/tall.csv")
@signed_in
def data(indicator_id: str) -> Response:
    """The figures as a spreadsheet opens them by a double click."""
    view, vintage = _view_and_vintage(indicator_id)
    spec = figure_of(db(), view.indicator, vintage).spec
    if spec is None:
        raise NoSuchPage
    response = Response("\ufeff" + as_csv(spec), mimetype="text/csv")
    name = f"{view.indicator.id}-utgave-{vintage.seq if vintage else 0}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/<indicator_id>/figur.png")
@signed_in
def picture(indicator_id: str) -> Response:
    """The figure as a picture, for a browser without scripts. It is drawn once and kept."""
    view, vintage = _view_and_vintage(indicator_id)
    spec = figure_of(db(), view.indicator, vintage).spec
    if spec is None:
        raise NoSuchPage
    try:
        drawn = current().charts.render(spec, CANVAS)
    except ChartError as error:
        raise Unavailable(str(error)) from error
    return Response(current().image_of(drawn.sha256), mimetype="image/png")


def _view_and_vintage(indicator_id: str) -> tuple[IndicatorView, Vintage | None]:
    view = indicator_view(db(), indicator_id)
    return view, _asked_for(view.indicator) or view.vintage


def _asked_for(indicator: Indicator) -> Vintage | None:
    """The vintage the address names, by its number or by a day; None for the newest."""
    if number := request.args.get("utgave", None, int):
        return vintage_of(db(), indicator, number)
    if not (given := request.args.get("dato", "")):
        return None
    try:
        found = vintage_on(db(), indicator.dataset_id, date.fromisoformat(given), current().clock.zone)
    except (ValueError, OverflowError) as error:  # no date, or the last one there is
        raise InvalidInput("Skriv datoen som år, måned og dag, for eksempel 2027-05-11.", field="dato") from error
    if found is None:
        raise InvalidInput(
            "Tjenesten hadde ingen tall for denne indikatoren den dagen. Velg en senere dato.", field="dato"
        )
    return found


def _expected(view: IndicatorView) -> PlannedRelease | None:
    return next((one for one in open_releases(db()) if concerns(one, view.indicator, view.source)), None)
