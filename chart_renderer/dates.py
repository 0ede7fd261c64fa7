"""Dates and clock times as Norwegian and English readers expect them (charts.md §7). Pure."""

from datetime import date

_MONTHS = {
    "nb": (
        "januar", "februar", "mars", "april", "mai", "juni",
        "juli", "august", "september", "oktober", "november", "desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_SHORT_MONTHS = {
    "nb": ("jan.", "feb.", "mars", "apr.", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"),
}
_MONTHS["nn"], _SHORT_MONTHS["nn"] = _MONTHS["nb"], _SHORT_MONTHS["nb"]


def month_name(month: int, language: str, *, short: bool = False) -> str:
    """``mai``, ``May``; short ``sep.``, ``Sept``. Lower case in bokmål and nynorsk."""
    return (_SHORT_MONTHS if short else _MONTHS)[language][month - 1]


def format_date(day: date, language: str, *, short: bool = False, year: bool = True) -> str:
    """``20. mai 2026`` or ``20 May 2026``."""
    text = f"{_day(day, language)} {month_name(day.month, language, short=short)}"
    return f"{text} {day.year}" if year else text


def format_date_range(start: date, end: date, language: str, *, short: bool = False) -> str:
    """``16.–27. sep. 2026``; what the two ends share is said once."""
    last = format_date(end, language, short=short)
    if start == end:
        return last
    if (start.year, start.month) == (end.year, end.month):
        return f"{_day(start, language)}–{last}"
    return f"{format_date(start, language, short=short, year=start.year != end.year)} – {last}"


def _day(day: date, language: str) -> str:
    return str(day.day) if language == "en" else f"{day.day}."
