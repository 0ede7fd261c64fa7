"""Figures as an editor would write them, in bokmål, nynorsk and English. Pure; numbers come from ``chart_renderer``.

In headings, panels and lists units are short («4,7 mrd. kr», «8,0 %»); in running text they are spelled
(«4,7 milliarder kroner», «8,0 prosent»). No sentence says why a figure changed: the figures do not know.
"""

from dataclasses import dataclass
from decimal import Decimal

from campaigns.drafting.phrases import PANEL, SENTENCES, UNSAID, in_period
from campaigns.editorial.blocks import KeyFigureItem
from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import KeyFigure
from campaigns.language import Language, Texts, text_in
from campaigns.sources.periods import parse_period
from chart_renderer.numbers import format_change, format_value, rounded, spell_value
from chart_renderer.running_text import lowered
from chart_renderer.spec import NumberStyle

_LONGEST_HEADLINE = 80
_UNITS_KNOWN_TO_NUMBERS = frozenset({"mrd. kr", "mill. kr", "kr", "mrd.", "mill.", "%", "prosentpoeng"})


@dataclass(frozen=True, kw_only=True)
class Told:
    """One figure, ready for a sentence. Values are unrounded; the styles say how they are printed."""

    language: Language
    label: str  # "Driftskostnader til forskning"
    measure: str  # "driftskostnadene til forskning": what a sentence is about
    value: Decimal
    style: NumberStyle
    kind: ChangeKind
    change: Decimal | None
    change_style: NumberStyle
    period: str  # "2021"
    base_period: str  # "2019"; empty when there is no change to speak of
    dated: bool  # a date, so that no "i" or "in" goes before it
    provisional: bool
    example: bool

    @property
    def direction(self) -> str:
        """``up``, ``down``, ``same`` as printed; ``level`` when no change can be told."""
        if self.change is None or not self.base_period:
            return "level"
        printed = rounded(self.change, self.change_style.decimals)
        return "same" if printed.is_zero() else "up" if printed > 0 else "down"

    @property
    def short_value(self) -> str:
        """«4,7 mrd. kr»"""
        return format_value(self.value, self.style, self.language)

    @property
    def spelled_value(self) -> str:
        """«4,7 milliarder kroner»"""
        return spell_value(self.value, self.style, self.language)


def tell(indicator: Indicator, figure: KeyFigure, language: Language) -> Told:
    """This indicator's key figure in this language."""
    period = parse_period(figure.period)
    base = parse_period(figure.base_period) if figure.base_period else None
    return Told(
        language=language,
        label=indicator.title_in(language),
        measure=measure_of(indicator, language),
        value=figure.value,
        style=NumberStyle(decimals=indicator.decimals, unit=unit_of(indicator, language)),
        kind=indicator.change,
        change=figure.change,
        change_style=change_style(indicator, language),
        period=period.in_words(language, figure.period_label),
        base_period=base.in_words(language, figure.base_period_label or "") if base else "",
        dated=period.frequency == "day",
        provisional=figure.provisional,
        example=indicator.example_data,
    )


def headline(told: Told) -> str:
    """The finding as a title: «Driftskostnadene til forskning økte med 8,0 % fra 2019 til 2021».

    Where that is too long for a subject line, the label says it in fewer words.
    """
    change = format_value(abs(told.change), told.change_style, told.language) if told.change is not None else ""
    title = _filled(told, f"headline_{told.direction}", change=change, value=told.short_value)
    return title if len(title) <= _LONGEST_HEADLINE else min(title, list_line(told, dated=True), key=len)


def sentence(told: Told) -> str:
    """The finding in running text: «… økte med 8,0 prosent fra 2019 til 2021, til 4,7 milliarder kroner.»"""
    change = spell_value(abs(told.change), told.change_style, told.language) if told.change is not None else ""
    return _filled(told, told.direction, change=change, value=told.spelled_value)


