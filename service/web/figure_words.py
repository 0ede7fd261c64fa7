"""Figures, topics and expected times in the words a page prints them with: filters for templates."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Flask

from campaigns.days.topics import Topic
from campaigns.indicators.expected_words import expected_words
from campaigns.indicators.indicator import ChangeKind, Indicator
from campaigns.indicators.key_figures import KeyFigure
from campaigns.indicators.release import PlannedRelease
from campaigns.language import Texts, text_in
from chart_renderer.numbers import PERCENT, PERCENTAGE_POINTS, format_change, format_value
from chart_renderer.spec import NumberStyle
from service.i18n import gettext as _
from service.i18n import language

_MOST_DECIMALS = 9
_TOPICS = {topic.value: topic.label for topic in Topic}


def install(app: Flask) -> None:
    filters: tuple[Any, ...] = (
        topic_name, expected_in_words, printed, printed_apart, printed_change, source_number, as_day,
    )  # fmt: skip
    app.jinja_env.filters.update({one.__name__: one for one in filters})
    app.jinja_env.globals["topic_choices"] = topic_choices


def topic_name(slug: str) -> str:
    """``Kliniske studier``; a topic of the catalogue's own is called what the catalogue calls it."""
    said = _(_TOPICS.get(slug) or slug.replace("-", " "))
    return said[:1].upper() + said[1:]


def topic_choices(topics: Mapping[str, int]) -> list[tuple[str, str]]:
    """What the list of topics offers, by name, with how many indicators each has."""
    return sorted(((slug, f"{topic_name(slug)} ({number})") for slug, number in topics.items()), key=lambda one: one[1])


def expected_in_words(release: PlannedRelease) -> str:
    """``10. desember 2026 kl. 08.00``, ``høst 2026?``"""
    return expected_words(release.expected, release.zone, language())


def printed(value: Decimal | None, indicator: Indicator) -> str:
    """The figure as the monitor prints it: ``4,7 mrd. kr``."""
    return format_value(
        value, NumberStyle(decimals=indicator.decimals, unit=_in_page(indicator.unit)), language().value
    )


def printed_apart(value: Decimal, other: Decimal | None, indicator: Indicator) -> str:
    """The figure with as many decimals as it takes to tell it from the other: ``4,352 mrd. kr``."""
    language_tag, unit = language().value, _in_page(indicator.unit)
    for decimals in range(indicator.decimals, _MOST_DECIMALS):
        style = NumberStyle(decimals=decimals, unit=unit)
        text = format_value(value, style, language_tag)
        if other is None or other == value or text != format_value(other, style, language_tag):
            return text
    return format_value(value, NumberStyle(decimals=_MOST_DECIMALS, unit=unit), language_tag)


def printed_change(figure: KeyFigure, indicator: Indicator) -> str:
    """The change as the monitor prints it: ``+8,0 %``, ``−0,1 prosentpoeng``; nothing when there is none."""
    if figure.change is None:
        return ""
    unit = {ChangeKind.RELATIVE: PERCENT, ChangeKind.POINTS: PERCENTAGE_POINTS}.get(
        figure.change_kind, _in_page(indicator.change_unit or indicator.unit)
    )
    decimals = 1 if indicator.change_decimals is None else indicator.change_decimals
    return format_change(figure.change, NumberStyle(decimals=decimals, unit=unit), language().value)


def source_number(value: Decimal | None) -> str:
    """The figure just as the source gave it, every decimal kept, with the page's marks: ``4 352,50``."""
    if value is None:
        return "–"
    decimals = min(_MOST_DECIMALS, max(0, -int(value.as_tuple().exponent)))
    return format_value(value, NumberStyle(decimals=decimals), language().value)


def as_day(text: str) -> date:
    """The day of an address that has been read before: ``2027-05-11``."""
    return date.fromisoformat(text)


def _in_page(texts: dict[str, str]) -> str:
    return text_in(Texts(**texts), language())  # type: ignore[typeddict-item]  # a JSON column
