"""The catalogue at the desk: what is followed, what lacks a table, switching off and on, and the file of it all."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, url_for
from sqlmodel import Session, col
from werkzeug.wrappers import Response as Onward

from campaigns.audit import Actor
from campaigns.catalogue.editing import switch
from campaigns.catalogue.export import export_catalogue
from campaigns.editorial.editor import Role
from campaigns.indicators.connection import lacks_table
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.overview import joined
from campaigns.indicators.standing import Standing, last_fetches, standing_of
from campaigns.sources.source import Source
from service.auth.access import requires, signed_in
from service.request import current, db, signed_in_editor
from service.web.notices import with_notice

blueprint = Blueprint("catalogue", __name__, url_prefix="/redaksjon/katalog")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One indicator as the catalogue has it."""

    indicator: Indicator
    dataset: Dataset
    source: Source
    standing: Standing

    @property
    def connected(self) -> bool:
        """Whether it has figures coming, or could have if it were switched on."""
        return not lacks_table(self.source, self.dataset)


@blueprint.get("")
@signed_in
def index() -> str:
    lines = _lines(db())
    return render_template(
        "web/catalogue/index.html",
        missing=[line for line in lines if line.indicator.enabled and not line.connected],
        awaiting=[line for line in lines if line.indicator.enabled and line.standing is Standing.AWAITS_FILE],
        followed=[
            line
            for line in lines
            if line.indicator.enabled and line.connected and line.standing is not Standing.AWAITS_FILE
        ],
        off=[line for line in lines if not line.indicator.enabled],
        may_change=signed_in_editor().may(Role.ADMIN),
    )


@blueprint.get("/katalog.yaml")
@signed_in
def download() -> Response:
    """Everything as one file, which can be changed and read in again."""
    response = Response(export_catalogue(db()), mimetype="application/yaml")
    response.headers["Content-Disposition"] = 'attachment; filename="katalog.yaml"'
    return response


@blueprint.post("/indikator/<indicator_id>/avslaaing")
@requires(Role.ADMIN)
def switching_off(indicator_id: str) -> Onward:
    return _switch(indicator_id, on=False)


@blueprint.post("/indikator/<indicator_id>/paaslaaing")
@requires(Role.ADMIN)
def switching_on(indicator_id: str) -> Onward:
    return _switch(indicator_id, on=True)


def me() -> Actor:
    """Whoever is signed in, as the audit trail names them."""
    person = signed_in_editor()
    assert person.id is not None
    return Actor.editor(person.id)


def _switch(indicator_id: str, *, on: bool) -> Onward:
    changed = switch(db(), current().clock, indicator_id, on=on, actor=me())
    notice = ("indikator-paa" if on else "indikator-av") if changed else "ingen-endring"
    return redirect(with_notice(url_for("catalogue.index"), notice), 303)


def _lines(session: Session) -> Sequence[Line]:
    rows = session.exec(joined().order_by(col(Indicator.position), col(Indicator.id))).all()
    fetches = last_fetches(session, {indicator.dataset_id for indicator, _, _ in rows})
    return [
        Line(
            indicator=indicator,
            dataset=dataset,
            source=source,
            standing=standing_of(source, dataset, fetches.get(indicator.dataset_id))[0],
        )
        for indicator, dataset, source in rows
    ]