def change_line(told: Told, *, worded: bool = False) -> str:
    """Under a big number: «En økning på 8,0 % fra 2019», «−0,1 prosentpoeng fra 2019»; empty when nothing is said.

    ``worded`` says points in words too, where there is room: «En nedgang på 0,1 prosentpoeng fra 2019».
    """
    if told.direction == "level":
        line = ""
    else:
        assert told.change is not None
        by_points = told.kind is ChangeKind.POINTS and told.direction != "same" and not worded
        form = PANEL[told.language]["points" if by_points else told.direction]
        change = (
            format_change(told.change, told.change_style, told.language)
            if by_points
            else format_value(abs(told.change), told.change_style, told.language)
        )
        line = form.format(change=change, base=told.base_period)
    if not told.provisional:
        return line
    provisional = UNSAID[told.language]["provisional"]
    return f"{line} ({provisional})" if line else capitalised(provisional)


def panel_item(told: Told) -> KeyFigureItem:
    """One key figure of a panel."""
    return KeyFigureItem(label=told.label, value=told.short_value, change=change_line(told))


def list_line(told: Told, *, dated: bool = False) -> str:
    """One line of a list in a post: «Utførte forskningsårsverk: 3 350, en økning på 3,7 % fra 2019»."""
    change = change_line(told, worded=True)
    value = level(told) if dated else told.short_value
    return f"{told.label}: {value}{', ' if change else ''}{lowered(change)}"


def level(told: Told) -> str:
    """«4,7 mrd. kr i 2021»"""
    return f"{told.short_value} {in_period(told.period, told.language, dated=told.dated)}"


def caveats(told: list[Told]) -> str:
    """The sentences readers are owed: that figures are provisional, or example data."""
    if not told:
        return ""
    words = UNSAID[told[0].language]
    found = [words["provisional_sentence"]] if any(one.provisional for one in told) else []
    found += [words["example_sentence"]] if any(one.example for one in told) else []
    return " ".join(found)


def told_apart(old: Told, new: Told) -> tuple[Told, Told]:
    """Two values of one figure with so many decimals that a reader sees the difference: 4,70 and 4,69."""
    for decimals in range(new.style.decimals, min(new.style.decimals + 4, 9)):
        if rounded(old.value, decimals) != rounded(new.value, decimals):
            break
    style = new.style.model_copy(update={"decimals": decimals})
    return _restyled(old, style), _restyled(new, style)


def unit_of(indicator: Indicator, language: Language) -> str:
    """The unit; what ``chart_renderer.numbers`` knows is handed over as it knows it."""
    canonical = indicator.unit.get("nb", "")
    return canonical if canonical in _UNITS_KNOWN_TO_NUMBERS else _text(indicator.unit, language)


def change_style(indicator: Indicator, language: Language) -> NumberStyle:
    """How a change of this indicator is printed."""
    decimals = indicator.change_decimals
    if indicator.change is ChangeKind.ABSOLUTE:
        own = indicator.change_unit.get("nb", "")
        unit = (own if own in _UNITS_KNOWN_TO_NUMBERS else _text(indicator.change_unit, language)) or unit_of(
            indicator, language
        )
        return NumberStyle(decimals=indicator.decimals if decimals is None else decimals, unit=unit)
    unit = "%" if indicator.change is ChangeKind.RELATIVE else "prosentpoeng"
    return NumberStyle(decimals=1 if decimals is None else decimals, unit=unit)


def measure_of(indicator: Indicator, language: Language) -> str:
    """What a sentence about it is about; the title unless the catalogue has words for running text."""
    own = indicator.chart.get("measure") or {}
    return str(own.get(language.value) or lowered(indicator.title_in(language)))


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _filled(told: Told, form: str, *, change: str, value: str) -> str:
    text = SENTENCES[told.language][form].format(
        measure=told.measure,
        change=change,
        value=value,
        base=told.base_period,
        period=told.period,
        in_period=in_period(told.period, told.language, dated=told.dated),
    )
    return capitalised(text)


def _restyled(told: Told, style: NumberStyle) -> Told:
    return Told(**{**told.__dict__, "style": style})


def _text(texts: dict[str, str], language: Language) -> str:
    return text_in(Texts(**texts), language)  # type: ignore[typeddict-item]
