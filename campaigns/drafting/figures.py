"""From an indicator's series to the figure that shows it, as its catalogue entry's ``chart`` says.

chart:
  type: line | area | column | …            # default line; docs/catalogue.md has them all
  dimension: Sponsor                         # one series for each code; without it, the indicator's own series
  codes: [Kommersiell, IkkeKommersiell]
  names: {Kommersiell: {nb: Kommersielle, nn: Kommersielle, en: Commercial}}
  title: {nb: …}                             # else the indicator's title
  subtitle: {nb: …}                          # else measure, unit and years
  measure: {nb: antall søkte kliniske studier}   # what is counted, for sentences and the text alternative
  last: 12                                   # how many periods at most
  base: 2015                                 # of indexed: the period that is 100
  annotations: [{period: 2020, text: {nb: Koronapandemien}}]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlmodel import Session

from campaigns.drafting.chart_shapes import Marks, marked, shaped
from campaigns.drafting.phrases import SOURCE_LINE, UNSAID
from campaigns.drafting.wording import Told, capitalised, measure_of, panel_item, unit_of
from campaigns.errors import InvalidInput
from campaigns.indicators.indicator import Dataset, Indicator
from campaigns.indicators.observations import Observation, mandatory_notes, series
from campaigns.indicators.vintage import Vintage
from campaigns.language import Language, Texts, text_in
from campaigns.sources.flags import Mark
from campaigns.sources.source import Source
from chart_renderer.dates import format_date
from chart_renderer.numbers import unit_words
from chart_renderer.spec import Annotation, FigureSpec, FigureType, KeyFigureCard, NumberStyle, Series

_LONGEST_TITLE = 200
_LONGEST_SOURCE = 300
_COLUMNS_OVER_TIME = (
    FigureType.COLUMN, FigureType.GROUPED_COLUMN, FigureType.STACKED_COLUMN, FigureType.SHARE_COLUMN,
)  # fmt: skip


class Flag(BaseModel):
    """What happened in a period."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    period: str
    text: dict[str, str]


class ChartConfig(BaseModel):
    """The ``chart`` part of an indicator."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: FigureType = FigureType.LINE
    dimension: str | None = None
    codes: tuple[str, ...] = ()
    names: dict[str, dict[str, str]] = Field(default_factory=dict)
    title: dict[str, str] = Field(default_factory=dict)
    subtitle: dict[str, str] = Field(default_factory=dict)
    measure: dict[str, str] = Field(default_factory=dict)
    last: int | None = Field(default=None, ge=2)
    base: str | None = None
    annotations: tuple[Flag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Who stands behind a figure: the whole source line, the owner, and the owner in short for text alternatives."""

    line: str
    owner: str
    short_owner: str
    figure_url: str = ""


def chart_config(indicator: Indicator) -> ChartConfig:
    """The indicator's chart settings, checked. Raises ``InvalidInput`` with the indicator's id."""
    try:
        return ChartConfig.model_validate(indicator.chart)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in ("chart", *fault["loc"]))
        raise InvalidInput(f"Indikatoren {indicator.id}: {where}: {fault['msg']}.", field=where) from error


def origin_of(
    session: Session, indicator: Indicator, vintage: Vintage, *, language: Language, monitor_name: str, zone: ZoneInfo
) -> Origin:
    """«Kilde: SSB … · HelseOmsorg21-monitoren · helseomsorg21monitor.no/figur/54 · Hentet 12. mai 2027»"""
    dataset = session.get_one(Dataset, indicator.dataset_id)
    source = session.get_one(Source, dataset.source_id)
    owner = _text(source.attribution, language) or source.id
    words = SOURCE_LINE[language]
    retrieved = vintage.first_seen_at.astimezone(zone).date()
    parts = [
        words["source"].format(owner=owner),
        monitor_name,
        _bare(indicator.figure_url or ""),
        words["retrieved"].format(date=format_date(retrieved, language.value)),
    ]
    line = " · ".join(part for part in dict.fromkeys(parts) if part)
    return Origin(
        line=line[:_LONGEST_SOURCE],
        owner=owner,
        short_owner=source.attribution.get("short") or owner,
        figure_url=indicator.figure_url or "",
    )


