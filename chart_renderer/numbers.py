"""Numbers as a reader of Norwegian or English expects them (charts.md §7). Pure; nothing is left to d3 or to ``LANG``.

Values come as decimals in the unit they are printed in. Rounding is half away from zero, done once, here. Groups
of three are kept apart by U+00A0 in bokmål and nynorsk, by a comma in English; the minus sign is U+2212.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from chart_renderer.spec import NumberStyle

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
MISSING = "–"
"""What stands where there is no value. Never zero."""

PERCENT = "%"
PERCENTAGE_POINTS = "prosentpoeng"


class _Money(NamedTuple):
    """How a unit of money reads: short and spelled in each language, with the singular where it differs."""

    english: str
    spelled: dict[str, str]
    one: str


_MONEY = {
    "mrd. kr": _Money("billion", {"nb": "milliarder kroner", "nn": "milliardar kroner"}, "milliard kroner"),
    "mill. kr": _Money("million", {"nb": "millioner kroner", "nn": "millionar kroner"}, "million kroner"),
    "kr": _Money("", {"nb": "kroner", "nn": "kroner"}, "krone"),
}
_COUNTS = {
    "mrd.": _Money("billion", {"nb": "milliarder", "nn": "milliardar"}, "milliard"),
    "mill.": _Money("million", {"nb": "millioner", "nn": "millionar"}, "million"),
}
_POINTS = {"nb": "prosentpoeng", "nn": "prosentpoeng", "en": "percentage points"}


def rounded(value: Decimal, decimals: int) -> Decimal:
    """The value as it will be printed; never a negative zero."""
    exact = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(exact) if exact.is_zero() else exact


def format_number(value: Decimal, decimals: int, language: str) -> str:
    """``1 234 567,9`` in bokmål and nynorsk, ``1,234,567.9`` in English."""
    exact = rounded(value, decimals)
    text = f"{abs(exact):,f}"
    if language != "en":
        text = text.translate({ord(","): NO_BREAK_SPACE, ord("."): ","})
    return f"{MINUS}{text}" if exact < 0 else text


def format_signed(value: Decimal, decimals: int, language: str) -> str:
    """A change with its sign: ``+0,3``, ``−0,1``; a change that rounds to nothing has none."""
    text = format_number(value, decimals, language)
    return f"+{text}" if rounded(value, decimals) > 0 else text


def format_value(value: Decimal | None, style: NumberStyle, language: str) -> str:
    """The number with its unit, short: ``4,7 mrd. kr``, ``NOK 4.7 billion``, ``−0,1 prosentpoeng``, ``3 350``."""
    if value is None:
        return MISSING
    return _with_unit(format_number(value, style.decimals, language), style.unit, language)


def format_change(value: Decimal, style: NumberStyle, language: str) -> str:
    """The number with its sign and its unit: ``+8,0 %``, ``−0,1 prosentpoeng``, ``+52 000 kr``."""
    return _with_unit(format_signed(value, style.decimals, language), style.unit, language)


def spell_value(value: Decimal | None, style: NumberStyle, language: str) -> str:
    """For running text: ``4,7 milliarder kroner``, ``8,0 prosent``, ``NOK 4.7 billion``; nynorsk *milliardar*."""
    if value is None:
        return MISSING
    number = format_number(value, style.decimals, language)
    unit = style.unit
    if language == "en":
        return f"{number} per cent" if unit == PERCENT else _with_unit(number, unit, language)
    if unit == PERCENT:
        return f"{number} prosent"
    word = _MONEY.get(unit) or _COUNTS.get(unit)
    if word is None:
        return _with_unit(number, unit, language)
    spelled = word.one if number.lstrip(MINUS) == "1" else word.spelled[language]
    return f"{number}{NO_BREAK_SPACE}{spelled}"


def unit_words(unit: str, language: str) -> str:
    """The unit by itself, for a subtitle: ``mrd. kr`` stays, or becomes ``NOK billion``."""
    if unit == PERCENTAGE_POINTS:
        return _POINTS[language]
    if language != "en":
        return {PERCENT: "prosent"}.get(unit, unit)
    if unit in _MONEY:
        return f"NOK {_MONEY[unit].english}".strip()
    if unit in _COUNTS:
        return _COUNTS[unit].english
    return {PERCENT: "per cent"}.get(unit, unit)


def _percent(number: str, language: str) -> str:
    return f"{number}%" if language == "en" else f"{number}{NO_BREAK_SPACE}%"


def _with_unit(number: str, unit: str, language: str) -> str:
    if not unit:
        return number
    if unit == PERCENT:
        return _percent(number, language)
    if unit == PERCENTAGE_POINTS:
        return f"{number}{NO_BREAK_SPACE}{_POINTS[language]}"
    if language == "en" and unit in _MONEY:
        sign = number[0] if number[0] in (MINUS, "+") else ""
        scale = f"{NO_BREAK_SPACE}{_MONEY[unit].english}" if _MONEY[unit].english else ""
        return f"{sign}NOK{NO_BREAK_SPACE}{number.removeprefix(sign)}{scale}"
    if language == "en" and unit in _COUNTS:
        unit = _COUNTS[unit].english
    return f"{number}{NO_BREAK_SPACE}{unit.replace(' ', NO_BREAK_SPACE)}"
