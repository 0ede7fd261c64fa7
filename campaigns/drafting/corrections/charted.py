"""Which cells a published figure shows: each point of it, by series and period, with its number as it is printed."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import Session

from campaigns.drafting.figures import chart_config
from campaigns.drafting.wording import measure_of
from campaigns.indicators.indicator import Indicator
from campaigns.indicators.observations import own_series_key, series, series_key
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language, Texts, text_in
from chart_renderer.numbers import format_value
from chart_renderer.spec import FigureSpec


class Point(NamedTuple):
    """One cell as the figure prints it."""

    series: str
    period: str
    label: str
    printed: str
    source_value: Decimal


def charted(
    session: Session, indicator: Indicator, vintage: Vintage, spec: FigureSpec, language: Language
) -> Iterator[Point]:
    """The points of the spec that are figures of this indicator in this vintage; none when it shows another."""
    if spec.measure != measure_of(indicator, language):
        return
    shown = {value for one in spec.series for value in one.values if value is not None}
    places = [*spec.periods, *(one.name for one in spec.series), spec.title, spec.subtitle]
    for name, key, slice_ in _lines(indicator, vintage, language):
        for observed in series(session, indicator, as_of_seq=vintage.seq, slice=slice_):
            period = observed.period.in_words(language, observed.label)
            if observed.value is None or observed.source_value is None or observed.value not in shown:
                continue
            if period in spec.periods or any(period in place for place in places):
                label = f"{name}, {period}"
                printed = format_value(observed.value, spec.style, language)
                yield Point(key, observed.period.code, label, printed, observed.source_value)


def _lines(
    indicator: Indicator, vintage: Vintage, language: Language
) -> Iterator[tuple[str, str, dict[str, str] | None]]:
    """The lines the catalogue's chart has: name, series, and the slice that picks it."""
    config = chart_config(indicator)
    if config.dimension is None:
        yield indicator.title_in(language), own_series_key(vintage, indicator), None
        return
    dimension = next((found for found in vintage.dimensions if found["id"] == config.dimension), None)
    labels = {found["code"]: found["label"] for found in dimension["categories"]} if dimension else {}
    for code in config.codes or tuple(labels):
        slice_ = {**indicator.slice, config.dimension: code}
        named = text_in(Texts(**config.names.get(code, {})), language)  # type: ignore[typeddict-item]
        yield f"{indicator.title_in(language)}: {named or labels.get(code, code)}", series_key(vintage, slice_), slice_