def figure_for(
    session: Session,
    indicator: Indicator,
    vintage: Vintage,
    origin: Origin,
    *,
    language: Language,
    title: str | None = None,
    over_time: bool = False,
) -> FigureSpec | None:
    """The indicator's figure as of a vintage; None when the series has no value to draw.

    ``title`` is the finding, where there is one; else the figure is titled by its subject. ``over_time`` shows every
    period there is, as lines where the catalogue's own type shows fewer.
    """
    config = chart_config(indicator)
    if over_time:
        kind = config.type if config.type in _COLUMNS_OVER_TIME else FigureType.LINE
        config = config.model_copy(update={"type": kind, "last": None})
    observed = _drawn_series(session, indicator, vintage, config, language)
    drawn, periods = _aligned(observed, config.last, language)
    if not any(value is not None for one in drawn for value in one.values):
        return None
    words = UNSAID[language]
    notes = [capitalised(words["example"])] if indicator.example_data else []
    notes += [capitalised(words["provisional"])] if any(any(one.provisional) for one in drawn) else []
    notes += mandatory_notes(vintage, indicator.slice)
    return FigureSpec(
        **marked(shaped(config.type, periods, drawn), _marks(observed, config, language)),
        language=language.value,
        title=(title or _text(config.title, language) or indicator.title_in(language))[:_LONGEST_TITLE],
        subtitle=_text(config.subtitle, language) or _subtitle(indicator, periods, language),
        style=NumberStyle(decimals=indicator.decimals, unit=unit_of(indicator, language)),
        measure=measure_of(indicator, language),
        source=origin.line,
        source_owner=origin.short_owner,
        figure_url=origin.figure_url,
        notes=tuple(notes),
    )


def card_for(told: Sequence[Told], origin: Origin, *, title: str) -> FigureSpec | None:
    """Key figures as one picture; None unless there are two to four of them."""
    if not 2 <= len(told) <= 4:
        return None
    items = [panel_item(one) for one in told]
    example = any(one.example for one in told)
    return FigureSpec(
        type=FigureType.KEY_FIGURES,
        language=told[0].language.value,
        title=title[:_LONGEST_TITLE],
        cards=tuple(KeyFigureCard(label=item.label, value=item.value, change=item.change) for item in items),
        source=origin.line,
        source_owner=origin.short_owner,
        figure_url=origin.figure_url,
        notes=(capitalised(UNSAID[told[0].language]["example"]),) if example else (),
    )


def _drawn_series(
    session: Session, indicator: Indicator, vintage: Vintage, config: ChartConfig, language: Language
) -> list[tuple[str, list[Observation]]]:
    if config.dimension is None:
        return [(indicator.title_in(language), series(session, indicator, as_of_seq=vintage.seq))]
    labels = _labels(vintage, config.dimension)
    codes = config.codes or tuple(labels)
    return [
        (
            _text(config.names.get(code, {}), language) or labels.get(code, code),
            series(session, indicator, as_of_seq=vintage.seq, slice={**indicator.slice, config.dimension: code}),
        )
        for code in codes
    ]


def _marks(observed: Sequence[tuple[str, Sequence[Observation]]], config: ChartConfig, language: Language) -> Marks:
    """What the catalogue and the source say of single periods, by the periods' labels."""
    labels = {seen.period.code: seen.period.in_words(language) for _, each in observed for seen in each}
    broken = {seen.period.code for _, each in observed for seen in each if Mark.BREAK in seen.marks}
    return Marks(
        base=labels.get(config.base or "", ""),
        annotations=[
            Annotation(period=labels[flag.period], text=_text(flag.text, language))
            for flag in config.annotations
            if flag.period in labels and _text(flag.text, language)
        ],
        breaks=frozenset(labels[code] for code in broken),
    )


def _aligned(
    drawn: list[tuple[str, list[Observation]]], last: int | None, language: Language
) -> tuple[tuple[Series, ...], tuple[str, ...]]:
    """One column per period that any series has; an empty newest period is no place on the axis."""
    order = {seen.period.code: seen.period for _, observed in drawn for seen in observed}
    filled = {seen.period.code for _, observed in drawn for seen in observed if seen.value is not None}
    periods = sorted(order.values(), key=lambda period: (period.start is None, period.start or date.min, period.code))
    while periods and periods[-1].code not in filled:
        periods.pop()
    while periods and periods[0].code not in filled:
        periods.pop(0)
    if last is not None:
        periods = periods[-last:]
    lines = []
    for name, observed in drawn:
        by_code = {seen.period.code: seen for seen in observed}
        found = [by_code.get(period.code) for period in periods]
        lines.append(
            Series(
                name=name,
                values=tuple(seen.value if seen else None for seen in found),
                provisional=tuple(seen is not None and seen.provisional for seen in found),
            )
        )
    return tuple(lines), tuple(period.in_words(language) for period in periods)


def _subtitle(indicator: Indicator, periods: tuple[str, ...], language: Language) -> str:
    unit = unit_words(unit_of(indicator, language), language.value)
    span = periods[0] if len(periods) == 1 else f"{periods[0]}–{periods[-1]}"
    measure = capitalised(measure_of(indicator, language))
    parts = [measure] + ([unit] if unit and unit not in measure else []) + [span]
    return ", ".join(parts)[:_LONGEST_TITLE]


def _labels(vintage: Vintage, dimension: str) -> dict[str, str]:
    found = next((item for item in vintage.dimensions if item["id"] == dimension), None)
    return {category["code"]: category["label"] for category in found["categories"]} if found else {}


def _bare(url: str) -> str:
    return url.split("://", 1)[-1].split("?", 1)[0].removeprefix("www.").rstrip("/")


def _text(texts: dict[str, str], language: Language) -> str:
    return text_in(Texts(**texts), language)  # type: ignore[typeddict-item]
