"""One indicator's figure over time, for the page's script, for a spreadsheet, and as a picture."""

from dataclasses import dataclass

from sqlmodel import Session

from campaigns.drafting.figures import figure_for, origin_of
from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.vintage import Vintage
from chart_renderer.spec import FigureSpec
from service.i18n import language
from service.request import current

CANVAS = "wide"


@dataclass(frozen=True)
class Figure:
    """The figure, or why there is none."""

    spec: FigureSpec | None
    fault: str | None = None


def figure_of(session: Session, indicator: Indicator, vintage: Vintage | None) -> Figure:
    """The indicator's figure with every period of this vintage, in the reader's language."""
    if vintage is None:
        return Figure(None)
    service = current()
    try:
        origin = origin_of(
            session, indicator, vintage, language=language(), monitor_name=service.settings.monitor_name,
            zone=service.clock.zone,
        )  # fmt: skip
        return Figure(figure_for(session, indicator, vintage, origin, language=language(), over_time=True))
    except InvalidInput as error:  # what the catalogue says of the chart does not fit the table
        return Figure(None, str(error))
