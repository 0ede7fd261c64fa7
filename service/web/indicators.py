"""The indicators this monitor follows: the latest figures, and how each source is doing."""

from decimal import Decimal

from flask import Blueprint, render_template

from campaigns.indicators.directory import overview
from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import KeyFigure
from campaigns.indicators.overview import indicator_view
from campaigns.language import Texts, text_in
from chart_renderer.numbers import PERCENT, PERCENTAGE_POINTS, format_change, format_value
from chart_renderer.spec import NumberStyle
from service.auth.access import signed_in
from service.i18n import language
from service.request import db
from service.web.line_drawing import line_drawing

blueprint = Blueprint("indicators", __name__, url_prefix="/redaksjon/indikatorer")


@blueprint.get("")
@signed_in
def index() -> str:
    return render_template("web/indicators/index.html", views=overview(db()), drawing=line_drawing)


@blueprint.get("/<indicator_id>")
@signed_in
def show(indicator_id: str) -> str:
    return render_template("web/indicators/show.html", view=indicator_view(db(), indicator_id), drawing=line_drawing)


@blueprint.app_template_filter("printed")
def printed(value: Decimal | None, indicator: Indicator) -> str:
    """The figure as the monitor prints it: ``4,7 mrd. kr``."""
    return format_value(
        value, NumberStyle(decimals=indicator.decimals, unit=_in_page(indicator.unit)), language().value
    )


@blueprint.app_template_filter("printed_change")
def printed_change(figure: KeyFigure, indicator: Indicator) -> str:
    """The change as the monitor prints it: ``+8,0 %``, ``−0,1 prosentpoeng``; nothing when there is none."""
    if figure.change is None:
        return ""
    unit = {ChangeKind.RELATIVE: PERCENT, ChangeKind.POINTS: PERCENTAGE_POINTS}.get(
        figure.change_kind, _in_page(indicator.change_unit or indicator.unit)
    )
    decimals = 1 if indicator.change_decimals is None else indicator.change_decimals
    return format_change(figure.change, NumberStyle(decimals=decimals, unit=unit), language().value)


def _in_page(texts: dict[str, str]) -> str:
    return text_in(Texts(**texts), language())  # type: ignore[typeddict-item]  # a JSON column
