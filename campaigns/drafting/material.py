"""One indicator as a draft needs it: the words for its newest figure, and its chart."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlmodel import Session

from campaigns.drafting.figures import Origin, figure_for, origin_of
from campaigns.drafting.plan import DraftingPlan
from campaigns.drafting.wording import Told, tell
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import key_figure
from campaigns.indicators.observations import latest_vintage
from campaigns.language import Language
from chart_renderer.spec import FigureSpec

_PERIODS_THAT_MAKE_A_DEVELOPMENT = 4


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What there is to say and show of an indicator, as of one vintage."""

    told: Told
    spec: FigureSpec | None
    origin: Origin
    link: str | None
    vintage_id: int

    @property
    def since(self) -> str:
        """The first period of the chart, when it is long enough to speak of a development."""
        periods = self.spec.periods if self.spec else ()
        return periods[0] if len(periods) >= _PERIODS_THAT_MAKE_A_DEVELOPMENT else ""


def shown(
    session: Session, indicator: Indicator, *, plan: DraftingPlan, language: Language, zone: ZoneInfo
) -> Shown | None:
    """The indicator's newest figure and its chart; None while there is no figure.

    Raises ``InvalidInput`` when the catalogue's slice or chart does not fit the table.
    """
    vintage = latest_vintage(session, indicator.dataset_id)
    figure = key_figure(session, indicator) if vintage is not None else None
    if vintage is None or figure is None:
        return None
    assert vintage.id is not None
    origin = origin_of(session, indicator, vintage, language=language, monitor_name=plan.monitor_name, zone=zone)
    return Shown(
        told=tell(indicator, figure, language),
        spec=figure_for(session, indicator, vintage, origin, language=language),
        origin=origin,
        link=indicator.figure_url,
        vintage_id=vintage.id,
    )
