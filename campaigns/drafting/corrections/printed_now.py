"""What a quoted figure would be printed as by a later vintage of its table. Read-only."""

from collections.abc import Iterator
from decimal import Decimal

from sqlmodel import Session, select

from campaigns.drafting.corrections.printed_text import plain
from campaigns.drafting.corrections.quotation import Quotation, QuoteKind
from campaigns.drafting.corrections.registry import codes_of, remark_forms
from campaigns.drafting.wording import change_style, tell
from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.key_figures import key_figure
from campaigns.indicators.observations import held_at, latest_vintage, own_series_key
from campaigns.indicators.scales import series_scales
from campaigns.indicators.statements.observed import statements_of
from campaigns.indicators.vintage import ObservationVersion, Vintage
from chart_renderer.numbers import format_change, format_value
from chart_renderer.spec import NumberStyle

GONE = ""
"""Nothing can be printed in its place: the figure was withdrawn, or the sentence does not hold."""


class PrintedNow:
    """The figures of one vintage, asked for by those who quoted an earlier one."""

    def __init__(self, session: Session, vintage: Vintage) -> None:
        self._session, self._vintage = session, vintage

    def of(self, quoted: Quotation) -> str | None:
        """``GONE`` without a figure; None when it cannot be told: another unit, or a series that is not there."""
        indicator = self._session.get_one(Indicator, quoted.indicator_id)
        try:
            if self._told_otherwise(quoted, indicator):
                return None
            match quoted.kind:
                case QuoteKind.LEVEL | QuoteKind.CHART:
                    return self._number(quoted, indicator)
                case QuoteKind.CHANGE:
                    return self._change(quoted, indicator)
                case QuoteKind.REMARK:
                    return self._sentence(quoted, indicator)
        except InvalidInput:  # the slice or the rules fit no more; the editor was told when the figures came
            return None

    def cells_differ(self, quoted: Quotation) -> bool:
        """Whether any cell behind it has another value, be it in a digit nobody printed."""
        return any(True for _ in self.differing(quoted))

    def differing(self, quoted: Quotation) -> Iterator[str]:
        """The periods whose cells have another value."""
        indicator = self._session.get_one(Indicator, quoted.indicator_id)
        for cell in quoted.cells:
            row = self._row(cell["series"], cell["period"], indicator, quoted)
            if row is not None and (row.value is None or Decimal(row.value) != Decimal(cell["value"])):
                yield cell["period"]

    def _number(self, quoted: Quotation, indicator: Indicator) -> str | None:
        row = self._row(quoted.series, quoted.period, indicator, quoted)
        if row is None:
            return None
        if row.value is None:
            return GONE
        style = NumberStyle(decimals=quoted.decimals, unit=quoted.unit)
        return format_value(Decimal(row.value) * Decimal(quoted.factor), style, quoted.language)

    def _change(self, quoted: Quotation, indicator: Indicator) -> str | None:
        now = key_figure(self._session, indicator, as_of_seq=self._vintage.seq, period=quoted.period)
        if change_style(indicator, quoted.language).unit != quoted.unit:
            return None  # the catalogue has it printed in another way since
        if now is None or now.change is None or now.base_period != quoted.base_period:
            return GONE
        return format_change(now.change, NumberStyle(decimals=quoted.decimals, unit=quoted.unit), quoted.language)

    def _sentence(self, quoted: Quotation, indicator: Indicator) -> str | None:
        if not self.cells_differ(quoted):
            return quoted.latest
        own = latest_vintage(self._session, indicator.dataset_id)
        figure = key_figure(self._session, indicator, period=quoted.period)
        if own is None or figure is None:
            return GONE
        told = tell(indicator, figure, quoted.language)
        held = statements_of(self._session, indicator, own, quoted.period)
        forms = {form for one in held for form in remark_forms(self._session, one, told, indicator)}
        return quoted.printed if plain(quoted.printed) in forms else GONE

    def _row(self, series: str, period: str, indicator: Indicator, quoted: Quotation) -> ObservationVersion | None:
        """The cell as it is; under its new codes when the source has renamed the indicator's own series."""
        found = self._cell(series, period)
        if found is None and quoted.dataset_id == indicator.dataset_id:
            before = self._session.get_one(Vintage, quoted.vintage_id)
            if own_series_key(before, indicator) == series:
                found = self._cell(own_series_key(self._vintage, indicator), period)
        return found

    def _cell(self, series: str, period: str) -> ObservationVersion | None:
        return self._session.exec(
            select(ObservationVersion).where(
                *held_at(self._vintage.dataset_id, self._vintage.seq),
                ObservationVersion.series == series,
                ObservationVersion.period == period,
            )
        ).first()

    def _told_otherwise(self, quoted: Quotation, indicator: Indicator) -> bool:
        """Another unit or base year: nothing was revised, it is another figure."""
        if quoted.dataset_id != indicator.dataset_id:
            return False
        before = self._session.get_one(Vintage, quoted.vintage_id)
        then = series_scales(before, codes_of(quoted.series))
        now = series_scales(self._vintage, codes_of(quoted.series))
        return any(now.get(dimension, scale) != scale for dimension, scale in then.items())
