"""The vintages behind an indicator: where each came from, the bytes themselves, and what differs between any two."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.errors import InvalidInput, NotFound
from campaigns.indicators.comparison import ChangeClass
from campaigns.indicators.difference import difference
from campaigns.indicators.overview import indicator_view
from campaigns.indicators.vintage_log import provenance, vintage_log, vintage_of
from campaigns.paging import Page
from campaigns.sources import blobs
from service.auth.access import signed_in
from service.request import current, db

blueprint = Blueprint("indicator_vintages", __name__, url_prefix="/redaksjon/indikatorer/<indicator_id>")

PAGE_LENGTH = 100
# What the bytes are called when they are saved. Never what the source says they are: a browser might believe it.
_ENDINGS = {"csv": "csv", "xlsx": "xlsx", "px": "px", "feed": "xml", "calendar": "ics", "page": "html"}


@blueprint.get("/utgaver/<int:seq>")
@signed_in
def show(indicator_id: str, seq: int) -> str:
    view = indicator_view(db(), indicator_id)
    return render_template("web/indicators/vintage.html", view=view, origin=provenance(db(), view.indicator, seq))


@blueprint.get("/utgaver/<int:seq>/svar")
@signed_in
def answer(indicator_id: str, seq: int) -> Response:
    """What the source sent, byte for byte, to save. It is never shown in the browser: it is not ours."""
    view = indicator_view(db(), indicator_id)
    fetch = provenance(db(), view.indicator, seq).fetch
    if fetch is None or fetch.body_sha256 is None:
        raise NotFound("Svaret fra kilden", seq)
    try:
        body = blobs.fetch(current().folders.source_blobs, fetch.body_sha256)
    except FileNotFoundError as error:
        raise NotFound("Svaret fra kilden", seq) from error
    response = Response(body, mimetype="application/octet-stream")
    ending = _ENDINGS.get(view.source.kind.value, "json")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{view.source.id}-{fetch.body_sha256[:12]}.{ending}"'
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@blueprint.get("/sammenlign")
@signed_in
def compare(indicator_id: str) -> str | AnyResponse:
    """Two vintages side by side: only the figures that differ."""
    view = indicator_view(db(), indicator_id)
    first, second = request.args.get("fra", None, int), request.args.get("til", None, int)
    if first is None or second is None:
        raise InvalidInput("Velg to utgaver å sammenligne.", field="fra")
    if first > second:  # asked the wrong way round: the older is always to the left
        return redirect(url_for(".compare", indicator_id=indicator_id, fra=second, til=first))
    older, newer = (vintage_of(db(), view.indicator, seq) for seq in (first, second))
    found = difference(db(), view.indicator, older, newer)
    kind = request.args.get("vis", "")
    shown = [cell for cell in found.cells if kind not in {one.value for one in ChangeClass} or cell.kind.value == kind]
    page = Page(asked=request.args.get("side", 1, int), total=len(shown), length=PAGE_LENGTH)
    return render_template(
        "web/indicators/compare.html",
        view=view,
        found=found,
        shown=page.of(shown),
        kind=kind,
        page=page,
        vintages=vintage_log(db(), view.indicator),
    )
